// NumPy's files: those that NumPy wrote, those that it reads, and those that are refused.
#include <sys/stat.h>

#include <iostream>

#include "tests/examples/process.h"
#include "tests/support.h"
#include "tests/temporary_folder.h"

using namespace tests;

namespace {

std::string numpys(const std::string& name) { return "tests/reference/npy/" + name + ".npy"; }

// A file of format 1.0 with this header and so many bytes of elements.
std::string file_of(const std::string& header, std::size_t bytes) {
  std::string text("\x93NUMPY\1\0", 8);
  text += static_cast<char>(header.size() % 256);
  text += static_cast<char>(header.size() / 256);
  return text + header + std::string(bytes, '\0');
}

void check_refused(const std::string& text, const std::string& error_after_path) {
  const TemporaryFolder folder;
  const std::string path = folder / "file.npy";
  write_file(path, text);
  CHECK_ERROR(load_npy(path), "load_npy: " + path + error_after_path);
}

void check_damaged(const std::string& text, const std::string& what) {
  check_refused(text, " is cut short or damaged: " + what);
}

const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

// What is saved is loaded again, to the last bit, views too.
template <class T> void check_back(const BasicTensor<T>& x) {
  const TemporaryFolder folder;
  save_npy(folder / "x.npy", x);
  const BasicTensor<T> y = load_npy<T>(folder / "x.npy");
  BOOST_TEST(y.shape() == x.shape());
  BOOST_TEST((y.to_vector() == x.to_vector()));
  BOOST_TEST(y.is_contiguous());
  const std::set<std::string> only = {"x.npy"};
  BOOST_TEST(folder.names() == only, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tensor)

BOOST_AUTO_TEST_CASE(files_of_numpy_are_loaded) {
  const Tensor x = reshape(arange(6), {2, 3}) / 4 - 0.5;
  for (const std::string name : {"float", "float-2", "float-3"}) CHECK_SAME(load_npy(numpys(name)), x);
  CHECK_SAME(load_npy<double>(numpys("double")), cast<double>(x) / 3);
  CHECK_SAME(load_npy<std::int64_t>(numpys("int")), (IndexTensor{-1, 0, std::int64_t{1} << 62}));
  CHECK_SAME(load_npy<std::int64_t>(numpys("int-matrix")), (IndexTensor{{0, 1}, {2, 3}}));
  CHECK_SAME(load_npy<bool>(numpys("bool")), x > 0);
  CHECK_SAME(load_npy<bool>(numpys("bool-fortran")), x > 0);
  CHECK_SAME(load_npy(numpys("scalar")), Tensor::from_number(0.25));
  CHECK_SAME(load_npy(numpys("nothing")), zeros({2, 0, 3}));
  const Tensor cube = load_npy(numpys("cube-fortran"));
  CHECK_SAME(cube, reshape(arange(24), {2, 3, 4}));
  BOOST_TEST(cube.is_contiguous());
}

BOOST_AUTO_TEST_CASE(what_is_saved_is_loaded) {
  check_back(numbers<float>({3, 4}));
  check_back(transpose(numbers<double>({3, 4, 2})));
  check_back(expand(Tensor{{1}, {2}}, {2, 5}));
  check_back(Tensor::from_number(-0.0f));
  check_back(zeros({0}));
  check_back(ones({1, 1, 1, 1, 1, 1, 1, 1}));
  check_back(IndexTensor{1, -2, 3});
  check_back(numbers<float>({7}) > 0.5);
  check_back(zeros({100000}));
}

BOOST_AUTO_TEST_CASE(numpy_loads_what_is_saved) {
  const std::string script = "python3 tests/reference/npy_files.py print ";
  if (run_program("/bin/sh", {"-c", "python3 -c 'import numpy'"}).code != 0) {
    std::cout << "skipped: there is no python3 with NumPy to read its files\n";
    return;
  }
  const TemporaryFolder folder;
  const auto printed = [&](const auto& x) {
    save_npy(folder / "x.npy", x);
    const Finished python = run_program("/bin/sh", {"-c", script + (folder / "x.npy")});
    BOOST_TEST(python.err == "");
    return python.out;
  };
  BOOST_TEST(printed(transpose(Tensor{{0.25, -1}, {0, 2}})) ==
             "<f4 (2, 2) 0x1.0000000000000p-2 0x0.0p+0 -0x1.0000000000000p+0 0x1.0000000000000p+1\n");
  BOOST_TEST(printed(Tensor64{1 / 3.}) == "<f8 (1,) 0x1.5555555555555p-2\n");
  BOOST_TEST(printed(Tensor64::from_number(1)) == "<f8 () 0x1.0000000000000p+0\n");
  BOOST_TEST(printed(IndexTensor{{-5}, {std::int64_t{1} << 62}}) == "<i8 (2, 1) -5 4611686018427387904\n");
  BOOST_TEST(printed(Mask{true, false}) == "|b1 (2,) 1 0\n");
  BOOST_TEST(printed(zeros({2, 0})) == "<f4 (2, 0)\n");
}

// Elements begin at a multiple of 64 bytes, as the format asks.
BOOST_AUTO_TEST_CASE(the_header_is_numpys) {
  const TemporaryFolder folder;
  for (std::int64_t n = 1; n < 100'000'000'000; n *= 10) {
    save_npy(folder / "x.npy", zeros<bool>({n, 0}));
    const std::string text = read_file(folder / "x.npy");
    BOOST_TEST(text.size() % 64 == 0u);
    BOOST_TEST(text.back() == '\n');
    const std::string dictionary =
        "{'descr': '|b1', 'fortran_order': False, 'shape': (" + std::to_string(n) + ", 0), }";
    BOOST_TEST(text.substr(10, dictionary.size()) == dictionary);
  }
}

BOOST_AUTO_TEST_CASE(headers_may_be_written_otherwise) {
  const TemporaryFolder folder;
  for (const std::string other : {"{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}",
                                  "{'shape':(2,3,),'descr':'<f4','fortran_order':False,}  \n",
                                  "  { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 ) , } "}) {
    write_file(folder / "file.npy", file_of(other, 24));
    CHECK_SAME(load_npy(folder / "file.npy"), zeros({2, 3}));
  }
}

BOOST_AUTO_TEST_CASE(other_scalars_are_refused_by_name) {
  const auto text = [](const std::string& file, const std::string& what) {
    return "load_npy: " + numpys(file) + " holds " + what;
  };
  CHECK_ERROR(load_npy(numpys("double")), text("double", "doubles (<f8); call load_npy<double>(path)"));
  CHECK_ERROR(load_npy<double>(numpys("float")), text("float", "floats (<f4); call load_npy(path)"));
  CHECK_ERROR(load_npy(numpys("bool")), text("bool", "bools (|b1); call load_npy<bool>(path)"));
  CHECK_ERROR(load_npy(numpys("int")), text("int", "integers of 64 bits (<i8); call load_npy<std::int64_t>(path)"));
  const std::string end = ", and <f4, <f8, <i8 and |b1 can be read; convert it in NumPy: x.astype('<f4')";
  CHECK_ERROR(load_npy(numpys("half")), text("half", "<f2" + end));
  CHECK_ERROR(load_npy(numpys("big-endian")), text("big-endian", ">f4" + end));
  CHECK_ERROR(load_npy<std::int64_t>(numpys("int32")), text("int32", "<i4" + end));
  CHECK_ERROR(load_npy(numpys("complex")), text("complex", "<c8" + end));
  CHECK_ERROR(load_npy(numpys("object")), text("object", "|O" + end));
  CHECK_ERROR(load_npy(numpys("string")), text("string", "<U2" + end));
  CHECK_ERROR(load_npy(numpys("record")), text("record", "records; save each of their fields as an array"));
  CHECK_ERROR(load_npy(numpys("nine")), "load_npy: " + numpys("nine") +
                                            " holds an array of more than 8 dimensions, the "
                                            "most that a tensor may have; reshape it in NumPy");
}

BOOST_AUTO_TEST_CASE(files_that_are_none_of_numpys) {
  const TemporaryFolder folder;
  CHECK_ERROR(load_npy(folder / "missing"),
              "load_npy: cannot read " + (folder / "missing") + ": No such file or directory");
  const std::string irregular = " is not a regular file (a folder or a device); name another";
  CHECK_ERROR(load_npy(folder.path().string()), "load_npy: " + folder.path().string() + irregular);
  CHECK_ERROR(load_npy("/dev/zero"), "load_npy: /dev/zero" + irregular);
  BOOST_TEST(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_ERROR(load_npy(folder / "pipe"), "load_npy: " + (folder / "pipe") + irregular);
  const std::string none = " is not a .npy file: it does not begin with \\x93NUMPY";
  check_refused("", none);
  check_refused("\x93NUMPY\1", none);
  check_refused("PK\3\4 an archive of NumPy's", none);
  const auto version = [](char major, char minor) {
    std::string text = file_of(header, 24);
    text[6] = major;
    text[7] = minor;
    return text;
  };
  const std::string end = " of the format; 1.0, 2.0 and 3.0 can be read";
  check_refused(version(0, 0), " has version 0.0" + end);
  check_refused(version(4, 0), " has version 4.0" + end);
  check_refused(version(1, 1), " has version 1.1" + end);
  check_refused(version('\xff', 0), " has version 255.0" + end);
}

BOOST_AUTO_TEST_CASE(headers_that_are_damaged) {
  const auto check_header = [](const std::string& text, const std::string& what) {
    check_damaged(file_of(text, 24), "its header " + what);
  };
  const std::string none = "cannot be read", shape = "has a shape that cannot be read";
  for (const std::string text : {"", " ", "{", "}", "[]", "None", "{'descr'", "{,}", "{'descr': '<f4' 'shape': ()}",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)"})
    check_header(text, none);
  check_header("{'descr': ", "has a descr that is no string");
  check_header("{'descr': '<f4", "has a descr that is no string");
  check_header("{'descr': '", "has a descr that is no string");
  check_header("{'descr': 1}", "has a descr that is no string");
  check_header("{'descr': ''}", "has a descr that is no string");
  check_header("{}", "lacks descr, fortran_order or shape");
  check_header("{'descr': '<f4', 'shape': (2, 3)}", "lacks descr, fortran_order or shape");
  check_header("{'descr': '<f4', 'descr': '<f4'}", "has a key that it should not have, or one twice");
  check_header("{'shape': (), 'shape': ()}", "has a key that it should not have, or one twice");
  check_header("{'desc': '<f4'}", "has a key that it should not have, or one twice");
  check_header("{descr: '<f4'}", "has a key that it should not have, or one twice");
  check_header("{'fortran_order': 0}", "has a fortran_order that is neither True nor False");
  check_header("{'fortran_order': 'True'}", "has a fortran_order that is neither True nor False");
  for (const std::string text : {"(-2, 3)", "(2 3)", "(2.0, 3)", "(2L, 3L)", "(0x2, 3)", "(99999999999999999999,)",
                                 "((2), 3)", "(2, 3", "(2, , 3)", "(,)", "('2', 3)", "(2_0, 3)"})
    check_header("{'descr': '<f4', 'fortran_order': False, 'shape': " + text + "}", shape);
  check_header("{'descr': '<f4', 'fortran_order': False, 'shape': 6}", none);
  check_header("{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3]}", none);
  check_header(header + " # more", "goes on behind its end");
  check_header(header + std::string(1, '\0'), "goes on behind its end");
}

// What a header's length or shape asks for is not reserved before the file is known to be as large.
BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit) {
  const auto check_shape = [](const std::string& shape, std::size_t bytes) {
    check_damaged(file_of("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}", bytes),
                  "its shape is " + shape + ", and there are " + std::to_string(bytes) + " bytes of elements");
  };
  check_shape("(2, 3)", 23);
  check_shape("(2, 3)", 25);
  check_shape("(2, 3)", 0);
  check_shape("()", 0);
  check_shape("(1000000000000)", 8);
  check_shape("(4611686018427387904, 4)", 0);  // 2^62 * 4 * 4 is 0 in 64 bits
  check_shape("(4611686018427387905, 4)", 16);
  check_shape("(9223372036854775807)", 24);
  check_shape("(0, 4611686018427387904, 4611686018427387904)", 0);

  std::string text = file_of(header, 24);
  text[8] = '\xff';
  check_damaged(text, "its header should have 255 bytes");
  text[9] = '\xff';
  check_damaged(text, "its header should have 65535 bytes");
  check_damaged(file_of(header + std::string(10000, ' '), 24), "its header should have 10059 bytes");
  check_damaged(std::string("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14), "its header should have 4294967295 bytes");
  check_damaged(std::string("\x93NUMPY\2\0\x10", 9), "its header should have 16 bytes");
}

BOOST_AUTO_TEST_CASE(a_bool_is_0_or_1) {
  const TemporaryFolder folder;
  std::string text = file_of("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 2);
  text.back() = 2;
  write_file(folder / "file.npy", text);
  CHECK_ERROR(load_npy<bool>(folder / "file.npy"),
              "load_npy: " + (folder / "file.npy") + " is cut short or damaged: a bool is neither 0 nor 1");
}

BOOST_AUTO_TEST_CASE(a_file_cut_at_any_byte_is_refused) {
  const TemporaryFolder folder;
  const std::string cut = folder / "cut.npy";
  for (const std::string name : {"float", "float-2", "cube-fortran"}) {
    const std::string text = read_file(numpys(name));
    for (std::size_t size = 0; size < text.size(); ++size) {
      write_file(cut, text.substr(0, size));
      const std::string error = error_of([&] { load_npy(cut); });
      if (!error.starts_with("load_npy: " + cut + " is ")) BOOST_ERROR(name << " of " << size << " bytes: " << error);
    }
  }
}

BOOST_AUTO_TEST_CASE(saving_arrays_where_one_cannot) {
  const TemporaryFolder folder;
  const Tensor x{1};
  CHECK_ERROR(save_npy(folder / "x.npy", Tensor()), empty_text_of("save_npy"));
  CHECK_ERROR(save_npy(folder / "no/x.npy", x),
              "save_npy: cannot write " + (folder / "no/x.npy") + ": No such file or directory");
  CHECK_ERROR(save_npy(folder.path().string(), x),
              "save_npy: " + folder.path().string() + " is not a regular file (a folder or a device); name another");
  BOOST_TEST(folder.names().empty());
}

BOOST_AUTO_TEST_CASE(npy_files_know_no_language) {
  const TemporaryFolder folder;
  const Tensor x = numbers<float>({2000, 3});
  {
    const GermanStreams german;
    save_npy(folder / "german.npy", x);
    CHECK_SAME(load_npy(folder / "german.npy"), x);
  }
  save_npy(folder / "classic.npy", x);
  BOOST_TEST(read_file(folder / "german.npy") == read_file(folder / "classic.npy"));
}

BOOST_AUTO_TEST_SUITE_END()
