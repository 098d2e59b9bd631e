#include "steps/builtin/chat/slack_markdown.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner::chat {
namespace {

// [text](url) and ![text](url) from `at`; 0 where none stands, else its length.
size_t link(std::string_view line, size_t at, std::string& out) {
  const auto begin = at + (line.substr(at).starts_with("![") ? 2 : 1);
  const auto middle = line.find("](", begin);
  const auto end = middle == line.npos ? middle : line.find(')', middle);
  if (end == line.npos || line.substr(begin, middle - begin).find('[') != line.npos) return 0;
  const auto url = line.substr(middle + 2, end - middle - 2);
  out += fmt::format("<{}|{}>", url, line.substr(begin, middle - begin));
  return end + 1 - at;
}

struct Mark {
  std::string_view markdown, slack;
};
constexpr Mark kMarks[] = {{"***", "*_"}, {"**", "*"}, {"__", "*"}, {"~~", "~"}, {"*", "_"}};

// A pair of marks with text between, not white space beside them.
size_t emphasis(std::string_view line, size_t at, std::string& out) {
  for (const auto& mark : kMarks) {
    if (!line.substr(at).starts_with(mark.markdown)) continue;
    const auto begin = at + mark.markdown.size();
    const auto end = line.find(mark.markdown, begin + 1);
    if (end == line.npos || line[begin] == ' ' || line[end - 1] == ' ') return 0;
    const std::string back(mark.slack.rbegin(), mark.slack.rend());
    out.append(mark.slack).append(line.substr(begin, end - begin)).append(back);
    return end + mark.markdown.size() - at;
  }
  return 0;
}

size_t code(std::string_view line, size_t at) {
  const auto end = line.find('`', at + 1);
  return line[at] != '`' || end == line.npos ? 0 : end + 1 - at;
}

std::string inline_text(std::string_view line) {
  std::string out;
  for (size_t at = 0; at < line.size();) {
    const auto rest = line.substr(at);
    size_t length = code(line, at);
    if (length > 0) {
      out.append(rest.substr(0, length));
    } else if (rest[0] == '[' || rest.starts_with("![")) {
      length = link(line, at, out);
    } else if (rest[0] == '*' || rest[0] == '_' || rest[0] == '~') {
      length = emphasis(line, at, out);
    }
    if (length == 0) out += line[at++];
    at += length;
  }
  return out;
}

std::string one_line(std::string_view line) {
  const auto hashes = line.find_first_not_of('#');
  if (hashes != line.npos && hashes > 0 && hashes <= 6 && line[hashes] == ' ')
    return fmt::format("*{}*", trim(line.substr(hashes)));
  const auto indent = line.find_first_not_of(' ');
  const auto item = indent == line.npos ? std::string_view() : line.substr(indent, 2);
  if (item == "- " || item == "* " || item == "+ ")
    return fmt::format("{}•   {}", line.substr(0, indent), inline_text(line.substr(indent + 2)));
  return inline_text(line);
}

}  // namespace

std::string slack_markdown(std::string_view text) {
  std::string out;
  bool fenced = false;
  for (const auto line : split_lines(text)) {
    const bool fence = trim(line).starts_with("```");
    out += (out.empty() ? "" : "\n") + (fenced || fence ? std::string(line) : one_line(line));
    if (fence) fenced = !fenced;
  }
  return out;
}

}  // namespace runner::chat
