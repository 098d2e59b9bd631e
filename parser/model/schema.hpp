// parser/model/schema.hpp -- what may stand where in a workflow file, as tables, and reading a YAML tree
// against them (workflow-syntax.md section 2). The tables are in schema_*.cpp; what the values mean is not
// known here.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/model/availability.hpp"
#include "parser/model/template.hpp"
#include "parser/yaml/source.hpp"
#include "parser/yaml/tree.hpp"

namespace runner::schema {

enum : unsigned {  // what a node may be
  null = 1,
  boolean = 2,
  number = 4,
  string = 8,
  filled = 16,  // a string that is not empty
  sequence = 32,
  mapping = 64,
  scalar = null | boolean | number | string,
  anything = scalar | sequence | mapping,
};

struct Shape;
struct Property {
  std::string_view key;
  const Shape* shape = nullptr;
  bool required = false;
};
using Form = std::span<const Property>;

// A node of the schema. The tables are made of these at compile time with the helpers below.
struct Shape {
  unsigned accepts = 0;
  Availability scope = Availability::none;
  const Shape* item = nullptr;                   // of a sequence
  std::span<const Form> forms = {};              // a mapping with known keys, in one or several forms
  const Shape* value = nullptr;                  // of a mapping's other keys; null: there are none
  std::span<const std::string_view> words = {};  // the string is one of these
  bool condition = false;                        // an `if:`, kept as text
};

extern const Shape kWorkflow;
extern const Shape kEvents;     // of `on:`
extern const Shape kJob;        // one of `jobs:`
extern const Shape kContainer;  // of a job
extern const Shape kServices;
extern const Shape kSteps;
extern const Shape kStrategy;
extern const Shape kPermissions;
extern const Shape kAction;  // a whole action.yml

constexpr Shape text(Availability scope = Availability::none) { return {.accepts = string, .scope = scope}; }
constexpr Shape filled_text(Availability scope = Availability::none) {
  return {.accepts = filled, .scope = scope};
}
constexpr Shape truth(Availability scope = Availability::none) {
  return {.accepts = boolean, .scope = scope};
}
constexpr Shape amount(Availability scope = Availability::none) {
  return {.accepts = number, .scope = scope};
}
constexpr Shape map_of(const Shape& value, Availability scope = Availability::none) {
  return {.accepts = mapping, .scope = scope, .value = &value};
}
constexpr Shape list_of(const Shape& item, Availability scope = Availability::none) {
  return {.accepts = sequence, .scope = scope, .item = &item};
}
// One string that is not empty, or a list of them.
constexpr Shape one_or_more(const Shape& item, Availability scope = Availability::none) {
  return {.accepts = filled | sequence, .scope = scope, .item = &item};
}
constexpr Shape record(std::span<const Form> forms, Availability scope = Availability::none) {
  return {.accepts = mapping, .scope = scope, .forms = forms};
}
constexpr Shape condition(Availability scope) {
  return {.accepts = scalar, .scope = scope, .condition = true};
}

// The names of the activity types of an event, separated by blanks; "" when it has none.
std::string_view activity_types(std::string_view event);

// Collects what is wrong with one file.
class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}
  void error(Pos pos, std::string_view rule, std::string message);
  void warning(Pos pos, std::string_view rule, std::string message);
  bool failed() const;  // has there been an error?
  bool full() const { return diagnostics_.size() >= kMost; }
  const std::string& file() const { return file_; }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

 private:
  static constexpr size_t kMost = 100;  // nobody reads more, and a hostile file could cause 50,000
  std::string file_;
  std::vector<Diagnostic> diagnostics_;
};

// The node as a template; parts that do not fit are reported and absent.
Template read(const yaml::Node& node, const Shape& shape, const yaml::Source& source, Report& report);

}  // namespace runner::schema
