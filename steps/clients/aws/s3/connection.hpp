// steps/clients/aws/s3/connection.hpp -- one attempt of one request over a kept connection. Another owner of
// libcurl than steps/system/http.cpp, because a path of S3 is sent as it is, bodies are not copied, and
// thousands of requests follow each other: a handle keeps all that does not change.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/system/http.hpp"

namespace runner::aws::s3 {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Exchange {
  std::string method, url;
  Headers headers;
  std::string_view body;
  // Takes the body of a 2xx answer instead of Answer::body; `at` counts from the begin of this answer.
  const std::function<void(uint64_t at, std::string_view piece)>* on_data = nullptr;
};

struct Answer {
  int status = 0;
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds took{};                 // from the request's first byte to the answer's last
  std::string header(std::string_view name) const;  // case ignored; "" when absent
};

// There was no answer; what() is the CLI's text, with the URL but never its query.
class NoAnswer : public Error {
 public:
  NoAnswer(std::string text, bool timed_out_) : Error("{}", std::move(text)), timed_out(timed_out_) {}
  bool timed_out;
};

class Cancelled : public Error {
 public:
  Cancelled() : Error("cancelled") {}
};

// `like`: limits, TLS, proxy and stop of a request, as request_for() gives them. `bytes_per_second`: of each
// connection; 0: no limit.
struct ConnectionOptions {
  HttpRequest like;
  uint64_t bytes_per_second = 0;
};

// Safe to use from several threads: each gets a connection of its own, kept for the next request.
class Connections {
 public:
  explicit Connections(ConnectionOptions options);
  ~Connections();
  // Any status is an answer. Throws NoAnswer, Cancelled, and what on_data throws.
  Answer exchange(const Exchange& exchange);

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace runner::aws::s3
