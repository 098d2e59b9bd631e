#include "parser/matrix.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using expr::Value;

constexpr size_t kMostJobs = 256;
constexpr size_t kMostProduct = 100'000;  // before excludes: they may leave few enough
constexpr size_t kMostNameLength = 100;

// A step from a mapping or list to what is inside: a key, or an index when the key is empty.
struct Part {
  std::string key;
  size_t index = 0;
};
struct Fault {
  std::string message;
  std::vector<Part> path;  // from the matrix to what is wrong
};

bool is_key(std::string_view key, std::string_view wanted) { return equal_ignoring_case(key, wanted); }

// A list of mappings under `key`.
std::vector<const Value::Object*> filters(const Value::Object& matrix, const std::string& key) {
  const auto* value = expr::find(matrix, key);
  if (value == nullptr || value->is_null()) return {};
  const auto* items = value->array();
  if (items == nullptr) throw Fault{fmt::format("Matrix {} must be a list of mappings", key), {{key}}};
  std::vector<const Value::Object*> result;
  for (size_t i = 0; i < items->size(); ++i) {
    const auto* object = (*items)[i].object();
    if (object == nullptr)
      throw Fault{fmt::format("Matrix {} must be a list of mappings", key), {{key}, {"", i}}};
    result.push_back(object);
  }
  return result;
}

// Does every leaf of `filter` equal the same path of `value`? (9.1)
bool matches(const Value& filter, const Value& value) {
  if (const auto* object = filter.object()) {
    return std::all_of(object->begin(), object->end(),
                       [&](const auto& member) { return matches(member.second, value.get(member.first)); });
  }
  if (const auto* items = filter.array()) {
    const auto* others = value.array();
    for (size_t i = 0; i < items->size(); ++i) {
      const bool there = others != nullptr && i < others->size();
      if (!matches((*items)[i], there ? (*others)[i] : Value())) return false;
    }
    return true;
  }
  return equal(filter, value);
}

void add_leaves(const Value& value, std::vector<std::string>& names) {
  if (const auto* object = value.object()) {
    for (const auto& [key, member] : *object) add_leaves(member, names);
  } else if (const auto* items = value.array()) {
    for (const auto& item : *items) add_leaves(item, names);
  } else if (auto text = value.to_string(); !text.empty()) {
    names.push_back(std::move(text));
  }
}

std::vector<std::string> names_of(const Value::Object& values) {
  std::vector<std::string> names;
  for (const auto& [key, value] : values) add_leaves(value, names);
  return names;
}

struct Include {
  Value filter;  // the keys that name a vector
  Value::Object extra;
  bool used = false;
};

class Builder {
 public:
  explicit Builder(const Value::Object& matrix);
  std::vector<Combination> build();

 private:
  void read_excludes(const Value::Object& matrix);
  void read_includes(const Value::Object& matrix);
  bool is_vector(std::string_view key) const;
  void check_size() const;
  Value::Object combination(size_t number) const;
  void apply_includes(const Value& original, Value::Object& values);

  std::vector<std::pair<std::string, const Value::Array*>> vectors_;
  std::vector<const Value::Object*> excludes_;
  std::vector<Include> includes_;
  size_t size_ = 0;  // of the product
};

Builder::Builder(const Value::Object& matrix) {
  for (const auto& [key, value] : matrix) {
    if (is_key(key, "include") || is_key(key, "exclude")) continue;
    const auto* items = value.array();
    if (items == nullptr) throw Fault{fmt::format("Matrix vector '{}' must be a list", key), {{key}}};
    if (items->empty())
      throw Fault{fmt::format("Matrix vector '{}' does not contain any values", key), {{key}}};
    vectors_.emplace_back(key, items);
    size_ = std::max<size_t>(size_, 1) * items->size();
    if (size_ > kMostProduct) throw Fault{fmt::format("The matrix makes more than {} jobs", kMostJobs), {}};
  }
  read_excludes(matrix);
  read_includes(matrix);
  if (vectors_.empty() && includes_.empty()) throw Fault{"Matrix must define at least one vector", {}};
}

bool Builder::is_vector(std::string_view key) const {
  return std::any_of(vectors_.begin(), vectors_.end(),
                     [&](const auto& vector) { return is_key(vector.first, key); });
}

void Builder::read_excludes(const Value::Object& matrix) {
  excludes_ = filters(matrix, "exclude");
  std::vector<std::string> names;
  for (const auto& [name, items] : vectors_) names.push_back(name);
  for (size_t i = 0; i < excludes_.size(); ++i) {
    if (excludes_[i]->empty()) throw Fault{"Matrix exclude filter must not be empty", {{"exclude"}, {"", i}}};
    for (const auto& [key, value] : *excludes_[i]) {
      if (is_vector(key)) continue;
      throw Fault{fmt::format("Matrix exclude key '{}' does not match any key within the matrix{}", key,
                              did_you_mean(key, names)),
                  {{"exclude"}, {"", i}, {key}}};
    }
  }
}

void Builder::read_includes(const Value::Object& matrix) {
  const auto includes = filters(matrix, "include");
  for (size_t i = 0; i < includes.size(); ++i) {
    if (includes[i]->empty())
      throw Fault{"Matrix include mapping does not contain any values", {{"include"}, {"", i}}};
    Value::Object filter, extra;
    for (const auto& member : *includes[i]) (is_vector(member.first) ? filter : extra).push_back(member);
    includes_.push_back({std::move(filter), std::move(extra), false});
  }
}

Value::Object Builder::combination(size_t number) const {
  Value::Object values;
  for (auto vector = vectors_.rbegin(); vector != vectors_.rend(); ++vector) {
    const auto& items = *vector->second;
    values.emplace_back(vector->first, items[number % items.size()]);
    number /= items.size();
  }
  std::reverse(values.begin(), values.end());
  return values;
}

void Builder::apply_includes(const Value& original, Value::Object& values) {
  const auto vectors = vectors_.size();
  for (auto& include : includes_) {
    if (!matches(include.filter, original)) continue;
    include.used = true;
    for (const auto& [key, value] : include.extra) {
      const auto same = std::find_if(
          values.begin() + static_cast<std::ptrdiff_t>(vectors), values.end(),
          [name = std::string_view(key)](const auto& member) { return is_key(member.first, name); });
      if (same == values.end()) {
        values.emplace_back(key, value);
      } else {
        same->second = value;
      }
    }
  }
}

std::vector<Combination> Builder::build() {
  std::vector<Combination> result;
  const auto add = [&](Combination combination) {
    if (result.size() == kMostJobs)
      throw Fault{fmt::format("The matrix makes more than {} jobs", kMostJobs), {}};
    result.push_back(std::move(combination));
  };
  for (size_t number = 0; number < size_; ++number) {
    auto values = combination(number);
    const Value original(values);
    const bool dropped = std::any_of(excludes_.begin(), excludes_.end(),
                                     [&](const auto* exclude) { return matches(Value(*exclude), original); });
    if (dropped) continue;
    auto names = names_of(values);
    apply_includes(original, values);
    add({std::move(values), std::move(names)});
  }
  for (const auto& include : includes_) {
    if (include.used) continue;
    auto values = *include.filter.object();
    values.insert(values.end(), include.extra.begin(), include.extra.end());
    auto names = names_of(values);
    add({std::move(values), std::move(names)});
  }
  return result;
}

std::vector<Combination> expand(const Value& matrix) {
  if (matrix.is_null()) return {};
  const auto* object = matrix.object();
  if (object == nullptr) throw Fault{"The matrix must be a mapping", {}};
  return Builder(*object).build();
}

// The place of what `path` leads to, as near as the file shows it.
Pos locate(const Template& matrix, const std::vector<Part>& path) {
  const auto* node = &matrix;
  auto pos = matrix.pos;
  for (const auto& [key, index] : path) {
    const Template* next = nullptr;
    if (key.empty()) {
      next = index < node->items.size() ? &node->items[index] : nullptr;
      if (next != nullptr) pos = next->pos;
    } else {
      for (const auto& [name, value] : node->members) {
        if (name.kind == Template::Kind::string && is_key(name.text, key)) next = &value, pos = name.pos;
      }
    }
    if (next == nullptr) break;
    node = next;
  }
  return pos;
}

}  // namespace

std::vector<Combination> expand_matrix(const Value& matrix, Pos pos) {
  try {
    return expand(matrix);
  } catch (const Fault& fault) {
    throw TemplateError(pos, fault.message);
  }
}

std::vector<Combination> expand_matrix(const Template& matrix, const expr::Scope& scope) {
  const auto value = evaluate(matrix, scope);
  try {
    return expand(value);
  } catch (const Fault& fault) {
    throw TemplateError(locate(matrix, fault.path), fault.message);
  }
}

std::string matrix_job_name(const std::string& name, const std::vector<std::string>& parts) {
  if (parts.empty()) return name;
  std::string text = name + " (";
  for (size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? ", " : "") + parts[i];
  text += ')';
  size_t at = 0, characters = 0, cut = 0;  // cut: where the 97th character ends
  for (; at < text.size(); ++characters) {
    if (characters == kMostNameLength - 3) cut = at;
    at += std::max<size_t>(utf8_length(text, at), 1);
  }
  return characters > kMostNameLength ? text.substr(0, cut) + "..." : text;
}

}  // namespace runner
