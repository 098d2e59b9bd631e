#include "runner/report/log_lines.hpp"

#include <string.h>

#include <array>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/report/log_text.hpp"

namespace runner {
namespace {

std::string colored(LineKind kind, const std::string& text, const Paint& paint) {
  switch (kind) {
    case LineKind::error:
      return paint.red(text);
    case LineKind::warning:
      return paint.yellow(text);
    case LineKind::group:
      return paint.bold(text);
    case LineKind::command:
      return paint.cyan(text);
    case LineKind::debug:
      return paint.dim(text);
    default:
      return text;
  }
}

// `line` without its line end.
void append_special(std::string& out, std::string_view prefix, std::string_view line,
                    const TextStyle& style) {
  const auto read = read_line(line);
  if (read.kind == LineKind::debug && !style.debug) return;
  if (style.github && read.kind == LineKind::group) {
    out += fmt::format("::group::{}{}\n", prefix, read.text);
    return;
  }
  if (read.kind == LineKind::endgroup) {
    if (style.github) out += "::endgroup::\n";
    return;
  }
  const auto text = style.tty ? harmless(read.text, style.color) : std::string(read.text);
  out += prefix;
  out += colored(read.kind, fmt::format("{}{}", line_label(read.kind), text), Paint(style));
  out += '\n';
}

}  // namespace

void append_log(std::string& out, std::string_view prefix, std::string_view lines, const TextStyle& style) {
  while (!lines.empty()) {
    const auto* const found = static_cast<const char*>(memchr(lines.data(), '\n', lines.size()));
    const auto length = found == nullptr ? lines.size() : static_cast<size_t>(found - lines.data());
    const auto line = lines.substr(0, length);
    if (style.tty || line.starts_with("##[")) {
      append_special(out, prefix, line, style);
    } else {
      out.append(prefix).append(line) += '\n';
    }
    lines.remove_prefix(found == nullptr ? length : length + 1);
  }
}

std::string log_prefix(const StepInfo& step, const TextStyle& style) {
  const auto& label = step.id.empty() ? step.name : step.id;
  const Paint paint(style);
  return paint.dim(fmt::format("{}/{} |", one_line(step.job->name), paint.fit(one_line(label), 40))) + " ";
}

std::string github_command(const Annotation& annotation) {
  constexpr std::array<std::string_view, 3> kNames{"notice", "warning", "error"};
  const auto escaped = [](std::string text) {
    return replace_all(replace_all(replace_all(std::move(text), "%", "%25"), "\r", "%0D"), "\n", "%0A");
  };
  const auto property = [&](std::string text) {
    return replace_all(replace_all(escaped(std::move(text)), ":", "%3A"), ",", "%2C");
  };
  std::string properties;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty() || value == "0") return;
    properties += fmt::format("{}{}={}", properties.empty() ? " " : ",", name, property(value));
  };
  add("file", annotation.file);
  add("line", fmt::format("{}", annotation.line));
  add("endLine", fmt::format("{}", annotation.end_line));
  add("col", fmt::format("{}", annotation.column));
  add("endColumn", fmt::format("{}", annotation.end_column));
  add("title", annotation.title);
  const auto name = kNames.at(static_cast<size_t>(annotation.level));
  return fmt::format("::{}{}::{}\n", name, properties, escaped(annotation.message));
}

}  // namespace runner
