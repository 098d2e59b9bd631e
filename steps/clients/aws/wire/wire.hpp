// steps/clients/aws/wire/wire.hpp -- the four ways services write requests and answers, behind one interface:
// JSON in and out by the shapes of the model. Pure: no network, no clock.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "steps/clients/aws/given_time.hpp"
#include "steps/clients/aws/json.hpp"
#include "steps/clients/aws/model.hpp"

namespace runner {
struct HttpResponse;
struct XmlNode;
}  // namespace runner

namespace runner::aws {

struct WireRequest {
  std::string method = "POST", path = "/", query{}, body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

// `input` fits the operation's shape (input_problems() found nothing).
WireRequest write_request(const Service& service, const Operation& operation, const Json& input);
// Throws Error when the body does not read.
Json read_answer(const Service& service, const Operation& operation, const HttpResponse& answer);

struct WireError {
  std::string code, message;
};
WireError read_error(const Service& service, const HttpResponse& answer);

// What is wrong with `input`, one line each in the CLI's words; "" when nothing is.
std::string input_problems(const Operation& operation, const Json& input);

// The parts, one file a protocol.
WireRequest write_json_request(const Service& service, const Operation& operation, const Json& input);
Json read_json_answer(const Operation& operation, const HttpResponse& answer);
WireError read_json_error(const HttpResponse& answer);
WireRequest write_query_request(const Service& service, const Operation& operation, const Json& input);
Json read_query_answer(const Operation& operation, const HttpResponse& answer);
WireRequest write_rest_request(const Service& service, const Operation& operation, const Json& input);
Json read_rest_answer(const Operation& operation, const HttpResponse& answer);

// An element by its shape; what the shape does not name is left out.
Json read_xml_value(const Shape& shape, const XmlNode& node);
// A timestamp of an input: a text as read_given_time() takes it, or seconds since 1970.
std::optional<GivenTime> given_time(const Json& value);
// A scalar as text in forms, addresses and XML: true, 2026-11-21T00:24:28Z.
std::string scalar_text(const Shape& shape, const Json& value);
Json read_scalar(const Shape& shape, const std::string& text);
const Member* find_member(const Shape& shape, std::string_view name);
const std::string& wire_name(const Member& member);

}  // namespace runner::aws
