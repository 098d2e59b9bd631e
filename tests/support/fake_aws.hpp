// tests/support/fake_aws.hpp -- AWS services of canned answers behind a FakeHost's HTTP, whatever they speak
// on the wire: answers go by the operation's name.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "parser/base/json.hpp"
#include "tests/support/fake_host.hpp"

namespace runner::test {

class FakeAws {
 public:
  using Json = nlohmann::ordered_json;

  // Keys as a step of configure-aws-credentials leaves them.
  explicit FakeAws(FakeHost& host, bool with_credentials = true) {
    host.env_["AWS_EC2_METADATA_DISABLED"] = "true";
    host.env_["HOME"] = (host.temp() / "home").string();
    host.env_["DOCKER_HOST"] = "unix:///engine.sock";
    if (with_credentials) {
      host.env_["AWS_ACCESS_KEY_ID"] = "AKIDTEST";
      host.env_["AWS_SECRET_ACCESS_KEY"] = "secret-of-test";
      host.env_["AWS_REGION"] = "eu-west-1";
    }
    host.http_.answer = [this](const HttpRequest& request) { return handle(request); };
  }
  explicit FakeAws(FakeHttp& http) {
    http.answer = [this](const HttpRequest& request) { return handle(request); };
  }

  struct Answer {
    int status = 200;
    std::string body{};
  };
  // Given in order; the last one stays. `operation`: "UpdateService", or "POST /path" where the path says it.
  void answer(const std::string& operation, Answer answer) {
    answers_[operation].push_back(std::move(answer));
  }
  void json(const std::string& operation, const Json& body) { answer(operation, {200, body.dump()}); }
  void refuse(const std::string& operation, const std::string& code, const std::string& message,
              int status = 400) {
    answer(operation, {status, Json{{"__type", code}, {"message", message}}.dump()});
  }
  // XML, as STS says it.
  void refuse_in_xml(const std::string& operation, const std::string& code, const std::string& message,
                     int status = 403) {
    answer(operation, {status, "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" +
                                   message + "</Message></Error></ErrorResponse>"});
  }
  // The answer of STS to GetCallerIdentity.
  void identity(const std::string& account, const std::string& arn) {
    answer("GetCallerIdentity",
           {200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" + arn +
                     "</Arn><UserId>AIDA</UserId><Account>" + account +
                     "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"});
  }
  // A role's credentials; `operation`: AssumeRole or AssumeRoleWithWebIdentity.
  void role(const std::string& operation) {
    answer(operation,
           {200, "<" + operation + "Response><" + operation +
                     "Result><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-"
                     "secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2026-"
                     "11-21T15:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:"
                     "GitHubActions</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/d/G</Arn></"
                     "AssumedRoleUser></" +
                     operation + "Result></" + operation + "Response>"});
  }

  struct Call {
    std::string operation;
    HttpRequest request;
    Json body() const { return read_ordered_json(request.body); }
  };
  std::vector<Call> calls;

  // Names of the operations in their order, with blanks between.
  std::string order() const {
    std::string text;
    for (const auto& call : calls) text += (text.empty() ? "" : " ") + call.operation;
    return text;
  }
  const Call* last(const std::string& operation) const {
    const Call* found = nullptr;
    for (const auto& call : calls)
      if (call.operation == operation) found = &call;
    return found;
  }

 private:
  static std::string operation_of(const HttpRequest& request) {
    for (const auto& [name, value] : request.headers)
      if (equal_ignoring_case(name, "X-Amz-Target")) return value.substr(value.rfind('.') + 1);
    if (const auto at = request.body.find("Action=");
        at != std::string::npos && !request.body.starts_with('<')) {
      const auto start = at + 7;
      return request.body.substr(start, request.body.find('&', start) - start);
    }
    auto path = request.url.substr(request.url.find('/', 8));
    return request.method + " " + path.substr(0, path.find('?'));
  }

  HttpResponse handle(const HttpRequest& request) {
    calls.push_back({operation_of(request), request});
    const auto at = answers_.find(calls.back().operation);
    if (at == answers_.end())
      return {501, {}, R"({"__type":"NotCanned","message":"no answer is canned for this"})"};
    auto answer = at->second.front();
    if (at->second.size() > 1) at->second.erase(at->second.begin());
    return {answer.status, {}, answer.body};
  }

  std::map<std::string, std::vector<Answer>> answers_;
};

}  // namespace runner::test
