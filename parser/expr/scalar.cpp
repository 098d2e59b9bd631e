// From a YAML scalar to its expression (expressions.md section 1).
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/unicode.hpp"
#include "parser/expr/parser.hpp"

namespace runner::expr {
namespace {

constexpr std::string_view kOpen = "${{", kClose = "}}";
constexpr size_t kMaxArguments = 255;

struct Segment {
  std::string_view text;
  bool is_expression = false;
};

// Where the expression that starts at `at` ends: the first }} outside a string.
size_t find_close(std::string_view text, size_t at) {
  bool in_string = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '\'') in_string = !in_string;
    if (!in_string && text.substr(at).starts_with(kClose)) return at;
  }
  throw ParseError(
      "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was "
      "not found.");
}

std::vector<Segment> segments_of(std::string_view text) {
  std::vector<Segment> segments;
  size_t at = 0;
  while (at < text.size()) {
    const auto open = std::min(text.find(kOpen, at), text.size());
    if (open > at) segments.push_back({text.substr(at, open - at), false});
    if (open == text.size()) break;
    const auto begin = open + kOpen.size();
    const auto close = find_close(text, begin);
    segments.push_back({trim_unicode(text.substr(begin, close - begin)), true});
    at = close + kClose.size();
  }
  return segments;
}

// The tree of one ${{ }}; refused where no expression may stand.
Ast parse_segment(std::string_view source, const Allowed& allowed) {
  if (source.empty()) throw ParseError("An expression was expected");
  if (source == "insert") {
    throw ParseError(
        "The directive 'insert' is not allowed in this context. It has to be the whole key of a mapping.");
  }
  if (allowed.contexts.empty()) throw ParseError("A template expression is not allowed in this context");
  return parse_tree(source, &allowed);
}

bool is_one_literal(std::string_view source, const Ast& tree) {
  return tree.kind == Ast::Kind::literal && source.starts_with('\'');
}

AstPtr with_source(Ast tree, std::string source) {
  tree.source = std::move(source);
  return std::make_shared<const Ast>(std::move(tree));
}

void append_doubling(std::string& out, std::string_view text, std::string_view doubled) {
  for (const char c : text) out.append(doubled.find(c) == std::string_view::npos ? 1 : 2, c);
}

// format('text{0}text', e0): what the segments mean together. The call is built instead of parsed, but has to
// keep the limits that its text would have to keep.
AstPtr make_format(const std::vector<Segment>& segments, const Allowed& allowed) {
  Ast call{.kind = Ast::Kind::call, .function = find_function("format"), .name = "format"};
  call.children.emplace_back();
  std::string form, sources;
  for (const auto& segment : segments) {
    if (!segment.is_expression) {
      append_doubling(form, segment.text, "{}");
      continue;
    }
    form += fmt::format("{{{}}}", call.children.size() - 1);
    call.children.push_back(parse_segment(segment.text, allowed));
    call.depth = std::max(call.depth, call.children.back().depth + 1);
    sources += fmt::format(", {}", segment.text);
  }
  std::string source = "format('";
  append_doubling(source, form, "'");
  source += "'" + sources + ")";
  check_length(source);
  if (call.children.size() > kMaxArguments) {
    throw ParseError(fmt::format(
        "Too many parameters supplied: '('. Located at position 7 within expression: {}", source));
  }
  check_depth(call.depth);
  call.children.front().literal = std::move(form);
  return with_source(std::move(call), std::move(source));
}

bool is_status_check(const Ast& expression) {
  return calls(expression, {"success", "failure", "always", "cancelled"});
}

// success() && (condition), which lets a condition without a status function hold only while all is well.
AstPtr wrap(std::string_view condition, const Allowed& allowed) {
  auto with_success = allowed;
  with_success.functions.push_back({"success", 0, 0});  // an earlier one of the place's own goes first
  return parse(fmt::format("success() && ({})", condition), with_success);
}

}  // namespace

bool has_expression(std::string_view text) { return text.find(kOpen) != std::string_view::npos; }

Scalar parse_scalar(std::string_view text, const Allowed& allowed) {
  if (!has_expression(text)) return {.text = std::string(text)};
  const auto segments = segments_of(text);
  if (segments.size() > 1) return {.expression = make_format(segments, allowed)};
  const auto source = segments.front().text;
  if (source == "insert") return {.insert = true};
  if (source.starts_with('\'')) {  // a literal alone is accepted even where expressions are not
    auto tree = parse_tree(source, &allowed);
    if (is_one_literal(source, tree)) return {.text = *tree.literal.string()};
  }
  return {.expression = with_source(parse_segment(source, allowed), std::string(source))};
}

AstPtr parse_condition(std::string_view text, const Allowed& allowed, bool* suspicious) {
  if (suspicious != nullptr) *suspicious = false;
  auto source = std::string(text);
  if (has_expression(text)) {
    const auto scalar = parse_scalar(text, allowed);
    if (scalar.insert) throw ParseError("The directive 'insert' is not allowed in this context.");
    source = scalar.expression ? scalar.expression->source : scalar.text;
    if (suspicious != nullptr) *suspicious = segments_of(text).size() > 1;
  }
  if (trim_unicode(source).empty()) source = "success()";
  auto condition = parse(source, allowed);
  return is_status_check(*condition) ? condition : wrap(source, allowed);
}

}  // namespace runner::expr
