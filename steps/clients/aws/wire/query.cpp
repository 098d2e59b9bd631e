// The query protocol and EC2's own: a form goes out, XML comes back.
#include "parser/base/json.hpp"
#include "steps/clients/aws/wire/wire.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;

class Form {
 public:
  explicit Form(bool ec2) : ec2_(ec2) {}

  void add(const std::string& name, std::string_view value) {
    text_.append(text_.empty() ? "" : "&")
        .append(percent_encode(name))
        .append("=")
        .append(percent_encode(value));
  }

  void add(const std::string& name, const Shape& shape, const Json& value) {
    switch (shape.kind) {
      case Kind::structure:
        for (const auto& member : shape.members) {
          if (const auto at = value.find(member.name); at != value.end())
            add(below(name, name_of(member)), *member.shape, *at);
        }
        break;
      case Kind::list:
        add_list(name, shape, value);
        break;
      case Kind::map:
        add_map(name, shape, value);
        break;
      default:
        add(name, scalar_text(shape, value));
    }
  }

  const std::string& text() const { return text_; }

 private:
  static std::string below(const std::string& prefix, const std::string& name) {
    return prefix.empty() ? name : prefix + "." + name;
  }

  // EC2 writes in capitals what it answers in small letters.
  std::string name_of(const Member& member) const {
    auto name = wire_name(member);
    if (ec2_ && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 32);
    return name;
  }

  void add_list(const std::string& name, const Shape& shape, const Json& value) {
    if (value.empty() && !ec2_) return add(name, "");
    const auto prefix = ec2_ || shape.flattened ? name : name + "." + shape.element_wire;
    for (size_t i = 0; i < value.size(); ++i)
      add(fmt::format("{}.{}", prefix, i + 1), *shape.element, value[i]);
  }

  void add_map(const std::string& name, const Shape& shape, const Json& value) {
    int number = 0;
    for (const auto& [key, inner] : value.items()) {
      const auto entry = fmt::format("{}{}.{}", name, shape.flattened ? "" : ".entry", ++number);
      add(entry + ".key", key);
      add(entry + ".value", *shape.element, inner);
    }
  }

  bool ec2_;
  std::string text_;
};

}  // namespace

WireRequest write_query_request(const Service& service, const Operation& operation, const Json& input) {
  Form form(service.protocol == Protocol::ec2);
  form.add("Action", operation.name);
  form.add("Version", service.api_version);
  if (operation.input != nullptr) form.add("", *operation.input, input);
  return {.body = form.text(),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}};
}

Json read_query_answer(const Operation& operation, const HttpResponse& answer) {
  if (answer.body.empty()) return Json::object();
  const auto root = parse_xml(answer.body);
  const auto* result = operation.result_wrapper.empty() ? &root : root.child(operation.result_wrapper);
  return result == nullptr ? Json::object() : read_xml_value(*operation.output, *result);
}

}  // namespace runner::aws
