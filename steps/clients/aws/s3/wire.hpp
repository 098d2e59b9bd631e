// steps/clients/aws/s3/wire.hpp -- a call of S3: addressed, signed for each attempt, tried again where that
// helps, in the bucket's own region, by the service's own clock (aws.md 2).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "steps/clients/aws/s3/connection.hpp"
#include "steps/clients/aws/s3/settings.hpp"
#include "steps/clients/aws/s3/throttle.hpp"
#include "steps/clients/aws/session.hpp"

namespace runner::aws::s3 {

constexpr std::string_view kXmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";  // of what is sent

struct Call {
  std::string operation;  // "PutObject": for messages
  std::string method = "GET", bucket{}, key{};
  Headers query{};    // plain names and values
  Headers headers{};  // those of the request itself; an empty value is not sent
  std::string_view body{};
  std::function<void(uint64_t at, std::string_view piece)>
      on_data{};              // as Exchange::on_data; at each attempt anew
  bool error_in_200 = false;  // a 200 may hold an error: as if it were a 500
  bool covered = false;       // another checksum covers the body: over TLS it need not be hashed
};

class Wire {
 public:
  // Keeps the session. `region` instead of the session's.
  Wire(Session& session, Settings settings, std::string region = "");
  ~Wire();

  // Safe to use from several threads. The answer is a success. Throws ServiceError, NoAnswer, Cancelled,
  // ConfigurationError.
  Answer call(const Call& call);
  // The same when the job is being cancelled: one attempt, a few seconds. To clean up.
  void last_call(const Call& call);
  std::string presigned_url(const std::string& bucket, const std::string& key, std::chrono::seconds lifetime);

  const Settings& settings() const;
  Session& session() const;
  bool secure(const std::string& bucket) const;            // over TLS
  std::string region_of(const std::string& bucket) const;  // where it was last found
  Throttle& throttle();
  MemoryBudget& memory();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner::aws::s3
