// REST with XML: parts of the input in the address and in headers, one member as the body.
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/wire/wire.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;
using Place = Member::Place;

void write_element(std::string& to, const std::string& name, const Shape& shape, const Json& value,
                   const std::string& attributes = {}) {
  if (shape.kind == Kind::list && shape.flattened) {
    for (const auto& inner : value) write_element(to, name, *shape.element, inner);
    return;
  }
  to.append("<").append(name).append(attributes).append(">");
  if (shape.kind == Kind::structure) {
    for (const auto& member : shape.members) {
      if (const auto at = value.find(member.name); at != value.end())
        write_element(to, wire_name(member), *member.shape, *at);
    }
  } else if (shape.kind == Kind::list) {
    for (const auto& inner : value) write_element(to, shape.element_wire, *shape.element, inner);
  } else if (shape.kind == Kind::map) {
    for (const auto& [key, inner] : value.items()) {
      to.append("<entry><key>").append(xml_escape(key)).append("</key>");
      write_element(to, "value", *shape.element, inner);
      to.append("</entry>");
    }
  } else {
    to.append(xml_escape(scalar_text(shape, value)));
  }
  to.append("</").append(name).append(">");
}

void place_member(const Member& member, const Json& value, WireRequest& request) {
  const auto text = scalar_text(*member.shape, value);
  if (member.place == Place::uri) {
    request.path = replace_all(request.path, "{" + wire_name(member) + "}", percent_encode(text));
    request.path = replace_all(request.path, "{" + wire_name(member) + "+}", percent_encode(text, "-_.~/"));
  } else if (member.place == Place::query) {
    request.query.append(request.query.empty() ? "" : "&")
        .append(percent_encode(wire_name(member)))
        .append("=")
        .append(percent_encode(text));
  } else if (member.place == Place::header) {
    request.headers.emplace_back(wire_name(member), text);
  }
}

}  // namespace

WireRequest write_rest_request(const Service& service, const Operation& operation, const Json& input) {
  const auto mark = operation.uri.find('?');
  WireRequest request{.method = operation.method, .path = operation.uri.substr(0, mark)};
  if (mark != std::string::npos) request.query = operation.uri.substr(mark + 1);
  if (operation.input == nullptr) return request;
  for (const auto& member : operation.input->members) {
    const auto at = input.find(member.name);
    if (at == input.end()) continue;
    place_member(member, *at, request);
    if (member.name != operation.body_member) continue;
    const auto space =
        service.xml_namespace.empty() ? "" : fmt::format(" xmlns=\"{}\"", service.xml_namespace);
    write_element(request.body, wire_name(member), *member.shape, *at, space);
    request.headers.emplace_back("Content-Type", "application/xml");
  }
  return request;
}

// What headers say comes first, as in the CLI's output.
Json read_rest_answer(const Operation& operation, const HttpResponse& answer) {
  auto result = Json::object();
  for (const auto& member : operation.output->members) {
    const auto text = member.place == Place::header ? answer.header(wire_name(member)) : "";
    if (!text.empty()) result[member.name] = read_scalar(*member.shape, text);
  }
  if (trim(answer.body).empty()) return result;
  const auto root = parse_xml(answer.body);
  if (const auto* member = find_member(*operation.output, operation.answer_member)) {
    result[member->name] = read_xml_value(*member->shape, root);
  } else {
    result.update(read_xml_value(*operation.output, root));
  }
  return result;
}

}  // namespace runner::aws
