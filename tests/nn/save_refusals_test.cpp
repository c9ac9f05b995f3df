// Files that load refuses: those of no model, of another one, and damaged ones. The module stays as it was.
#include <sys/stat.h>

#include "tests/nn/modules.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

const std::string end = "; the module is unchanged";
const std::string other_end = "; it is of another model; the module is unchanged";

// Loading this file throws the error and changes nothing.
void check_refused(const std::string& text, const std::string& error_after_path) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  write_file(path, text);
  Pair net;
  net.a.set_value(Tensor{0.5, Limits::quiet_NaN()});
  const Bits before = bits(net);
  CHECK_ERROR(net.load(path), path_error(path, error_after_path));
  BOOST_TEST((bits(net) == before));
}

// The same for a header, followed by four floats.
void check_header(const std::string& header, const std::string& error_after_path) {
  check_refused(file_of<float>(header, {1, 2, 3, 4}), error_after_path);
}

void check_damaged(const std::string& header, const std::string& what) {
  check_header(header, " is cut short or damaged: " + what + end);
}

// A header with this in the place of the second parameter.
std::string with(const std::string& b) { return "{" + pair_a + "," + b + "}"; }

std::string length_of(std::uint64_t length) { return {reinterpret_cast<const char*>(&length), sizeof length}; }

}  // namespace

namespace tg {  // so that the suite's namespace nn is the library's
BOOST_AUTO_TEST_SUITE(nn)

BOOST_AUTO_TEST_CASE(files_that_are_none) {
  const TemporaryFolder folder;
  Pair net;
  const Bits before = bits(net);
  CHECK_ERROR(net.load(folder / "missing"),
              "load: cannot read " + (folder / "missing") + ": No such file or directory");
  CHECK_ERROR(net.load(folder / "no/such/folder"),
              "load: cannot read " + (folder / "no/such/folder") + ": No such file or directory");
  CHECK_ERROR(net.load(""), "load: cannot read : No such file or directory");
  const std::string irregular = " is not a regular file (a folder or a device); name another";
  CHECK_ERROR(net.load(folder.path().string()), path_error(folder.path().string(), irregular));
  CHECK_ERROR(net.load("/dev/zero"), path_error("/dev/zero", irregular));
  BOOST_TEST(mkfifo((folder / "pipe").c_str(), 0600) == 0);  // which nobody writes to: opening it would wait
  CHECK_ERROR(net.load(folder / "pipe"), path_error(folder / "pipe", irregular));
  BOOST_TEST((bits(net) == before));
}

// The header's length is looked at before room is made for it.
BOOST_AUTO_TEST_CASE(headers_of_wrong_length) {
  const auto text = [](std::uint64_t length) {
    return " is not a safetensors file, or is cut short: its header should have " + std::to_string(length) + " bytes" +
           end;
  };
  check_refused("", text(0));
  check_refused("tapegra", text(0x61726765706174));  // as far as it goes
  check_refused("tapegrad-parameters 1\n", text(0x6461726765706174));
  check_refused(length_of(1), text(1));
  check_refused(length_of(100) + std::string(99, ' '), text(100));
  check_refused(length_of(100'000'001) + "{}", text(100'000'001));
  check_refused(length_of(1ull << 63) + "{}", text(1ull << 63));
  check_refused(length_of(~0ull) + "{}", text(~0ull));
  check_refused(length_of(100'000'001) + "{}" + std::string(99'999'999, ' '), text(100'000'001));
}

BOOST_AUTO_TEST_CASE(headers_that_are_no_object) {
  for (const std::string header : {"",
                                   " ",
                                   "{",
                                   "}",
                                   "[]",
                                   "1",
                                   "null",
                                   "\"a\"",
                                   "{}{}",
                                   "{},",
                                   "{'a':1}",
                                   "{\"a\":}",
                                   "{\"a\":1,}",
                                   "{a:1}",
                                   " {}",
                                   "\xef\xbb\xbf{}",
                                   "{\"a\xff\":1}",
                                   "{\"a\":NaN}",
                                   "{\"a\":1e999}",
                                   "{\"a\":\"\\ud800\"}",
                                   "{\"a\":01}",
                                   "{/* */}",
                                   "{\"a\n\":1}"})
    check_damaged(header, "its header is not a JSON object");
  check_damaged(with(pair_b) + '\0', "its header is not a JSON object");  // where the parser stops reading
  std::string garbage;
  for (int i = 0; i < 5000; ++i) garbage += static_cast<char>((i * 7919 + i / 256) % 256);
  check_damaged(garbage, "its header is not a JSON object");
  check_damaged("{\"a\":" + std::string(1'000'000, '['), "its header is nested too deeply");
  check_damaged("{\"a\":{\"a\":{\"a\":{", "its header is nested too deeply");
  check_damaged(with(R"("b":{"dtype":"F32","shape":[2,[1]],"data_offsets":[8,16]})"),
                "its header is nested too deeply");
}

// JSON takes the last of two; here they are found, whatever the way in which they are written.
BOOST_AUTO_TEST_CASE(keys_that_come_twice) {
  check_damaged("{" + pair_a + "," + pair_b + "," + pair_a + "}", "its header has 'a' twice");
  check_damaged("{" + pair_a + R"(,"\u0061":1})", "its header has 'a' twice");
  check_damaged(R"({"__metadata__":{},"__metadata__":{}})", "its header has '__metadata__' twice");
  check_damaged(R"({"__metadata__":{"x":"1","x":"2"}})", "its header has 'x' twice");
  check_damaged(R"({"a":{"dtype":"F32","shape":[2],"dtype":"F32"}})", "its header has 'dtype' twice");
}

BOOST_AUTO_TEST_CASE(entries_that_are_none) {
  const std::string what = "'b' has something else than a dtype, a shape and two data_offsets";
  for (const std::string entry : {"1",
                                  "null",
                                  "[]",
                                  "{}",
                                  "\"F32\"",
                                  R"({"dtype":"F32","shape":[2,1]})",
                                  R"({"dtype":"F32","data_offsets":[8,16]})",
                                  R"({"shape":[2,1],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[8,16],"more":1})",
                                  R"({"dtype":"F32","shape":[2,1],"offsets":[8,16]})",
                                  R"({"dtype":32,"shape":[2,1],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":2,"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,-1],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,1.0],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,"1"],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,null],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":{"2":1},"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[99999999999999999999],"data_offsets":[8,16]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[8]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[8,16,24]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[-8,16]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[8,1.6e1]})",
                                  R"({"dtype":"F32","shape":[2,1],"data_offsets":[8,18446744073709551615]})"})
    check_damaged(with("\"b\":" + entry), what);
  for (const std::string entry : {"1", "[]", R"({"x":1})", R"({"x":null})", R"({"x":{}})", R"("x")"})
    check_damaged(with(pair_b + ",\"__metadata__\":" + entry), "its __metadata__ are not strings");
}

BOOST_AUTO_TEST_CASE(other_scalars_are_refused_by_name) {
  for (const std::string dtype : {"F16", "BF16", "F64", "I64", "BOOL", "F8_E4M3", "f32", "F33", ""}) {
    check_header(with(R"("b":{"data_offsets":[8,16],"dtype":")" + dtype + R"(","shape":[2,1]})"),
                 " holds 'b' as " + dtype + ", and this module's parameters are F32; convert it first (in PyTorch, " +
                     "x.float())" + end);
  }
}

BOOST_AUTO_TEST_CASE(offsets_that_do_not_fit) {
  const auto b = [](const std::string& offsets, const std::string& shape) {
    std::string entry = R"("b":{"data_offsets":[)";
    return with(entry.append(offsets).append(R"(],"dtype":"F32","shape":[)").append(shape).append("]}"));
  };
  const std::string shape = "the data_offsets of 'b' do not fit its shape";
  check_damaged(b("8,12", "2,1"), shape);
  check_damaged(b("8,17", "2,1"), shape);
  check_damaged(b("16,8", "2,1"), shape);
  check_damaged(b("8,16", "2,2"), shape);
  check_damaged(b("8,16", "4611686018427387904,2"), shape);  // 2^62 * 2 * 4 is 0 in 64 bits
  check_damaged(b("8,16", "4611686018427387904,4611686018427387904"), shape);
  check_damaged(b("8,8", "0,4611686018427387904,4611686018427387904"), shape);
  check_damaged(b("8,9223372036854775807", "2305843009213693950"), shape);

  const std::string gap = "the elements of 'b' do not begin where others end";
  check_damaged(b("4,12", "2,1"), gap);
  check_damaged(b("0,8", "2,1"), gap);
  check_damaged(b("12,20", "2,1"), gap);
  check_damaged(b("9223372036854775799,9223372036854775807", "2,1"), gap);
  check_damaged(b("8,8", "0") + std::string(3, ' '), "there should be 8 bytes of elements, not 16");
  check_damaged(b("8,24", "4"), "there should be 24 bytes of elements, not 16");
  check_damaged("{}", "there should be 0 bytes of elements, not 16");
  check_refused(file_of<float>("{" + pair_a + "," + pair_b + "}", {1, 2, 3, 4, 5}),
                " is cut short or damaged: there should be 16 bytes of elements, not 20" + end);
}

BOOST_AUTO_TEST_CASE(another_model) {
  const auto entry = [](const std::string& name, const std::string& offsets, const std::string& shape) {
    std::ostringstream text;
    text << '"' << name << R"(":{"data_offsets":[)" << offsets << R"(],"dtype":"F32","shape":[)" << shape << "]}";
    return text.str();
  };
  check_header(std::string("{").append(entry("a", "0,16", "4")).append("}"),
               " holds 'a' with shape (4), this module has it with shape (2)" + other_end);
  check_header("{" + pair_a + "," + entry("b", "8,16", "1,2") + "}",
               " holds 'b' with shape (1, 2), this module has it with shape (2, 1)" + other_end);
  check_header("{" + pair_a + "," + entry("b", "8,16", "2") + "}",
               " holds 'b' with shape (2), this module has it with shape (2, 1)" + other_end);
  check_header("{" + pair_a + "," + entry("b", "8,16", "2,1,1,1,1,1,1,1,1") + "}",
               " holds 'b' with more than 8 dimensions" + other_end);
  check_header("{" + pair_a + "," + entry("c", "8,16", "2,1") + "}",
               " has no parameter 'b', which this module has" + other_end);
  check_refused(file_of<float>("{" + pair_a + "}", {1, 2}), " has no parameter 'b', which this module has" + other_end);
  check_refused(file_of<float>("{}", {}), " has no parameter 'a', which this module has" + other_end);
  check_refused(file_of<float>("{" + pair_a + "," + pair_b + "," + entry("c", "16,20", "1") + "}", {1, 2, 3, 4, 5}),
                " holds the parameter 'c', which this module lacks" + other_end);
  check_refused(file_of<float>("{" + pair_a + "," + pair_b + "," + entry("", "16,16", "0") + "}", {1, 2, 3, 4}),
                " holds the parameter '', which this module lacks" + other_end);
}

// What module.h promises of a damaged file is no more than what holds: there is no check sum.
BOOST_AUTO_TEST_CASE(a_changed_bit_is_read_as_it_stands) {
  const TemporaryFolder folder;
  std::string text = pair_file();
  text[text.size() - 16 + 2] ^= 0x20;  // in the first element, 1
  write_file(folder / "file", text);
  Pair net;
  net.load(folder / "file");
  CHECK_SAME(net.a.value(), (Tensor{1.25, 2}));
}

// Cut at every byte, or with one byte more, a file is refused.
BOOST_AUTO_TEST_CASE(cut_at_every_byte) {
  const TemporaryFolder folder;
  const std::string whole = folder / "whole", cut = folder / "cut";
  const Model saved(1);
  saved.save(whole);
  const std::string text = read_file(whole);
  Model net(2);
  const Bits before = bits(net);
  const auto check = [&](const std::string& part) {
    write_file(cut, part);
    const std::string error = error_of([&] { net.load(cut); });
    if (!error.starts_with(path_error(cut, " is "))) BOOST_ERROR("of " << part.size() << " bytes: " << error);
    if (bits(net) != before) BOOST_ERROR("of " << part.size() << " bytes, it changed the module");
  };
  for (std::size_t size = 0; size < text.size(); ++size) check(text.substr(0, size));
  check(text + '\0');
  net.load(whole);
  BOOST_TEST((bits(net) == bits(saved)));
}

// Whatever one byte of the header becomes, the file is refused, or it is read as it stands; nothing else happens.
BOOST_AUTO_TEST_CASE(every_byte_of_the_header_changed) {
  const TemporaryFolder folder;
  const std::string path = folder / "file", text = pair_file();
  for (std::size_t at = 0; at < text.size() - 16; ++at) {
    for (const char to : {'\0', '\1', '"', '{', '0', '9', '-', '[', ',', 'z', '\x80', '\xff'}) {
      std::string changed = text;
      changed[at] = to;
      write_file(path, changed);
      Pair net;
      net.a.set_value(Tensor{8, 9});
      const Bits before = bits(net);
      if (error_of([&] { net.load(path); }) == "(no Error was thrown)") {
        CHECK_SAME(net.a.value(), (Tensor{1, 2}));
      } else {
        BOOST_TEST((bits(net) == before));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tg
