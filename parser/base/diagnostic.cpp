#include "parser/base/diagnostic.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

std::string_view line_of(std::string_view source, int line) {
  for (int current = 1; current < line; ++current) {
    const auto end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  auto text = source.substr(0, source.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// Blanks up to the column; tabs stay tabs so that the caret stands below its character.
std::string indent_to(std::string_view line, int column) {
  std::string indent;
  size_t at = 0;
  for (int current = 1; current < column && at < line.size(); ++current) {
    indent += line[at] == '\t' ? '\t' : ' ';
    at += std::max<size_t>(utf8_length(line, at), 1);
  }
  return indent;
}

// The line of `pos` and a caret below its column; "" where that would not help.
std::string excerpt(std::string_view source, Pos pos) {
  if (pos.line < 1) return {};
  const auto line = line_of(source, pos.line);
  if (trim(line).empty() || line.size() > 400) return {};
  return fmt::format("  {}\n  {}^\n", line, indent_to(line, pos.column));
}

Pos alias_of(Pos pos) { return {pos.alias_line, pos.alias_column}; }
Pos without_alias(Pos pos) { return {pos.line, pos.column}; }

// The alias comes last, so that the same words at the same place stand together, without one first.
auto order(const Diagnostic& d) {
  return std::tuple(std::string_view(d.file), without_alias(d.pos), d.severity, std::string_view(d.message),
                    std::string_view(d.rule), alias_of(d.pos));
}

bool repeats_diagnostic(const Diagnostic& first, const Diagnostic& next) {
  const bool same_words = std::tie(first.file, first.severity, first.message, first.rule) ==
                          std::tie(next.file, next.severity, next.message, next.rule);
  const bool covered = first.pos.alias_line == 0 || first.pos == next.pos;
  return same_words && covered && without_alias(first.pos) == without_alias(next.pos);
}

}  // namespace

std::string alias_text(Pos pos) {
  if (pos.alias_line < 1) return {};
  return fmt::format(" (through the alias at {}:{})", pos.alias_line, pos.alias_column);
}

std::string place_text(std::string_view file, Pos pos) {
  if (pos.line < 1) return std::string(file);
  return fmt::format("{}:{}:{}{}", file, pos.line, pos.column, alias_text(pos));
}

std::string render(const Diagnostic& diagnostic, std::string_view source) {
  const auto severity = diagnostic.severity == Severity::error ? "error" : "warning";
  const auto alias = alias_of(diagnostic.pos);
  auto text = fmt::format("{}: {}: {} [{}]\n", place_text(diagnostic.file, without_alias(diagnostic.pos)),
                          severity, diagnostic.message, diagnostic.rule) +
              excerpt(source, diagnostic.pos);
  if (alias.line < 1) return text;
  return text + place_text(diagnostic.file, alias) + ": note: this alias led there\n" +
         excerpt(source, alias);
}

void tidy(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const auto& a, const auto& b) { return order(a) < order(b); });
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), repeats_diagnostic),
                    diagnostics.end());
}

}  // namespace runner
