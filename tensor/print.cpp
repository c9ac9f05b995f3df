// Print: tensors as text.
#include "tensor/print.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>

namespace tg {
namespace {

constexpr std::int64_t summarise_above = 1000, edge = 3;
constexpr std::size_t line_width = 72;

template <class T> class Printer {
 public:
  Printer(std::ostream& out, const BasicTensor<T>& x) : out_(out), x_(x), summarised_(x.numel() > summarise_above) {
    if (x.numel() > 0) measure(0, x.data());
    const int d = x.dim();
    const bool column = d <= 1 || x.shape()[d - 1] <= 1;
    one_line_ = column && !summarised_ && total_ + 2 * static_cast<std::size_t>(x.numel()) <= line_width;
    if (one_line_) width_ = 0;
  }

  void print() {
    print(0, x_.data());
    out_ << "  " << x_.shape();
  }

 private:
  // Calls f(index) for the indices along dimension d that are shown, and gap() where some are left out.
  template <class F, class G> void for_shown(int d, const F& f, const G& gap) const {
    const std::int64_t n = x_.shape()[d];
    const bool cut = summarised_ && n > 2 * edge;
    for (std::int64_t i = 0; i < n; ++i) {
      if (cut && i == edge) {
        gap();
        i = n - edge;
      }
      f(i);
    }
  }

  void measure(int d, const T* at) {
    if (d == x_.dim()) {
      const std::size_t length = number_text(out_, *at).size();
      width_ = std::max(width_, length);
      total_ += length;
      return;
    }
    for_shown(d, [&](std::int64_t i) { measure(d + 1, at + i * x_.strides()[d]); }, [] {});
  }

  void print(int d, const T* at) {
    if (d == x_.dim()) {
      const std::string text = number_text(out_, *at);
      if (text.size() < width_) out_ << std::string(width_ - text.size(), ' ');
      out_ << text;
      return;
    }
    out_ << '[';
    std::int64_t shown = 0;
    for_shown(
        d,
        [&](std::int64_t i) {
          if (shown > 0) separate(d, shown);
          ++shown;
          print(d + 1, at + i * x_.strides()[d]);
        },
        [&] {
          separate(d, shown);
          out_ << "...";
        });
    out_ << ']';
  }

  // What stands between two entries of dimension d: numbers share a line, rows stand on lines of their own, and
  // matrices have a blank line between them. A long row goes on in new lines.
  void separate(int d, std::int64_t shown) {
    const int inner = x_.dim() - 1 - d;
    const std::int64_t on_a_line = std::max<std::int64_t>(1, static_cast<std::int64_t>(line_width / (width_ + 2)));
    if (one_line_ || (inner == 0 && shown % on_a_line != 0)) {
      out_ << ", ";
    } else {
      out_ << (inner >= 2 ? ",\n\n" : ",\n") << std::string(static_cast<std::size_t>(d + 1), ' ');
    }
  }

  std::ostream& out_;
  const BasicTensor<T>& x_;
  bool summarised_, one_line_ = false;
  std::size_t width_ = 0, total_ = 0;
};

}  // namespace

template <class T> std::string number_text(const std::ostream& like, T value) {
  if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
  if (value != value) return "nan";  // whatever its sign bit
  std::ostringstream text = classic();
  text.precision(like.precision());
  text.flags(like.flags() & (std::ios::floatfield | std::ios::showpos));
  text << value;
  return text.str();
}

template <class T> std::ostream& operator<<(std::ostream& out, const BasicTensor<T>& x) {
  if (!x.defined()) return out << "empty Tensor";
  if (x.numel() == 0) return out << "[]  " << x.shape();
  Printer<T>(out, x).print();
  return out;
}

#define TG_INSTANTIATE(T)                                                  \
  template std::ostream& operator<<(std::ostream&, const BasicTensor<T>&); \
  template std::string number_text(const std::ostream&, T);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
