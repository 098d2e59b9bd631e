#include "runner/contexts/objects.hpp"

namespace runner {
namespace {

using expr::Value;

Value::Object members(const auto& pairs) {
  Value::Object object;
  for (const auto& [name, value] : pairs) object.emplace_back(name, value);
  return object;
}

}  // namespace

Value text_object(const NamedValues& values) { return members(values); }
Value text_object(const Outputs& values) { return members(values); }
Value env_object(const Environment& env) { return Value::case_sensitive(members(env)); }

Value steps_object(const std::vector<StepRecord>& steps) {
  Value::Object object;
  for (const auto& step : steps) {
    object.emplace_back(step.id, Value::Object{{"outputs", text_object(step.outputs)},
                                               {"outcome", std::string(to_string(step.outcome))},
                                               {"conclusion", std::string(to_string(step.conclusion))}});
  }
  return object;
}

Value needs_object(const std::vector<NeedRecord>& needs) {
  Value::Object object;
  for (const auto& need : needs) {
    object.emplace_back(need.id, Value::Object{{"result", std::string(to_string(need.result))},
                                               {"outputs", text_object(need.outputs)}});
  }
  return object;
}

}  // namespace runner
