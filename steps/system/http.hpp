// steps/system/http.hpp -- HTTP requests, also over a unix socket. The only header of ours over libcurl.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/base/error.hpp"

namespace runner {

struct HttpProxy {
  std::string url, exceptions;  // "" for none; as NO_PROXY
};

struct HttpRequest {
  std::string method = "GET", url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Called for the body piece by piece instead of `body`: fills the buffer, 0 at the end. Sent chunked.
  std::function<size_t(char* buffer, size_t size)> read_body;
  // Called with each piece of the answer as it comes; without it the answer is collected in
  // HttpResponse::body.
  std::function<void(std::string_view piece)> on_data;
  size_t most_collected = size_t{256}
                          << 20;  // bytes; a longer answer throws, where none of them are handed on
  std::string unix_socket;        // path; empty: TCP
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{0};       // the whole request; 0: none
  std::chrono::milliseconds read_timeout{0};  // without a byte in either direction, in whole seconds; 0: none
  bool follow_redirects = false;
  bool path_as_is = false;  // "." and ".." in the path are names like others
  bool verify_tls = true;
  std::string ca_file{};             // PEM; empty: SSL_CERT_FILE, else the system's
  std::optional<HttpProxy> proxy{};  // unset: as this process's environment says
  std::stop_token stop;              // asked: the connection is closed and send() throws
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string header(std::string_view name) const;  // case ignored; "" when absent
};

enum class HttpFailure { connect, connect_timeout, timeout, tls, cancelled, other };

// What went wrong without the URL in front: for callers whose path is a secret too.
class HttpError : public Error {
 public:
  HttpError(const std::string& request, std::string cause, HttpFailure failure = HttpFailure::other)
      : Error("{}: {}", request, cause), cause_(std::move(cause)), failure_(failure) {}
  const std::string& cause() const { return cause_; }
  HttpFailure failure() const { return failure_; }

 private:
  std::string cause_;
  HttpFailure failure_;
};

class Http {
 public:
  virtual ~Http() = default;
  // Any status is an answer. Throws HttpError when there is none: what was being asked of whom (never with
  // the query or user part of the URL: secrets), then the cause. What the request's functions throw comes
  // through.
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

std::unique_ptr<Http> make_http();  // safe to use from several threads
std::string percent_encode(std::string_view text, std::string_view keep = "-_.~");

}  // namespace runner
