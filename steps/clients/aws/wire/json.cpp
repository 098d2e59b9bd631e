// JSON 1.0 and 1.1: one address, the operation in a header.
#include "parser/base/json.hpp"

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/clients/aws/wire/wire.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;

Json to_wire(const Shape& shape, const Json& value) {
  Json result;
  switch (shape.kind) {
    case Kind::structure:
      if (shape.document) return value;
      result = Json::object();
      for (const auto& [name, inner] : value.items()) {
        if (const auto* member = find_member(shape, name))
          result[wire_name(*member)] = to_wire(*member->shape, inner);
      }
      return result;
    case Kind::map:
      result = Json::object();
      for (const auto& [name, inner] : value.items()) result[name] = to_wire(*shape.element, inner);
      return result;
    case Kind::list:
      result = Json::array();
      for (const auto& inner : value) result.push_back(to_wire(*shape.element, inner));
      return result;
    case Kind::timestamp:
      if (const auto time = given_time(value)) return epoch_seconds(*time);
      return value;
    default:
      return value;
  }
}

Json from_wire(const Shape& shape, const Json& value) {
  Json result;
  switch (shape.kind) {
    case Kind::structure:
      if (shape.document || !value.is_object()) return value;
      result = Json::object();
      for (const auto& member : shape.members) {
        const auto at = value.find(wire_name(member));
        if (at != value.end() && !at->is_null()) result[member.name] = from_wire(*member.shape, *at);
      }
      return result;
    case Kind::map:
      if (!value.is_object()) return value;
      result = Json::object();
      for (const auto& [name, inner] : value.items()) result[name] = from_wire(*shape.element, inner);
      return result;
    case Kind::list:
      if (!value.is_array()) return value;
      result = Json::array();
      for (const auto& inner : value) result.push_back(from_wire(*shape.element, inner));
      return result;
    case Kind::timestamp:
      if (value.is_number()) return print_time(value.get<double>());
      return value.is_string() ? Json(print_time(value.get<std::string>())) : value;
    default:
      return value;
  }
}

}  // namespace

WireRequest write_json_request(const Service& service, const Operation& operation, const Json& input) {
  const auto body = operation.input == nullptr ? Json::object() : to_wire(*operation.input, input);
  return {.body = dump_json(body),
          .headers = {{"Content-Type", "application/x-amz-json-" + service.json_version},
                      {"X-Amz-Target", service.target_prefix + "." + operation.name}}};
}

Json read_json_answer(const Operation& operation, const HttpResponse& answer) {
  if (trim(answer.body).empty()) return Json::object();
  const auto json = read_ordered_json(answer.body);
  if (!json.is_object())
    throw Error("expected a JSON object, found \"{}\"", to_valid_utf8(answer.body.substr(0, 60)));
  return from_wire(*operation.output, json);
}

WireError read_json_error(const HttpResponse& answer) {
  const auto body = read_ordered_json(answer.body);
  const auto text = [&](const char* name) {
    const auto at = body.is_object() ? body.find(name) : body.end();
    return body.is_object() && at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  WireError error{text("__type"), text("message")};
  if (error.message.empty()) error.message = text("Message");
  if (error.code.empty()) error.code = text("code");
  if (error.code.empty()) error.code = answer.header("x-amzn-errortype");
  error.code = error.code.substr(0, error.code.find(':'));
  error.code = error.code.substr(error.code.rfind('#') + 1);
  const auto older = answer.header("x-amzn-query-error");
  if (const auto end = older.find(';'); end != std::string::npos && end > 0)
    error.code = older.substr(0, end);
  return error;
}

}  // namespace runner::aws
