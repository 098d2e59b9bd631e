// Reading any bytes as a workflow: no crash, no hang, and each diagnostic can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parser/model/workflow.hpp"
#include "parser/yaml/place.hpp"
#include "parser/yaml/tree.hpp"

namespace {

// Every byte of a scalar has a place in the file.
void check_places(const runner::yaml::Node& node, const runner::yaml::Source& source) {
  for (const size_t at : {size_t{0}, node.text.size() / 2, node.text.size()}) {
    if (runner::yaml::place_in_scalar(source, node.pos, node.text, at).line < 1) std::abort();
  }
  for (const auto& item : node.items) check_places(item, source);
  for (const auto& [key, value] : node.members) {
    check_places(key, source);
    check_places(value, source);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string source(data, data + size);
  const auto result = runner::read_workflow("fuzz.yml", source);
  bool failed = false;
  for (const auto& diagnostic : result.diagnostics) {
    failed = failed || diagnostic.severity == runner::Severity::error;
    if (runner::render(diagnostic, source).empty() || diagnostic.pos.line < 1) std::abort();
  }
  std::vector<runner::Diagnostic> ignored;
  if (const auto root = runner::yaml::read(source, "fuzz.yml", ignored, {.nodes = 1000}))
    check_places(*root, runner::yaml::Source(source));
  if (failed == (result.workflow != nullptr)) std::abort();
  return 0;
}
