#include "parser/model/schema.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/model/schema_advice.hpp"
#include "parser/yaml/place.hpp"

namespace runner::schema {
namespace {

Template at(Template::Kind kind, Pos pos) {
  Template result;
  result.kind = kind;
  result.pos = pos;
  return result;
}

Names words_of(const Shape& shape) { return {shape.words.begin(), shape.words.end()}; }

class Reader {
 public:
  Reader(const yaml::Source& source, Report& report) : source_(source), report_(report) {}
  Template read(const yaml::Node& node, const Shape& shape);

 private:
  Template read_scalar(const yaml::Node& node, const Shape& shape);
  Template read_literal(const yaml::Node& node, const Shape& shape);
  Template read_string(const yaml::Node& node, std::string text, const Shape& shape);
  Template read_expression(const yaml::Node& node, const Shape& shape);
  Template read_sequence(const yaml::Node& node, const Shape& shape);
  Template read_mapping(const yaml::Node& node, const Shape& shape);
  Template read_inserted(const yaml::Node& node, Availability scope);
  std::optional<expr::Scalar> parse(const yaml::Node& node, Availability scope);
  std::optional<Template> read_key(const yaml::Node& node, const Shape& shape);
  void finish_mapping(const yaml::Node& node, const std::vector<Form>& forms);
  void unexpected_key(const yaml::Node& mapping, const yaml::Node& key, const Shape& shape,
                      const std::vector<Form>& forms);

  const yaml::Source& source_;
  Report& report_;
};

const Property* find(Form form, std::string_view key) {
  const auto found = std::find_if(form.begin(), form.end(), [&](const auto& p) { return p.key == key; });
  return found == form.end() ? nullptr : &*found;
}

const Shape* shape_of(const std::vector<Form>& forms, std::string_view key) {
  for (const auto form : forms) {
    if (const auto* property = find(form, key)) return property->shape;
  }
  return nullptr;
}

Template Reader::read(const yaml::Node& node, const Shape& shape) {
  switch (node.kind) {
    case yaml::Kind::sequence:
      return read_sequence(node, shape);
    case yaml::Kind::mapping:
      return read_mapping(node, shape);
    default:
      return read_scalar(node, shape);
  }
}

Template Reader::read_scalar(const yaml::Node& node, const Shape& shape) {
  if (shape.condition) {
    auto result = at(Template::Kind::string, node.pos);
    result.text = node.text;
    return result;
  }
  const bool expression = node.kind == yaml::Kind::string && expr::has_expression(node.text);
  return expression ? read_expression(node, shape) : read_literal(node, shape);
}

Template Reader::read_literal(const yaml::Node& node, const Shape& shape) {
  if (node.kind == yaml::Kind::null && (shape.accepts & null) != 0) return at(Template::Kind::null, node.pos);
  if (node.kind == yaml::Kind::boolean && (shape.accepts & boolean) != 0) {
    auto result = at(Template::Kind::boolean, node.pos);
    result.text = node.text;
    result.boolean = node.boolean;
    return result;
  }
  if (node.kind == yaml::Kind::number && (shape.accepts & number) != 0) {
    auto result = at(Template::Kind::number, node.pos);
    result.text = node.text;
    result.number = node.number;
    return result;
  }
  return read_string(node, node.text, shape);
}

Template Reader::read_string(const yaml::Node& node, std::string text, const Shape& shape) {
  const bool fits = (shape.accepts & string) != 0 || ((shape.accepts & filled) != 0 && !text.empty());
  if (!fits) {
    report_.error(node.pos, "schema",
                  fmt::format("Unexpected value '{}'; expected {}", text, wanted(shape, text)));
    return {};
  }
  if (!shape.words.empty() && std::find(shape.words.begin(), shape.words.end(), text) == shape.words.end()) {
    report_.error(node.pos, "schema",
                  fmt::format("Unexpected value '{}'{}", text, hint(text, words_of(shape))));
    return {};
  }
  auto result = at(Template::Kind::string, node.pos);
  result.text = std::move(text);
  return result;
}

std::optional<expr::Scalar> Reader::parse(const yaml::Node& node, Availability scope) {
  constexpr auto kNotAllowed = "A template expression is not allowed in this context";
  try {
    auto scalar = expr::parse_scalar(node.text, allowed(scope));
    if (scope != Availability::none || (scalar.expression == nullptr && !scalar.insert)) return scalar;
    report_.error(node.pos, "expression", kNotAllowed);
  } catch (const expr::ParseError& error) {
    report_.error(yaml::place_in_scalar(source_, node.pos, node.text, error.at()), "expression",
                  scope == Availability::none ? kNotAllowed : error.what());
  }
  return std::nullopt;
}

Template Reader::read_expression(const yaml::Node& node, const Shape& shape) {
  auto scalar = parse(node, shape.scope);
  if (!scalar) return {};
  if (scalar->insert) {
    report_.error(node.pos, "expression",
                  "The directive 'insert' is not allowed in this context; it is a key of a mapping");
    return {};
  }
  if (scalar->expression == nullptr) return read_string(node, std::move(scalar->text), shape);
  auto result = at(Template::Kind::expression, node.pos);
  result.text = node.text;
  result.expression = std::move(scalar->expression);
  result.pieces = std::move(scalar->pieces);
  return result;
}

Template Reader::read_sequence(const yaml::Node& node, const Shape& shape) {
  if ((shape.accepts & sequence) == 0) {
    report_.error(node.pos, "schema", fmt::format("A list was not expected; expected {}", wanted(shape)));
    return {};
  }
  auto result = at(Template::Kind::sequence, node.pos);
  for (const auto& item : node.items) result.items.push_back(read(item, *shape.item));
  return result;
}

// The key as a template; none when it is wrong. A text key is Kind::string.
std::optional<Template> Reader::read_key(const yaml::Node& node, const Shape& shape) {
  auto result = at(Template::Kind::string, node.pos);
  result.text = node.text;
  if (!expr::has_expression(node.text)) return result;
  auto scalar = parse(node, shape.scope);
  if (!scalar) return std::nullopt;
  if (scalar->insert) {
    result.kind = Template::Kind::insert;
  } else if (scalar->expression == nullptr) {
    result.text = std::move(scalar->text);
  } else {
    result.kind = Template::Kind::expression;
    result.expression = std::move(scalar->expression);
    result.pieces = std::move(scalar->pieces);
  }
  return result;
}

// Below a computed key anything may stand: what fits is known once it is evaluated.
Template Reader::read_inserted(const yaml::Node& node, Availability scope) {
  Shape any{.accepts = anything, .scope = scope};
  any.item = any.value = &any;
  return read(node, any);
}

Template Reader::read_mapping(const yaml::Node& node, const Shape& shape) {
  if ((shape.accepts & mapping) == 0) {
    report_.error(node.pos, "schema", fmt::format("A mapping was not expected; expected {}", wanted(shape)));
    return {};
  }
  auto result = at(Template::Kind::mapping, node.pos);
  std::vector<Form> forms(shape.forms.begin(), shape.forms.end());
  bool computed = false, wrong_key = false;
  std::set<std::string, IgnoringCase> seen;
  for (const auto& [name, content] : node.members) {
    if (report_.full()) return result;
    auto key = read_key(name, shape);
    if (!key) continue;
    if (key->kind != Template::Kind::string) {
      computed = true;
      result.members.emplace_back(std::move(*key), read_inserted(content, shape.scope));
      continue;
    }
    if (!seen.insert(key->text).second) {
      report_.error(name.pos, "schema", fmt::format("'{}' is already defined", key->text));
      continue;
    }
    const auto* content_shape = shape_of(forms, key->text);
    if (content_shape != nullptr) {
      std::erase_if(forms, [&](Form form) { return schema::find(form, key->text) == nullptr; });
    } else if (shape.value != nullptr && !key->text.empty()) {
      content_shape = shape.value;
    } else {
      unexpected_key(node, name, shape, forms);
      wrong_key = true;
      continue;
    }
    result.members.emplace_back(std::move(*key), read(content, *content_shape));
  }
  // A wrong key says already why the form of the mapping is not known.
  if (!computed && !(wrong_key && forms.size() > 1)) finish_mapping(node, forms);
  return result;
}

void Reader::unexpected_key(const yaml::Node& mapping, const yaml::Node& key, const Shape& shape,
                            const std::vector<Form>& forms) {
  Names known, free;
  for (const auto form : forms) {
    for (const auto& property : form) {
      if (std::find(known.begin(), known.end(), property.key) != known.end()) continue;
      known.emplace_back(property.key);
      if (mapping.find(property.key) == nullptr) free.emplace_back(property.key);
    }
  }
  auto message = fmt::format("Unknown key '{}'{}", key.text,
                             key.text == "<<" ? "; merge keys are not supported, aliases of whole values are"
                                              : hint(key.text, known, free));
  for (const auto form : shape.forms) {
    if (schema::find(form, key.text) == nullptr) continue;
    for (const auto& [other, content] : mapping.members) {  // the key that ruled this form out
      if (schema::find(form, other.text) != nullptr || shape_of(forms, other.text) == nullptr) continue;
      message = fmt::format("The key '{}' cannot stand beside '{}'", key.text, other.text);
      break;
    }
  }
  report_.error(key.pos, "schema", std::move(message));
}

void Reader::finish_mapping(const yaml::Node& node, const std::vector<Form>& forms) {
  const auto pos = node.members.empty() ? node.pos : node.members.front().first.pos;
  if (forms.size() > 1) {
    Names names;
    for (const auto form : forms) {
      for (const auto& property : form) {
        if (property.required) names.emplace_back(property.key);
      }
    }
    report_.error(pos, "schema",
                  "There's not enough info to determine what you meant. Add one of these properties: " +
                      join(names, ", "));
    return;
  }
  for (const auto form : forms) {
    for (const auto& property : form) {
      if (!property.required || node.find(property.key) != nullptr) continue;
      report_.error(pos, "schema", fmt::format("Required property is missing: {}", property.key));
    }
  }
}

}  // namespace

void Report::error(Pos pos, std::string_view rule, std::string message) {
  if (!full()) diagnostics_.push_back({file_, pos, Severity::error, std::string(rule), std::move(message)});
}

void Report::warning(Pos pos, std::string_view rule, std::string message) {
  if (!full()) diagnostics_.push_back({file_, pos, Severity::warning, std::string(rule), std::move(message)});
}

bool Report::failed() const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == Severity::error; });
}

Template read(const yaml::Node& node, const Shape& shape, const yaml::Source& source, Report& report) {
  return Reader(source, report).read(node, shape);
}

}  // namespace runner::schema
