#include "runner/plan/plan_inputs.hpp"

#include "parser/base/text.hpp"
#include "runner/contexts/fallbacks.hpp"

namespace runner {

PlanInputs::PlanInputs(const RunRequest& request, const BuiltinAction& action, const Uses& uses,
                       NamedValues with, const KnownScope& known)
    : request_(request),
      version_(action_version(uses)),
      with_(std::move(with)),
      known_(known),
      fallbacks_(evaluated_fallbacks(action.spec, with_, known.scope)),
      env_(request.process) {
  // a job has no HOME of its own yet: what is looked for there is in the user's
  env_["HOME"] = request.folders.user_home.string();
  for (const auto& [name, value] : known.env) env_[name] = value;
}

std::string PlanInputs::input(std::string_view name) const { return std::string(trim(raw_input(name))); }

std::string PlanInputs::raw_input(std::string_view name) const {
  if (const auto at = with_.find(name); at != with_.end()) return at->second;
  const auto at = fallbacks_.find(name);
  return at == fallbacks_.end() ? "" : at->second;
}

std::string PlanInputs::context(std::string_view path) const {
  const auto dot = path.find('.');
  const auto* context = expr::find(known_.scope.contexts, path.substr(0, dot));
  if (context == nullptr || dot == std::string_view::npos) return "";
  auto value = *context;
  for (const auto part : split(path.substr(dot + 1), '.')) value = value.get(part);
  return value.is_primitive() ? value.to_string() : "";
}

}  // namespace runner
