// Npy: NumPy's files of arrays.
//
// A file is "\x93NUMPY", the format's version, the length of a header, the header, and the elements one after the
// other. The header is a dictionary of Python: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
// Source: numpy.lib.format.
#include "tensor/npy.h"

#include <cctype>
#include <charconv>
#include <cstring>
#include <numeric>
#include <string_view>
#include <utility>

#include "tensor/file.h"
#include "tensor/views.h"

namespace tg {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint32_t longest_header = 10000;  // NumPy refuses longer ones too

// What NumPy calls a scalar, and we, and how an array of them is loaded.
struct Kind {
  std::string_view descr, words, call;
};
template <class T> constexpr Kind kind_of;
template <> constexpr Kind kind_of<float> = {"<f4", "floats", "load_npy(path)"};
template <> constexpr Kind kind_of<double> = {"<f8", "doubles", "load_npy<double>(path)"};
template <> constexpr Kind kind_of<std::int64_t> = {"<i8", "integers of 64 bits", "load_npy<std::int64_t>(path)"};
template <> constexpr Kind kind_of<bool> = {"|b1", "bools", "load_npy<bool>(path)"};

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  fail("load_npy: ", path, " is cut short or damaged: ", what);
}

// Reads a header's dictionary.
class Header {
 public:
  Header(const std::string& path, std::string_view text) : path_(path), rest_(text) {
    bool has_descr = false, has_order = false, has_shape = false;
    expect("{");
    for (std::string_view word = next(); word != "}"; word = next()) {
      const std::string_view key = inside(word);
      expect(":");
      if (key == "descr" && !std::exchange(has_descr, true)) {
        read_descr();
      } else if (key == "fortran_order" && !std::exchange(has_order, true)) {
        read_order();
      } else if (key == "shape" && !std::exchange(has_shape, true)) {
        read_shape();
      } else {
        wrong("has a key that it should not have, or one twice");
      }
      word = next();
      if (word == "}") break;
      if (word != ",") wrong("cannot be read");
    }
    if (!has_descr || !has_order || !has_shape) wrong("lacks descr, fortran_order or shape");
    if (!next().empty()) wrong("goes on behind its end");
  }

  std::string_view descr;
  bool fortran_order = false;
  Shape shape;

 private:
  [[noreturn]] void wrong(const std::string& what) const { damaged(path_, "its header " + what); }

  // The next string in its quotes, name, number or sign; empty at the end.
  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    std::size_t length = std::min<std::size_t>(1, rest_.size());
    if (rest_.starts_with('\'') || rest_.starts_with('"')) {
      length = std::min(rest_.find(rest_[0], 1), rest_.size() - 1) + 1;
    } else if (!rest_.empty() && is_word(rest_[0])) {
      while (length < rest_.size() && is_word(rest_[length])) ++length;
    }
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
  }

  // What stands in a string's quotes; nothing of what is no string.
  static std::string_view inside(std::string_view word) {
    const bool quoted = word.size() >= 2 && (word[0] == '\'' || word[0] == '"') && word.back() == word[0];
    return quoted ? word.substr(1, word.size() - 2) : std::string_view();
  }

  void expect(std::string_view word) {
    if (next() != word) wrong("cannot be read");
  }

  void read_descr() {
    const std::string_view word = next();
    descr = inside(word);
    if (word == "[") fail("load_npy: ", path_, " holds records; save each of their fields as an array");
    if (descr.empty()) wrong("has a descr that is no string");
  }

  void read_order() {
    const std::string_view word = next();
    fortran_order = word == "True";
    if (!fortran_order && word != "False") wrong("has a fortran_order that is neither True nor False");
  }

  void read_shape() {  // (), (2,) or (2, 3)
    expect("(");
    for (std::string_view word = next(); word != ")"; word = next()) {
      std::int64_t size = -1;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), size);
      if (error != std::errc() || end != word.data() + word.size() || size < 0)
        wrong("has a shape that cannot be read");
      if (shape.dim() == max_rank) {
        fail("load_npy: ", path_, " holds an array of more than ", max_rank,
             " dimensions, the most that a tensor may have; reshape it in NumPy");
      }
      shape.push_back(size);
      word = next();
      if (word == ")") break;
      if (word != ",") wrong("has a shape that cannot be read");
    }
  }

  const std::string& path_;
  std::string_view rest_;
};

template <class T> void check_kind(const std::string& path, std::string_view found) {
  if (found == kind_of<T>.descr) return;
  for (const Kind& kind : {kind_of<float>, kind_of<double>, kind_of<std::int64_t>, kind_of<bool>}) {
    if (found == kind.descr) fail("load_npy: ", path, " holds ", kind.words, " (", found, "); call ", kind.call);
  }
  fail("load_npy: ", path, " holds ", found,
       ", and <f4, <f8, <i8 and |b1 can be read; convert it in NumPy: ", "x.astype('<f4')");
}

}  // namespace

template <class T> void save_npy(const std::string& path, const BasicTensor<T>& x) {
  require_defined("save_npy", x);
  std::ostringstream header = classic();
  header << "{'descr': '" << kind_of<T>.descr << "', 'fortran_order': False, 'shape': ";
  if (x.dim() == 1) {
    header << '(' << x.numel() << ",), }";  // Python's tuple of one
  } else {
    header << x.shape() << ", }";
  }
  std::string text = header.str();
  text.append(63 - (magic.size() + 4 + text.size()) % 64, ' ');  // so that the elements begin at a multiple of 64
  text += '\n';
  const BasicTensor<T> elements = contiguous(x);
  detail::write_file("save_npy", path, [&](std::ostream& file) {
    file << magic << '\1' << '\0' << static_cast<char>(text.size() % 256) << static_cast<char>(text.size() / 256)
         << text;
    file.write(reinterpret_cast<const char*>(elements.data()),
               static_cast<std::streamsize>(sizeof(T)) * elements.numel());
  });
}

template <class T> BasicTensor<T> load_npy(const std::string& path) {
  detail::OpenFile file = detail::open_file("load_npy", path);
  unsigned char start[8] = {};
  if (!file.read(start, 8) || std::memcmp(start, magic.data(), magic.size()) != 0)
    fail("load_npy: ", path, " is not a .npy file: it does not begin with \\x93NUMPY");
  const int major = start[6], minor = start[7];
  if (major < 1 || major > 3 || minor != 0)
    fail("load_npy: ", path, " has version ", major, '.', minor, " of the format; 1.0, 2.0 and 3.0 can be read");
  const unsigned width = major == 1 ? 2 : 4;
  std::uint32_t length = 0;
  if (!file.read(&length, width) || length > longest_header || length > file.size - 8 - width)
    damaged(path, "its header should have " + std::to_string(length) + " bytes");
  std::string text(length, ' ');
  file.read(text.data(), length);
  const Header header(path, text);
  check_kind<T>(path, header.descr);

  const std::uint64_t left = file.size - 8 - width - length;
  Shape shape = header.shape;
  if (header.fortran_order) {
    for (int d = 0; d < shape.dim(); ++d) shape[d] = header.shape[shape.dim() - 1 - d];
  }
  if (!detail::fills(shape, sizeof(T), left)) {
    std::ostringstream what = classic();
    what << "its shape is " << header.shape << ", and there are " << left << " bytes of elements";
    damaged(path, what.str());
  }
  auto elements = BasicTensor<T>::uninitialized(shape);
  if (!file.read(elements.writable(), left)) damaged(path, "its elements end too early");
  if constexpr (std::is_same_v<T, bool>) {
    const auto* first = reinterpret_cast<const unsigned char*>(elements.data());
    if (std::any_of(first, first + left, [](unsigned char byte) { return byte > 1; }))
      damaged(path, "a bool is neither 0 nor 1");
  }
  if (!header.fortran_order) return elements;
  std::vector<int> dims(static_cast<std::size_t>(shape.dim()));
  std::iota(dims.rbegin(), dims.rend(), 0);
  return contiguous(permute(elements, dims));
}

#define TG_INSTANTIATE(T)                                            \
  template void save_npy(const std::string&, const BasicTensor<T>&); \
  template BasicTensor<T> load_npy(const std::string&);
TG_FOR_ALL(TG_INSTANTIATE)

}  // namespace tg
