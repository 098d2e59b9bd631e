// testdata/ok/*.yml give no diagnostic, testdata/err/NAME.yml exactly those of NAME.out. RUNNER_TEST_ACCEPT=1
// rewrites the latter; review the diff.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "parser/model/workflow.hpp"

using namespace runner;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> workflows(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "testdata" / folder)) {
    if (entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 10);
  return files;
}

std::string diagnostics_of(const fs::path& path) {
  const auto source = content(path);
  const auto result = read_workflow(path.filename().string(), source);
  const bool failed = std::any_of(result.diagnostics.begin(), result.diagnostics.end(),
                                  [](const auto& d) { return d.severity == Severity::error; });
  CHECK(failed == (result.workflow == nullptr));
  std::string text;
  for (const auto& diagnostic : result.diagnostics) text += render(diagnostic, source);
  return text;
}

}  // namespace

TEST_CASE("files: good workflows give no diagnostic") {
  for (const auto& path : workflows("ok")) {
    CAPTURE(path.filename().string());
    CHECK(diagnostics_of(path) == "");
  }
}

TEST_CASE("files: wrong workflows give exactly the expected diagnostics") {
  const bool accept = std::getenv("RUNNER_TEST_ACCEPT") != nullptr;
  for (const auto& path : workflows("err")) {
    CAPTURE(path.filename().string());
    const auto expected = fs::path(path).replace_extension(".out");
    const auto found = diagnostics_of(path);
    if (accept) std::ofstream(expected, std::ios::binary) << found;
    CHECK(found == content(expected));
    CHECK(found != "");
  }
}
