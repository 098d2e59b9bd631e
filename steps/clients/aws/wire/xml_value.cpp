#include "parser/base/json.hpp"
#include "steps/clients/aws/wire/wire.hpp"
#include "steps/formats/xml.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;

Json read_structure(const Shape& shape, const XmlNode& node);

// All children: what an item is called differs between services.
Json read_list(const Shape& shape, const XmlNode& node) {
  auto list = Json::array();
  for (const auto& child : node.children) list.push_back(read_xml_value(*shape.element, child));
  return list;
}

Json read_flattened(const Shape& shape, const XmlNode& parent, const std::string& name) {
  auto list = Json::array();
  for (const auto& child : parent.children) {
    if (child.name == name) list.push_back(read_xml_value(*shape.element, child));
  }
  return list;
}

Json read_map(const Shape& shape, const XmlNode& node) {
  auto map = Json::object();
  for (const auto& entry : node.children) {
    if (const auto* value = entry.child("value"))
      map[entry.text_of("key")] = read_xml_value(*shape.element, *value);
  }
  return map;
}

Json read_structure(const Shape& shape, const XmlNode& node) {
  auto structure = Json::object();
  for (const auto& member : shape.members) {
    if (member.place != Member::Place::body) continue;
    const auto* child = node.child(wire_name(member));
    if (child == nullptr) continue;
    const bool flattened = member.shape->kind == Kind::list && member.shape->flattened;
    structure[member.name] = flattened ? read_flattened(*member.shape, node, wire_name(member))
                                       : read_xml_value(*member.shape, *child);
  }
  return structure;
}

}  // namespace

Json read_xml_value(const Shape& shape, const XmlNode& node) {
  switch (shape.kind) {
    case Kind::structure:
      return read_structure(shape, node);
    case Kind::list:
      return read_list(shape, node);
    case Kind::map:
      return read_map(shape, node);
    default:
      return read_scalar(shape, node.text);
  }
}

}  // namespace runner::aws
