// tests/steps/builtin/chat/chat_step.hpp -- a chat action with what it is given, the answers it gets, and
// what it sent.
#pragma once
#include <fstream>

#include "parser/base/json.hpp"
#include "tests/support/fake_host.hpp"

namespace runner::test {

using Json = nlohmann::ordered_json;
using With = std::map<std::string, std::string, IgnoringCase>;

inline const std::string kDiscordHook = "https://chat.test/api/webhooks/1/0123456789abcdef0123";
inline const std::string kSlackHook = "https://hooks.test/services/T1/B1/0123456789abcdef0123";

struct ChatStep {
  FakeHost host;
  std::vector<HttpResponse> answers;  // one after the other, then `usual`
  HttpResponse usual{200, {}, "ok"};

  explicit ChatStep(BuiltinAction action, With with = {}, const Environment& env = {})
      : host(std::move(action)) {
    host.with = std::move(with);
    for (const auto& [name, value] : env) host.env_[name] = value;
    host.contexts = {{"github.server_url", "https://git.test"},
                     {"github.repository", "octo/app"},
                     {"github.sha", "0123456789abcdef0123456789abcdef01234567"},
                     {"github.ref", "refs/heads/main"},
                     {"github.event_name", "push"},
                     {"github.workflow", "Deploy"},
                     {"github.actor", "ada"},
                     {"github.job", "build"},
                     {"github.run_id", "77"}};
    host.http_.answer = [this](const HttpRequest&) {
      if (answers.empty()) return usual;
      auto answer = answers.front();
      answers.erase(answers.begin());
      return answer;
    };
  }
  void event(const Json& payload) {
    const auto file = host.temp() / "event.json";
    std::ofstream(file) << payload.dump();
    host.env_["GITHUB_EVENT_PATH"] = file.string();
  }
  const std::vector<HttpRequest>& sent() const { return host.http_.requests; }
  Json body(size_t index = 0) const { return Json::parse(sent().at(index).body); }
};

inline std::string header_of(const HttpRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return "";
}

}  // namespace runner::test
