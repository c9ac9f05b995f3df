// Save: a module's parameters in a safetensors file, and back.
//
// The file is 8 bytes that tell how long a header is, the header, and the parameters' elements, one parameter after the
// other. The header is JSON. It tells of each name the scalar, the shape, and where the elements begin and end:
//
//   {"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}
//
// Source: the format's description, huggingface/safetensors. A file may come from anywhere, so nothing is believed:
// what does not fit is refused before anything is read for it.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "nn/module.h"
#include "tensor/file.h"

namespace tg::nn {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t longest_header = 100'000'000;  // the format's own limit
constexpr const char* metadata = "__metadata__";       // stands among the names, and holds words for other programs

template <class T> constexpr const char* dtype = sizeof(T) == 4 ? "F32" : "F64";

// A parameter in a file; its elements' place counts from the end of the header.
struct Stored {
  std::string name;
  std::uint64_t begin, end;
  Shape shape;
};

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  fail("load: ", path, " is cut short or damaged: ", what, "; the module is unchanged");
}

template <class... Parts> [[noreturn]] void other_model(const std::string& path, const Parts&... parts) {
  fail("load: ", path, parts..., "; it is of another model; the module is unchanged");
}

Json parse_header(const std::string& path, const std::string& text) {
  std::vector<std::set<std::string>> keys;  // of each object that is open: the parser takes the last of two
  const auto check = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if ((event == Event::object_start || event == Event::array_start) && depth > 2)
      damaged(path, "its header is nested too deeply");
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second)
      damaged(path, "its header has '" + parsed.get<std::string>() + "' twice");
    return true;
  };
  try {
    const bool is_text = text.find('\0') == std::string::npos;  // where the parser would stop
    if (is_text && text.starts_with('{')) return Json::parse(text, check);
  } catch (const Json::exception&) {
  }
  damaged(path, "its header is not a JSON object");
}

bool is_size(const Json& value) { return value.is_number_unsigned() && value.get<std::uint64_t>() <= INT64_MAX; }

bool are_sizes(const Json& value) { return value.is_array() && std::all_of(value.begin(), value.end(), is_size); }

template <class T> Stored read_entry(const std::string& path, const std::string& name, const Json& entry) {
  const auto is_whole = [&] {
    return entry.is_object() && entry.size() == 3 && entry.contains("dtype") && entry["dtype"].is_string() &&
           entry.contains("shape") && are_sizes(entry["shape"]) && entry.contains("data_offsets") &&
           are_sizes(entry["data_offsets"]) && entry["data_offsets"].size() == 2;
  };
  if (!is_whole()) damaged(path, "'" + name + "' has something else than a dtype, a shape and two data_offsets");
  if (const auto found = entry["dtype"].get<std::string>(); found != dtype<T>) {
    fail("load: ", path, " holds '", name, "' as ", found, ", and this module's parameters are ", dtype<T>,
         "; convert it first (in PyTorch, x.", sizeof(T) == 4 ? "float" : "double", "()); the module is unchanged");
  }
  if (entry["shape"].size() > max_rank)
    other_model(path, " holds '", name, "' with more than ", max_rank, " dimensions");
  Stored stored{name, entry["data_offsets"][0].get<std::uint64_t>(), entry["data_offsets"][1].get<std::uint64_t>(), {}};
  for (const Json& size : entry["shape"]) stored.shape.push_back(size.get<std::int64_t>());
  if (stored.begin > stored.end || !tg::detail::fills(stored.shape, sizeof(T), stored.end - stored.begin))
    damaged(path, "the data_offsets of '" + name + "' do not fit its shape");
  return stored;
}

// The parameters of a header, with elements one after the other, and none between or behind them.
template <class T> std::vector<Stored> read_entries(const std::string& path, const Json& header, std::uint64_t bytes) {
  std::vector<Stored> all;
  for (const auto& [name, entry] : header.items()) {
    if (name != metadata) {
      all.push_back(read_entry<T>(path, name, entry));
    } else if (!entry.is_object() || !std::all_of(entry.begin(), entry.end(), [](auto& v) { return v.is_string(); })) {
      damaged(path, "its __metadata__ are not strings");
    }
  }
  const auto place = [](const Stored& s) { return std::pair(s.begin, s.end); };
  std::sort(all.begin(), all.end(), [&](const Stored& a, const Stored& b) { return place(a) < place(b); });
  std::uint64_t end = 0;
  for (const Stored& stored : all) {
    if (stored.begin != end) damaged(path, "the elements of '" + stored.name + "' do not begin where others end");
    end = stored.end;
  }
  if (end != bytes)
    damaged(path, "there should be " + std::to_string(end) + " bytes of elements, not " + std::to_string(bytes));
  return all;
}

}  // namespace

template <class T> void BasicModule<T>::save(const std::string& path) const {
  std::map<std::string, BasicTensor<T>> tensors;
  for (const auto& [name, parameter] : named_parameters()) tensors.emplace(name, contiguous(parameter.value()));
  if (tensors.contains(metadata))
    fail("save: a parameter is named __metadata__, which the file keeps for itself; give it another name");
  Json header = Json::object();
  std::uint64_t begin = 0;
  for (const auto& [name, x] : tensors) {
    const std::uint64_t end = begin + static_cast<std::uint64_t>(x.numel()) * sizeof(T);
    const std::vector<std::int64_t> shape(x.shape().begin(), x.shape().end());
    header[name] = {{"dtype", dtype<T>}, {"shape", shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception&) {
    fail("save: a parameter's name is not UTF-8, as names in the file must be; give it another");
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  tg::detail::write_file("save", path, [&](std::ostream& file) {
    file.write(reinterpret_cast<const char*>(&length), sizeof length) << text;
    for (const auto& [name, x] : tensors) {
      file.write(reinterpret_cast<const char*>(x.data()), static_cast<std::streamsize>(sizeof(T)) * x.numel());
    }
  });
}

template <class T> void BasicModule<T>::load(const std::string& path) {
  tg::detail::OpenFile file = tg::detail::open_file("load", path);
  std::uint64_t length = 0;
  if (!file.read(&length, sizeof length) || length > longest_header || length > file.size - sizeof length) {
    fail("load: ", path, " is not a safetensors file, or is cut short: its header should have ", length, " bytes; ",
         "the module is unchanged");
  }
  std::string text(length, ' ');
  file.read(text.data(), length);
  const std::uint64_t before = sizeof length + length;
  std::map<std::string, Stored> left;
  for (const Stored& s : read_entries<T>(path, parse_header(path, text), file.size - before)) left[s.name] = s;

  const auto parameters = named_parameters();
  std::vector<BasicTensor<T>> values;
  for (const auto& [name, parameter] : parameters) {
    if (!left.contains(name)) other_model(path, " has no parameter '", name, "', which this module has");
    const Stored stored = left.extract(name).mapped();
    if (stored.shape != parameter.shape()) {
      other_model(path, " holds '", name, "' with shape ", stored.shape, ", this module has it with shape ",
                  parameter.shape());
    }
    values.push_back(BasicTensor<T>::uninitialized(stored.shape));
    file.stream.seekg(static_cast<std::streamoff>(before + stored.begin));
    if (!file.read(values.back().writable(), stored.end - stored.begin)) damaged(path, "it ends too early");
  }
  if (!left.empty()) other_model(path, " holds the parameter '", left.begin()->first, "', which this module lacks");
  for (std::size_t i = 0; i < values.size(); ++i) parameters[i].second.set_value(values[i]);
}

template void BasicModule<float>::save(const std::string&) const;
template void BasicModule<double>::save(const std::string&) const;
template void BasicModule<float>::load(const std::string&);
template void BasicModule<double>::load(const std::string&);

}  // namespace tg::nn
