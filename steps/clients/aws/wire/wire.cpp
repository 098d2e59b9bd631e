#include "steps/clients/aws/wire/wire.hpp"

#include <charconv>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

struct Codec {
  WireRequest (*write)(const Service&, const Operation&, const Json&);
  Json (*read)(const Operation&, const HttpResponse&);
};

const Codec& codec_of(Protocol protocol) {
  static constexpr Codec kJson{write_json_request, read_json_answer};
  static constexpr Codec kQuery{write_query_request, read_query_answer};
  static constexpr Codec kRest{write_rest_request, read_rest_answer};
  if (protocol == Protocol::json) return kJson;
  return protocol == Protocol::rest_xml ? kRest : kQuery;
}

std::string reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Request Entity Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return {};
  }
}

// <ErrorResponse><Error>, <Response><Errors><Error>, or <Error> itself.
const XmlNode* error_element(const XmlNode& root) {
  if (root.name == "Error") return &root;
  const auto* errors = root.child("Errors");
  return errors != nullptr ? errors->child("Error") : root.child("Error");
}

WireError read_xml_error(const HttpResponse& answer) {
  try {
    const auto root = parse_xml(answer.body);
    if (const auto* error = error_element(root)) return {error->text_of("Code"), error->text_of("Message")};
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the status is all there is
  }
  return {};
}

template <class Number>
Json number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::string(text);
  return number;
}

}  // namespace

WireRequest write_request(const Service& service, const Operation& operation, const Json& input) {
  return codec_of(service.protocol).write(service, operation, input);
}

Json read_answer(const Service& service, const Operation& operation, const HttpResponse& answer) {
  if (operation.output == nullptr) return Json::object();
  try {
    return codec_of(service.protocol).read(operation, answer);
  } catch (const std::exception& error) {
    throw Error("read the answer of {} {}: {}", service.name, operation.name, error.what());
  }
}

WireError read_error(const Service& service, const HttpResponse& answer) {
  const auto body = trim(answer.body);
  const bool from_a_machine_between = answer.status >= 500 && lower(body.substr(0, 5)) == "<html";
  WireError error;
  if (!body.empty() && !from_a_machine_between)
    error = service.protocol == Protocol::json ? read_json_error(answer) : read_xml_error(answer);
  if (error.code.empty()) error.code = std::to_string(answer.status);
  if (error.message.empty() && error.code == std::to_string(answer.status))
    error.message = reason_of(answer.status);
  return error;
}

const Member* find_member(const Shape& shape, std::string_view name) {
  for (const auto& member : shape.members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

const std::string& wire_name(const Member& member) { return member.wire.empty() ? member.name : member.wire; }

std::optional<GivenTime> given_time(const Json& value) {
  if (value.is_string()) return read_given_time(value.get<std::string>());
  return value.is_number() ? read_given_time(value.dump()) : std::nullopt;
}

std::string scalar_text(const Shape& shape, const Json& value) {
  if (shape.kind == Shape::Kind::timestamp) {
    if (const auto time = given_time(value)) return iso_time(*time);
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Json read_scalar(const Shape& shape, const std::string& text) {
  switch (shape.kind) {
    case Shape::Kind::integer:
      return number_of<int64_t>(trim(text));
    case Shape::Kind::number:
      return number_of<double>(trim(text));
    case Shape::Kind::boolean:
      return trim(text) == "true";
    case Shape::Kind::timestamp:
      return print_time(text);
    default:
      return text;
  }
}

}  // namespace runner::aws
