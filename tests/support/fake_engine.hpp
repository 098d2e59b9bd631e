// tests/support/fake_engine.hpp -- a Docker Engine of canned answers behind a FakeHost's HTTP.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_host.hpp"

namespace runner::test {

// Of an image that the engine made, and of what it pushed.
inline const std::string kImage = "sha256:" + std::string(64, 'a');
inline const std::string kDigest = "sha256:" + std::string(64, 'd');

struct EngineAnswer {
  int status = 200;
  std::string body{};
};

// Answers by "METHOD /path" without query. Keeps what was sent, a streamed body included.
class FakeEngine {
 public:
  explicit FakeEngine(FakeHost& host) {
    host.env_["DOCKER_HOST"] = "unix:///engine.sock";
    answers_["GET /version"] = {
        200, R"({"ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"})"};
    answers_["GET /v1.41/info"] = {200, R"({"IndexServerAddress":"https://index.hub.test/v1/"})"};
    host.http_.answer = [this](const HttpRequest& request) { return handle(request); };
  }
  void answer(const std::string& request, EngineAnswer answer) { answers_[request] = std::move(answer); }

  std::vector<std::string> asked;  // "METHOD /path?query"
  std::string context;             // the last streamed body

 private:
  HttpResponse handle(const HttpRequest& request) {
    const auto path = request.url.substr(request.url.find('/', 8));
    asked.push_back(request.method + " " + path);
    if (request.read_body) read_all(request);
    const auto at = answers_.find(request.method + " " + path.substr(0, path.find('?')));
    if (at == answers_.end()) return {404, {}, R"({"message":"page not found"})"};
    return {at->second.status, {}, at->second.body};
  }
  void read_all(const HttpRequest& request) {
    context.clear();
    std::string buffer(4096, '\0');
    while (const auto count = request.read_body(buffer.data(), buffer.size()))
      context.append(buffer, 0, count);
  }

  std::map<std::string, EngineAnswer> answers_;
};

}  // namespace runner::test
