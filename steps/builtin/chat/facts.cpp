#include "steps/builtin/chat/facts.hpp"

#include "parser/base/json.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::chat {

Facts facts_of(const StepInputs& step) {
  const auto github = [&](const char* name) { return step.context(std::string("github.") + name); };
  Facts facts{github("server_url"), github("repository"), github("sha"),
              github("ref"),        github("event_name"), github("workflow"),
              github("actor"),      github("job"),        github("run_id")};
  if (facts.server.empty()) facts.server = "https://github.com";
  return facts;
}

Json event_of(const StepInputs& step) {
  const std::filesystem::path file = env_value(step.env(), "GITHUB_EVENT_PATH");
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return Json::object();
  auto event = read_ordered_json(read_file(file));
  return event.is_object() ? event : Json::object();
}

std::string event_text(const Json& event, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (!event.contains(at) || event.at(at).is_null()) return {};
  return js_text(event.at(at));
}

std::string head_sha(const Facts& facts, const Json& event) {
  const auto pushed = event_text(event, "/pull_request/head/sha");
  return pushed.empty() ? facts.sha : pushed;
}

}  // namespace runner::chat
