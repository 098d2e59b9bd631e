// Reading any bytes as a workflow: no crash, no hang, and each diagnostic can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parser/model/workflow.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string source(data, data + size);
  const auto result = runner::read_workflow("fuzz.yml", source);
  bool failed = false;
  for (const auto& diagnostic : result.diagnostics) {
    failed = failed || diagnostic.severity == runner::Severity::error;
    if (runner::render(diagnostic, source).empty() || diagnostic.pos.line < 1) std::abort();
  }
  if (failed == (result.workflow != nullptr)) std::abort();
  return 0;
}
