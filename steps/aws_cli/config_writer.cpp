#include "steps/aws_cli/config_writer.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

using Lines = std::vector<std::string>;  // with their line ends

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    lines.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// "[default]", indentation included, or "".
std::string_view section_header(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  const auto end = line.find(']');
  if (start == line.npos || line[start] != '[' || end == line.npos || end == start + 1) return {};
  return line.substr(0, end + 1);
}

bool heads_section(std::string_view line, std::string_view section) {
  const auto header = section_header(line);
  if (header == fmt::format("[{}]", section)) return true;
  const auto blank = section.find(' ');
  return blank != section.npos &&
         header == fmt::format("[{} \"{}\"]", section.substr(0, blank), section.substr(blank + 1));
}

struct OptionLine {
  std::string_view name;
  size_t indent = 0;
};
std::optional<OptionLine> option_line(std::string_view line) {
  const auto start = line.find_first_not_of(":=");
  const auto end = start == line.npos ? line.npos : line.find_first_of(":=", start + 1);
  if (end == line.npos) return std::nullopt;
  const auto name = line.substr(start, end - start);
  const auto indent = name.find_first_not_of(" \t");
  return OptionLine{trim(name), indent == name.npos ? name.size() : indent};
}

std::string written(const ConfigValue& value) {
  if (value.nested.empty()) return fmt::format("{} = {}\n", value.name, value.value);
  return fmt::format("{} =\n    {} = {}\n", value.name, value.nested, value.value);
}

void insert(Lines& lines, size_t at, std::string text) {
  lines.insert(lines.begin() + static_cast<long>(std::min(at, lines.size())), std::move(text));
}

void end_last_line(Lines& lines) {
  if (!lines.empty() && !lines.back().ends_with('\n')) lines.back() += '\n';
}

// `at`: the line of the block's name.
void set_nested(Lines& lines, size_t at, const ConfigValue& value) {
  const size_t block_indent = option_line(lines[at])->indent;
  size_t end = at + 1;
  for (; end < lines.size() && section_header(lines[end]).empty(); ++end) {
    const auto option = option_line(lines[end]);
    if (option && option->indent == block_indent) break;
    if (option && option->name == value.nested) {
      lines[end] = fmt::format("{}{} = {}\n", std::string(option->indent, ' '), value.nested, value.value);
      return;
    }
  }
  insert(lines, end, fmt::format("    {} = {}\n", value.nested, value.value));
}

void set_in_section(Lines& lines, size_t header, const ConfigValue& value) {
  size_t last = header;  // the last line that holds a value
  for (size_t i = header + 1; i < lines.size(); ++i) {
    if (!section_header(lines[i]).empty()) return insert(lines, last + 1, written(value));
    const auto option = option_line(lines[i]);
    if (!option) continue;
    last = i;
    if (option->name != value.name) continue;
    if (!value.nested.empty()) return set_nested(lines, i, value);
    lines[i] = written(value);
    return;
  }
  insert(lines, last + 2, written(value));
}

}  // namespace

std::string with_config_value(std::string_view text, const ConfigValue& value) {
  auto lines = lines_of(text);
  end_last_line(lines);
  const auto header = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return heads_section(line, value.section);
  });
  if (header == lines.end())
    lines.push_back(fmt::format("[{}]\n{}", value.section, written(value)));
  else
    set_in_section(lines, static_cast<size_t>(header - lines.begin()), value);
  std::string result;
  for (const auto& line : lines) result += line;
  return result;
}

}  // namespace runner::aws
