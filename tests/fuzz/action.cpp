// Any bytes as an action.yml: no crash, and an action that is read has what running it needs.
#include "parser/model/action.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace runner;
  const auto read = read_action("action.yml", std::string(data, data + size));
  if (read.action == nullptr) {
    if (read.diagnostics.empty()) std::abort();
    return 0;
  }
  const auto& action = *read.action;
  if (action.kind == ActionKind::javascript && action.main.empty()) std::abort();
  if (action.kind != ActionKind::docker && action.post_condition.expression == nullptr) std::abort();
  for (const auto& step : action.steps) {
    if (step.id.value.empty() || step.condition.expression == nullptr) std::abort();
  }
  return 0;
}
