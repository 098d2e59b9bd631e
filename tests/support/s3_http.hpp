// tests/support/s3_http.hpp -- requests and answers of the S3 test server as values. Code of its own: nothing
// of the client it tests.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runner::test {

struct S3HttpRequest {
  std::string method, target;                                  // target as it came: path and query
  std::string path;                                            // as it came, encoded
  std::vector<std::pair<std::string, std::string>> raw_query;  // as they came, encoded, in their order
  std::map<std::string, std::string> query;                    // decoded
  std::map<std::string, std::string> headers;                  // names in lower case
  std::string body;

  std::string header(const std::string& name) const;  // "" when absent
  bool has_query(const std::string& name) const { return query.contains(name); }
  std::string query_value(const std::string& name) const;
};

struct S3HttpAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  // A body of an object, not copied: `length` bytes from `offset`.
  std::shared_ptr<const std::string> shared{};
  size_t offset = 0, length = 0;
  bool head_only = false;                             // Content-Length without a body
  enum class Cut { no, before, half } cut = Cut::no;  // the connection is closed instead
};

// The head without the blank line at its end. False: not HTTP.
bool parse_head(std::string_view head, S3HttpRequest& request);
std::string answer_head(const S3HttpAnswer& answer, long long now);
std::string percent_decoded(std::string_view text);  // '+' stays
std::string percent_encoded(std::string_view text, bool keep_slash);
std::string http_date(long long seconds);
std::string iso_date(long long seconds);
std::string xml_text(std::string_view text);
S3HttpAnswer s3_error(int status, const std::string& code, const std::string& message,
                      const std::string& more = "");

}  // namespace runner::test
