// The direction of includes: runner -> steps -> parser -> parser/base. Tests see all.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"

namespace fs = std::filesystem;

namespace {

using Lines = std::vector<std::string>;

// The first rule whose folder a file lies in tells what of ours it may include.
struct Rule {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};
const Rule kRules[] = {
    {"parser/base/", {"parser/base/"}},
    {"parser/yaml/", {"parser/yaml/", "parser/base/"}},
    {"parser/expr/", {"parser/expr/", "parser/base/"}},
    {"parser/", {"parser/"}},
    {"steps/system/", {"steps/system/", "parser/"}},
    {"steps/formats/", {"steps/formats/", "steps/system/", "parser/"}},
    {"steps/script/", {"steps/script/", "steps/formats/", "steps/system/", "steps/step.hpp", "parser/"}},
    {"steps/clients/",
     {"steps/clients/", "steps/script/", "steps/formats/", "steps/system/", "steps/step.hpp",
      "steps/requirement.hpp", "parser/"}},
    {"steps/store/",
     {"steps/store/", "steps/script/", "steps/clients/", "steps/formats/", "steps/system/", "steps/step.hpp",
      "parser/"}},
    {"steps/aws_cli/",
     {"steps/aws_cli/", "steps/clients/", "steps/script/", "steps/store/", "steps/formats/", "steps/system/",
      "steps/step.hpp", "parser/"}},
    {"steps/action/",
     {"steps/action/", "steps/clients/git/", "steps/formats/", "steps/system/", "steps/step.hpp", "parser/"}},
    {"steps/builtin/", {"steps/", "parser/"}},
    {"steps/catalog.", {"steps/", "parser/"}},
    {"steps/step.", {"steps/step.hpp", "steps/system/", "parser/"}},
    {"steps/action_ref.", {"steps/", "parser/"}},
    {"steps/requirement.hpp", {"steps/", "parser/"}},
    {"runner/report/", {"runner/report/", "steps/", "parser/"}},
    {"runner/journal/", {"runner/journal/", "runner/report/", "steps/", "parser/"}},
    {"runner/order/", {"runner/order/", "runner/report/", "steps/", "parser/"}},
    {"runner/contexts/", {"runner/contexts/", "runner/order/", "runner/report/", "steps/", "parser/"}},
    {"runner/place/", {"runner/place/", "steps/", "parser/"}},
    {"runner/exec/",
     {"runner/exec/", "runner/place/", "runner/contexts/", "runner/order/", "runner/report/", "steps/",
      "parser/"}},
    {"runner/plan/",
     {"runner/plan/", "runner/exec/", "runner/place/", "runner/contexts/", "runner/order/", "runner/report/",
      "steps/", "parser/"}},
    {"runner/doctor/",
     {"runner/doctor/", "runner/plan/", "runner/order/", "runner/report/", "steps/", "parser/"}},
    {"runner/cli/", {"runner/", "steps/", "parser/"}},
    {"runner/main.cpp", {"runner/", "steps/", "parser/"}},
    {"runner/signals.", {"runner/", "steps/", "parser/"}},
};

// Libraries that only one folder may see.
struct Owned {
  std::string_view header, folder;
};
constexpr Owned kOwned[] = {
    {"yaml-cpp/", "parser/yaml/"},
    {"git2", "steps/clients/git/"},
    {"libssh2", "steps/clients/ssh/"},
    {"curl/", "steps/"},
    {"archive", "steps/"},
    {"CLI/", "runner/cli/"},
    {"SQLiteCpp/", "runner/journal/"},
    {"sqlite3.h", "runner/journal/"},
    {"expat.h", "steps/formats/"},
    {"nlohmann/json.hpp", "parser/base/"},
    {"openssl/", "steps/"},
    {"nghttp2/", "steps/clients/docker/"},
    {"pcre2.h", "steps/formats/"},
    {"toml++/", "steps/formats/"},
    {"boost/", "steps/system/"},
    {"zlib.h", "steps/"},
};

bool is_source(const fs::path& path) { return path.extension() == ".cpp" || path.extension() == ".hpp"; }

Lines include_lines(const fs::path& file) {
  std::ifstream input(file);
  Lines lines;
  for (std::string line; std::getline(input, line);) {
    if (line.starts_with("#include")) lines.push_back(line);
  }
  return lines;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return text.starts_with(prefix); });
}

// What is wrong with one #include line of `file`, or "".
std::string complaint(std::string_view file, std::string_view line) {
  const auto open = line.find_first_of("<\"");
  if (open == std::string_view::npos) return "";
  const auto name = line.substr(open + 1, line.find_first_of(">\"", open + 1) - open - 1);
  if (line[open] == '"') {
    for (const auto& rule : kRules) {
      if (!file.starts_with(rule.folder)) continue;
      return starts_with_any(name, rule.may_include) ? "" : "includes upwards: " + std::string(name);
    }
    return "lies in a folder that has no row in kRules";
  }
  for (const auto& owned : kOwned) {
    if (name.starts_with(owned.header) && !file.starts_with(owned.folder)) {
      return "only " + std::string(owned.folder) + " may include " + std::string(name);
    }
  }
  return "";
}

}  // namespace

TEST_CASE("layout: includes point downwards and libraries have one owner") {
  const fs::path root = SOURCE_DIR;
  size_t files = 0;
  for (const auto* folder : {"parser", "steps", "runner"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!is_source(entry.path())) continue;
      ++files;
      const auto file = fs::relative(entry.path(), root).generic_string();
      for (const auto& line : include_lines(entry.path())) {
        CAPTURE(file);
        CHECK(complaint(file, line) == "");
      }
    }
  }
  CHECK(files > 40);
}

// Two types of one name in one namespace are one to the linker, whatever the compiler was shown: each works
// alone, and together they write over each other.
TEST_CASE("layout: a type's name stands once in its namespace") {
  const std::regex type(R"(^(?:struct|class|enum class) (\w+)(?: final)?(?: : [^{]*)?\s*\{)");
  const std::regex space(R"(^namespace ([\w:]+) \{)");
  const fs::path root = SOURCE_DIR;
  std::map<std::string, std::string> files;  // by the type's whole name
  for (const auto* folder : {"parser", "steps", "runner", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".hpp") continue;
      const auto file = fs::relative(entry.path(), root).generic_string();
      std::ifstream stream(entry.path());
      std::string line, inside;
      for (std::smatch match; std::getline(stream, line);) {
        if (std::regex_search(line, match, space)) inside = match[1];
        if (!std::regex_search(line, match, type)) continue;
        const auto placed = files.emplace(inside + "::" + match[1].str(), file);
        CHECK_MESSAGE(placed.second, placed.first->first, " is in ", placed.first->second, " and in ", file);
      }
    }
  }
  CHECK(files.size() > 300);
}

TEST_CASE("layout: a wrong direction would be noticed") {
  struct Case {
    const char *file, *line;
    bool allowed;
  };
  for (const auto& c : {
           Case{"parser/base/text.cpp", "#include \"parser/yaml/tree.hpp\"", false},
           Case{"parser/yaml/read.cpp", "#include \"parser/model/workflow.hpp\"", false},
           Case{"parser/yaml/read.cpp", "#include \"parser/expr/value.hpp\"", false},
           Case{"parser/expr/lexer.cpp", "#include \"parser/yaml/tree.hpp\"", false},
           Case{"parser/matrix.cpp", "#include \"parser/expr/value.hpp\"", true},
           Case{"parser/matrix.cpp", "#include \"steps/step.hpp\"", false},
           Case{"steps/catalog.cpp", "#include \"parser/model/workflow.hpp\"", true},
           Case{"steps/catalog.cpp", "#include \"runner/main.hpp\"", false},
           Case{"runner/main.cpp", "#include \"steps/step.hpp\"", true},
           Case{"runner/main.cpp", "#include \"text.hpp\"", false},
           Case{"runner/exec/step_run.cpp", "#include \"runner/plan/plan.hpp\"", false},
           Case{"runner/newroom/a.cpp", "#include \"steps/step.hpp\"", false},
           Case{"parser/model/schema.cpp", "#include <yaml-cpp/yaml.h>", false},
           Case{"parser/yaml/read.cpp", "#include <yaml-cpp/parser.h>", true},
           Case{"runner/main.cpp", "#include <git2.h>", false},
           Case{"runner/main.cpp", "#include <vector>", true},
       }) {
    CAPTURE(c.file);
    CAPTURE(c.line);
    CHECK(complaint(c.file, c.line).empty() == c.allowed);
  }
}
