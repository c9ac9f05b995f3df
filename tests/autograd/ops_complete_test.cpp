// Completeness: the library's sources are read, and every op found there must have a row in the table of ops.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/autograd/op_table.h"

using namespace tests;
using Names = std::set<std::string>;

namespace {

// Functions without a derivative: results that are indices, masks or constants, and the machinery behind ops.
const Names not_ops{"argmax",
                    "argmin",
                    "argsort",
                    "sign",
                    "compare",
                    "cast",
                    "contiguous",
                    "expand_index",
                    "zeros",
                    "ones",
                    "full",
                    "zeros_like",
                    "ones_like",
                    "arange",
                    "linspace",
                    "load_npy",
                    "eye",
                    "rand",
                    "randn",
                    "normal",
                    "map",
                    "apply",
                    "apply_vjp",
                    "take",
                    "record_joint",
                    "movedim",
                    "reduce_rows",
                    "vjp",
                    "jvp",
                    "hvp",
                    "jacobian",
                    "hessian"};

std::vector<std::string> headers_of(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".h") paths.push_back(entry.path().string());
  }
  return paths;
}

// The names that ops have on a tape: the first argument of record() and record_joint().
void find_recorded(const std::string& path, Names& names) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  static const std::regex call(R"re(\brecord(?:_joint<\w+>)?\(\s*\{?"([^"]+)")re");
  for (std::sregex_iterator i(text.begin(), text.end(), call), end; i != end; ++i) names.insert((*i)[1]);
}

// The public functions that return an array: declared at the start of a line, outside of namespace detail.
void find_declared(const std::string& path, Names& names) {
  static const std::regex declaration(
      R"re(^(?:template <[^>]*> )?(?:auto|CommonArray<[^>]*>|Mask|IndexTensor|(?:SortResult<)?)re"
      R"re(Basic(?:Tensor|Variable)<\w+>>?) (\w+)\()re");
  std::ifstream file(path);
  bool detail = false;
  std::smatch found;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("namespace detail {") || line.starts_with("namespace tg::detail {")) detail = true;
    if (line.starts_with("}  // namespace detail")) detail = false;
    if (!detail && std::regex_search(line, found, declaration)) names.insert(found[1]);
  }
}

Names ops_of_library() {
#define ROW(name, ...) #name,
  Names names{TG_ELEMENTARY(ROW) TG_BINARY(ROW)};
#undef ROW
  for (const char* folder : {"autograd", "nn/attention"}) {
    for (const std::string& path : headers_of(folder)) {
      find_recorded(path, names);
      find_declared(path, names);
    }
  }
  for (const std::string& path : headers_of("tensor")) find_declared(path, names);
  return names;
}

Names ops_of_table() {
  Names names;
  for (const OpRow& row : op_table()) names.insert(row.ops.begin(), row.ops.end());
  return names;
}

Names without(Names names, const Names& others) {
  for (const std::string& name : others) names.erase(name);
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_are_all_in_the_table) {
  const Names library = ops_of_library(), table = ops_of_table();
  for (const std::string& name : without(without(library, not_ops), table)) {
    BOOST_ERROR("the op " << name
                          << " has no row in tests/autograd/op_table.cpp; add one (or name it in not_ops if it has no "
                             "derivative)");
  }
  for (const std::string& name : without(table, library))
    BOOST_ERROR("the table has rows for " << name << ", which is no op any more");
  for (const std::string& name : without(not_ops, library)) BOOST_ERROR("not_ops names " << name << ", which is gone");
}

// That the search finds what it should: one name of each form in which ops stand in the sources.
BOOST_AUTO_TEST_CASE(ops_are_found_in_the_sources) {
  Names recorded, declared;
  for (const std::string& path : headers_of("autograd")) {
    find_recorded(path, recorded);
    find_declared(path, declared);
  }
  for (const char* name :
       {"where", "clamp", "cat", "sum_to", "elementwise", "elementwise_vjp", "elementwise_vjp_vjp"}) {
    BOOST_TEST(recorded.count(name) == 1u, name << " is recorded");
  }
  for (const char* name : {"where", "sort", "matmul", "masked_scatter"})
    BOOST_TEST(declared.count(name) == 1u, name << " is declared");
  BOOST_TEST(declared.count("with_dim") == 0u);  // in namespace detail
  BOOST_TEST(ops_of_library().count("repeat_interleave") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
