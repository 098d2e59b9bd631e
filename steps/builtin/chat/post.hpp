// steps/builtin/chat/post.hpp -- a request to a chat service that is patient: a rate limit is waited for as
// the service asks, a failure of the service is tried again.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/step.hpp"
#include "steps/system/http.hpp"

namespace runner::chat {

struct Patience {
  // Before the second try, the third ...; as many tries as entries and one. What the service asks for counts
  // more.
  std::vector<std::chrono::milliseconds> delays{std::chrono::seconds(1), std::chrono::seconds(2)};
  std::chrono::milliseconds longest_wait = std::chrono::seconds(60);  // the service asks for more: given up
  bool retry_unanswered = false;  // also when there was no connection at all
};

// No answer came; the text names the service and the cause, never the address.
class NoAnswer : public Error {
 public:
  using Error::Error;
};

// The last answer, whatever it is; each one's status is logged. `service`: "Discord". Throws NoAnswer.
HttpResponse post(StepHost& host, HttpRequest request, const std::string& service,
                  const Patience& patience = {});

bool is_success(const HttpResponse& response);

}  // namespace runner::chat
