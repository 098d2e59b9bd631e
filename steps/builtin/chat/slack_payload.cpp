#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/placeholders.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_send.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::chat {
namespace {

Json template_values(const StepInputs& step) {
  auto env = Json::object();
  for (const auto& [name, value] : step.env()) env[name] = value;
  return {{"env", std::move(env)}, {"github", toolkit_context(step)}};
}

// "???" for what does not exist, as the original's library has it.
std::string value_of(const std::vector<std::string>& path, const Json& values) {
  const Json* value = &values;
  for (size_t index = 0; index < path.size(); ++index) {
    if (value == nullptr || value->is_null())
      throw InputError(fmt::format(
          "payload: {} has no value to take {} of",
          fmt::join(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(index), "."), path[index]));
    value = find_member(*value, path[index]);
  }
  return value == nullptr ? "???" : js_text(*value);
}

std::string filled(const std::string& text, const Json& values) {
  return fill_placeholders(replace_all(text, "${{", "{{"), "payload", kSlackSend,
                           [&](const auto& path) { return value_of(path, values); });
}

Json filled(const Json& payload, const Json& values) {
  if (payload.is_string()) return filled(payload.get<std::string>(), values);
  if (!payload.is_structured()) return payload;
  auto copy = payload;
  for (auto& item : copy) item = filled(item, values);
  return copy;
}

}  // namespace

Json toolkit_context(const StepInputs& step) {
  const auto github = [&](const char* name) { return step.context(std::string("github.") + name); };
  const auto number = [&](const char* name) {
    const auto value = read_ordered_json(github(name));
    return value.is_number() ? value : Json(github(name));
  };
  return {{"payload", event_of(step)},
          {"eventName", github("event_name")},
          {"sha", github("sha")},
          {"ref", github("ref")},
          {"workflow", github("workflow")},
          {"action", github("action")},
          {"actor", github("actor")},
          {"job", github("job")},
          {"runAttempt", number("run_attempt")},
          {"runNumber", number("run_number")},
          {"runId", number("run_id")},
          {"apiUrl", github("api_url")},
          {"serverUrl", github("server_url")},
          {"graphqlUrl", github("graphql_url")}};
}

Json filled_payload(const Json& payload, const StepInputs& step) {
  return filled(payload, template_values(step));
}
std::string filled_text(const std::string& text, const StepInputs& step) {
  return filled(text, template_values(step));
}

std::string payload_file(StepHost& host) {
  const auto path = host.workspace() / host.input("payload-file-path");
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw InputError(fmt::format("payload-file-path: there is no file {}", path.string()));
  return read_file(path);
}

size_t payload_length(const std::string& payload) {
  try {
    return slack_length(parse_json_or_yaml(payload, "payload"));
  } catch (const std::exception&) {  // its problem is told elsewhere
    return 0;
  }
}

}  // namespace runner::chat
