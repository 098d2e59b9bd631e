// steps/clients/aws/client.hpp -- calls of the services that have a table in models/: JSON in, JSON out,
// whatever the service speaks on the wire; retries, pages and waiters included. S3's objects are in s3/.
#pragma once
#include <functional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "steps/clients/aws/json.hpp"
#include "steps/clients/aws/model.hpp"
#include "steps/clients/aws/session.hpp"
#include "steps/clients/aws/wire/retry.hpp"

namespace runner::aws {

class Client {
 public:
  // `service` as in find_service(); a name without a table is a bug. Keeps the reference.
  Client(Session& session, std::string_view service);

  // `input` has the members of the operation's input shape. The answer has those of its output shape in the
  // model's order and nothing else; an empty object where nothing comes back. Timestamps are strings in ISO
  // 8601 with an offset, as the CLI prints them; blobs base64. Throws ServiceError for the service's
  // refusals, after retries (aws.md 2.6); ConfigurationError 252 for an input that does not fit the shape;
  // Error when there was no answer.
  Json call(std::string_view operation, const Json& input);
  // The same over all pages: lists of the result joined. Operations without pages: call().
  Json all_pages(std::string_view operation, const Json& input);
  // Polls until the waiter's success. Throws ServiceError with the CLI's text "Waiter ServicesStable failed:
  // ..." as its message. `on_poll` sees each answer.
  void wait(std::string_view waiter, const Json& input, const std::function<void(const Json&)>& on_poll = {});

  const Service& service() const { return service_; }

 private:
  Session& session_;
  const Service& service_;
  RetryQuota quota_;
};

}  // namespace runner::aws
