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

auto order(const Diagnostic& d) { return std::tie(d.file, d.pos, d.severity, d.message, d.rule); }

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view source) {
  const auto severity = diagnostic.severity == Severity::error ? "error" : "warning";
  std::string where = diagnostic.file;
  if (diagnostic.pos.line > 0) where += fmt::format(":{}:{}", diagnostic.pos.line, diagnostic.pos.column);
  auto text = fmt::format("{}: {}: {} [{}]\n", where, severity, diagnostic.message, diagnostic.rule);
  if (diagnostic.pos.line < 1) return text;
  const auto line = line_of(source, diagnostic.pos.line);
  if (trim(line).empty() || line.size() > 400) return text;
  return text + fmt::format("  {}\n  {}^\n", line, indent_to(line, diagnostic.pos.column));
}

void tidy(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const auto& a, const auto& b) { return order(a) < order(b); });
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(),
                                [](const auto& a, const auto& b) { return order(a) == order(b); }),
                    diagnostics.end());
}

}  // namespace runner
