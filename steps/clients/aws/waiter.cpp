#include <algorithm>

#include "parser/base/json.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"

namespace runner::aws {
namespace {

using Matcher = Acceptor::Matcher;
using State = Acceptor::State;

// What an attempt gave: an answer, or the service's refusal.
struct Attempt {
  Json answer;
  std::optional<ServiceError> error;
};

// An acceptor with its expression read once.
struct Rule {
  const Acceptor& acceptor;
  std::optional<Query> query;
  Json expected;

  explicit Rule(const Acceptor& made_of) : acceptor(made_of), expected(Json::parse(made_of.expected)) {
    if (!acceptor.argument.empty()) query.emplace(acceptor.argument);
  }

  bool matches(const Attempt& attempt) const {
    switch (acceptor.matcher) {
      case Matcher::error:
        if (expected.is_boolean()) return expected.get<bool>() == attempt.error.has_value();
        return attempt.error && expected == attempt.error->code();
      case Matcher::status:
        return expected == (attempt.error ? attempt.error->status() : 200);
      default:
        return !attempt.error && matches_path(query->search(attempt.answer));
    }
  }

  std::string explanation() const {
    const auto text = expected.is_string()    ? expected.get<std::string>()
                      : expected.is_boolean() ? (expected.get<bool>() ? "True" : "False")
                                              : expected.dump();
    switch (acceptor.matcher) {
      case Matcher::path:
        return fmt::format("For expression \"{}\" we matched expected path: \"{}\"", acceptor.argument, text);
      case Matcher::path_all:
        return fmt::format("For expression \"{}\" all members matched expected path: \"{}\"",
                           acceptor.argument, text);
      case Matcher::path_any:
        return fmt::format("For expression \"{}\" we matched expected path: \"{}\" at least once",
                           acceptor.argument, text);
      case Matcher::status:
        return fmt::format("Matched expected HTTP status code: {}", text);
      case Matcher::error:
        break;
    }
    return fmt::format("Matched expected service error code: {}", text);
  }

 private:
  bool matches_path(const Json& found) const {
    if (acceptor.matcher == Matcher::path) return found == expected;
    if (!found.is_array() || found.empty()) return false;
    const auto equal = [this](const Json& item) { return item == expected; };
    return acceptor.matcher == Matcher::path_all ? std::all_of(found.begin(), found.end(), equal)
                                                 : std::any_of(found.begin(), found.end(), equal);
  }
};

[[noreturn]] void fail(const Waiter& waiter, const std::string& reason) {
  throw ServiceError("", waiter.operation, fmt::format("Waiter {} failed: {}", waiter.name, reason));
}

// Throws when this attempt was the last word.
bool is_done(const Waiter& waiter, const Rule* matched, const Attempt& attempt) {
  if (matched == nullptr) {
    if (!attempt.error) return false;
    fail(waiter, fmt::format("An error occurred ({}): {}", attempt.error->code(), attempt.error->message()));
  }
  if (matched->acceptor.state == State::failure)
    fail(waiter, "Waiter encountered a terminal failure state: " + matched->explanation());
  return matched->acceptor.state == State::success;
}

}  // namespace

void Client::wait(std::string_view name, const Json& input, const std::function<void(const Json&)>& on_poll) {
  const auto* waiter = service_.waiter(name);
  if (waiter == nullptr) throw Error("{} has no waiter {} in its table", service_.name, name);
  std::vector<Rule> rules;
  for (const auto& acceptor : waiter->acceptors) rules.emplace_back(acceptor);
  const Rule* before = nullptr;
  for (int attempt = 1;; ++attempt) {
    Attempt now;
    try {
      now.answer = call(waiter->operation, input);
      if (on_poll) on_poll(now.answer);
    } catch (const ServiceError& error) {
      now.error = error;
    }
    const auto at =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.matches(now); });
    const auto* matched = at == rules.end() ? nullptr : &*at;
    if (is_done(*waiter, matched, now)) return;
    if (matched != nullptr) before = matched;
    if (attempt >= waiter->attempts) {
      fail(*waiter, "Max attempts exceeded" +
                        (before == nullptr ? "" : ". Previously accepted state: " + before->explanation()));
    }
    pause(session_.world(), waiter->delay);
  }
}

}  // namespace runner::aws
