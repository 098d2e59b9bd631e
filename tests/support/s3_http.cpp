#include "tests/support/s3_http.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/core.h>

namespace runner::test {
namespace {

std::string stamped(long long seconds, const char* form) {
  const time_t when = static_cast<time_t>(seconds);
  tm parts{};
  ::gmtime_r(&when, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

std::string_view reason(int status) {
  static const std::map<int, std::string_view> kReasons = {{200, "OK"},
                                                           {204, "No Content"},
                                                           {206, "Partial Content"},
                                                           {301, "Moved Permanently"},
                                                           {400, "Bad Request"},
                                                           {403, "Forbidden"},
                                                           {404, "Not Found"},
                                                           {409, "Conflict"},
                                                           {411, "Length Required"},
                                                           {412, "Precondition Failed"},
                                                           {500, "Internal Server Error"},
                                                           {501, "Not Implemented"},
                                                           {503, "Slow Down"}};
  const auto at = kReasons.find(status);
  return at == kReasons.end() ? "Status" : at->second;
}

void parse_query(std::string_view text, S3HttpRequest& request) {
  while (!text.empty()) {
    const auto part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const auto equals = part.find('=');
    const std::string name(part.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? "" : part.substr(equals + 1));
    request.raw_query.emplace_back(name, value);
    auto blank = value;
    std::ranges::replace(blank, '+', ' ');
    request.query[percent_decoded(name)] = percent_decoded(blank);
  }
}

std::string_view stripped(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string S3HttpRequest::header(const std::string& name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? "" : at->second;
}

std::string S3HttpRequest::query_value(const std::string& name) const {
  const auto at = query.find(name);
  return at == query.end() ? "" : at->second;
}

bool parse_head(std::string_view head, S3HttpRequest& request) {
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1."))
    return false;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  const std::string_view target = request.target;
  request.path = target.substr(0, target.find('?'));
  if (const auto mark = target.find('?'); mark != std::string_view::npos)
    parse_query(target.substr(mark + 1), request);
  head.remove_prefix(std::min(head.size(), line.size() + 2));
  while (!head.empty()) {
    const auto field = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), field.size() + 2));
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    std::string name(field.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = stripped(field.substr(colon + 1));
  }
  return true;
}

std::string answer_head(const S3HttpAnswer& answer, long long now) {
  const auto size = answer.shared ? answer.length : answer.body.size();
  auto text = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: test\r\nx-amz-request-id: TEST\r\n",
                          answer.status, reason(answer.status), http_date(now));
  bool has_length = false;
  for (const auto& [name, value] : answer.headers) {
    has_length = has_length || name == "Content-Length";
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!has_length && answer.status != 204) text += fmt::format("Content-Length: {}\r\n", size);
  return text + "\r\n";
}

std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && std::isxdigit(text[at + 1]) &&
        std::isxdigit(text[at + 2])) {
      plain += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

std::string percent_encoded(std::string_view text, bool keep_slash) {
  std::string encoded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '~' ||
        (keep_slash && c == '/')) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string http_date(long long seconds) { return stamped(seconds, "%a, %d %b %Y %H:%M:%S GMT"); }
std::string iso_date(long long seconds) { return stamped(seconds, "%Y-%m-%dT%H:%M:%S.000Z"); }

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
        escaped += "&#13;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

S3HttpAnswer s3_error(int status, const std::string& code, const std::string& message,
                      const std::string& more) {
  S3HttpAnswer answer{status, {{"Content-Type", "application/xml"}}};
  answer.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>{}"
      "<RequestId>TEST</RequestId><HostId>host</HostId></Error>",
      code, xml_text(message), more);
  return answer;
}

}  // namespace runner::test
