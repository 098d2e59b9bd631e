// From a YAML scalar to its expression (expressions.md section 1).
#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/core.h>

#include "parser/base/unicode.hpp"
#include "parser/expr/parser.hpp"

namespace runner::expr {
namespace {

constexpr std::string_view kOpen = "${{", kClose = "}}", kInsert = "insert";
constexpr size_t kMaxArguments = 255;

struct Segment {
  size_t at = 0, size = 0;                   // as those of Piece
  std::optional<std::string_view> source{};  // between the markers, trimmed; none: literal text
};

// Where the expression ends whose markers open at `open`: the first }} outside a string.
size_t find_close(std::string_view text, size_t open) {
  bool in_string = false;
  for (auto at = open + kOpen.size(); at < text.size(); ++at) {
    if (text[at] == '\'') in_string = !in_string;
    if (!in_string && text.substr(at).starts_with(kClose)) return at;
  }
  throw ParseError(
      "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was "
      "not found.",
      "", open);
}

std::vector<Segment> segments_of(std::string_view text) {
  std::vector<Segment> segments;
  size_t at = 0;
  while (at < text.size()) {
    const auto open = std::min(text.find(kOpen, at), text.size());
    if (open > at) segments.push_back({at, open - at});
    if (open == text.size()) break;
    const auto begin = open + kOpen.size();
    const auto close = find_close(text, open);
    at = close + kClose.size();
    segments.push_back({open, at - open, trim_unicode(text.substr(begin, close - begin))});
  }
  return segments;
}

Ast parse_source(std::string_view text, const Segment& segment, const Allowed& allowed) {
  auto tree =
      parse_tree(*segment.source, &allowed, static_cast<size_t>(segment.source->data() - text.data()));
  tree.source = *segment.source;
  return tree;
}

// The tree of one ${{ }}; refused where no expression may stand.
Ast parse_segment(std::string_view text, const Segment& segment, const Allowed& allowed) {
  if (segment.source->empty()) throw ParseError("An expression was expected", "", segment.at);
  if (*segment.source == kInsert) {
    throw ParseError(
        "The directive 'insert' is not allowed in this context. It has to be the whole key of a mapping.", "",
        segment.at);
  }
  if (allowed.contexts.empty())
    throw ParseError("A template expression is not allowed in this context", "", segment.at);
  return parse_source(text, segment, allowed);
}

Scalar parse_one(std::string_view text, const Segment& segment, const Allowed& allowed) {
  if (*segment.source == kInsert) return {.insert = true};
  if (segment.source->starts_with('\'')) {  // a literal alone is accepted even where expressions are not
    const auto tree = parse_source(text, segment, allowed);
    if (tree.kind == Ast::Kind::literal) return {.text = *tree.literal.string()};
  }
  auto expression = std::make_shared<const Ast>(parse_segment(text, segment, allowed));
  return {.expression = expression, .pieces = {{segment.at, segment.size, expression}}};
}

void append_doubling(std::string& out, std::string_view text, std::string_view doubled) {
  for (const char c : text) out.append(doubled.find(c) == std::string_view::npos ? 1 : 2, c);
}

// Each expression is its argument of `call`, in this order.
std::vector<Piece> pieces_of(const std::vector<Segment>& segments, const AstPtr& call) {
  std::vector<Piece> pieces;
  size_t argument = 0;
  for (const auto& segment : segments) {
    pieces.push_back({segment.at, segment.size});
    if (segment.source) pieces.back().expression = AstPtr(call, &call->children[++argument]);
  }
  return pieces;
}

// format('text{0}text', e0): what the segments mean together. The call is built instead of parsed, but has to
// keep the limits that its text would have to keep.
Scalar make_format(std::string_view text, const std::vector<Segment>& segments, const Allowed& allowed) {
  Ast call{.kind = Ast::Kind::call, .function = find_function("format"), .name = "format"};
  call.children.emplace_back();
  std::string form, sources;
  for (const auto& segment : segments) {
    if (!segment.source) {
      append_doubling(form, text.substr(segment.at, segment.size), "{}");
      continue;
    }
    form += fmt::format("{{{}}}", call.children.size() - 1);
    call.children.push_back(parse_segment(text, segment, allowed));
    call.depth = std::max(call.depth, call.children.back().depth + 1);
    sources += fmt::format(", {}", *segment.source);
  }
  call.source = "format('";
  append_doubling(call.source, form, "'");
  call.source += "'" + sources + ")";
  check_length(call.source);
  if (call.children.size() > kMaxArguments) {
    throw ParseError(fmt::format(
        "Too many parameters supplied: '('. Located at position 7 within expression: {}", call.source));
  }
  check_depth(call.depth);
  call.children.front().literal = std::move(form);
  auto expression = std::make_shared<const Ast>(std::move(call));
  auto pieces = pieces_of(segments, expression);
  return {.expression = std::move(expression), .pieces = std::move(pieces)};
}

bool is_status_check(const Ast& expression) {
  return calls(expression, {"success", "failure", "always", "cancelled"});
}

// success() && (condition), which lets a condition without a status function hold only while all is well.
Ast with_success(Ast condition) {
  Ast both{.kind = Ast::Kind::operation, .op = Operator::logical_and, .depth = 2};
  both.children.push_back({.kind = Ast::Kind::call, .name = "success"});
  both.source = fmt::format("success() && ({})", condition.source);
  check_length(both.source);
  if (condition.kind == both.kind && condition.op == both.op) {  // as the parser joins a chain of &&
    both.depth = std::max(both.depth, condition.depth);
    std::move(condition.children.begin(), condition.children.end(), std::back_inserter(both.children));
  } else {
    both.depth = std::max(both.depth, condition.depth + 1);
    both.children.push_back(std::move(condition));
  }
  check_depth(both.depth);
  return both;
}

// A condition without markers, or within those of a string literal, ${{ 'x == 1' }}, that starts at `at`.
Ast parse_bare(std::string_view source, const Allowed& allowed, size_t at) {
  const bool blank = trim_unicode(source).empty();
  if (blank) source = "success()";
  auto tree = parse_tree(source, &allowed, at);
  tree.source = source;
  if (blank) tree.at = kNowhere;
  return tree;
}

}  // namespace

bool has_expression(std::string_view text) { return text.find(kOpen) != std::string_view::npos; }

Scalar parse_scalar(std::string_view text, const Allowed& allowed) {
  if (!has_expression(text)) return {.text = std::string(text)};
  const auto segments = segments_of(text);
  return segments.size() == 1 ? parse_one(text, segments.front(), allowed)
                              : make_format(text, segments, allowed);
}

AstPtr parse_condition(std::string_view text, const Allowed& allowed, bool* suspicious) {
  if (suspicious != nullptr) *suspicious = false;
  const auto scalar = parse_scalar(text, allowed);
  if (scalar.insert) throw ParseError("The directive 'insert' is not allowed in this context.");
  if (suspicious != nullptr) *suspicious = scalar.pieces.size() > 1;
  const auto bare_at = has_expression(text) ? text.find('\'') + 1 : 0;
  auto tree = scalar.expression ? *scalar.expression : parse_bare(scalar.text, allowed, bare_at);
  if (!is_status_check(tree)) tree = with_success(std::move(tree));
  return std::make_shared<const Ast>(std::move(tree));
}

}  // namespace runner::expr
