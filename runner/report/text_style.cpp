#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "parser/base/text.hpp"
#include "runner/report/text_reporter.hpp"

namespace runner {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_set(const char* name) {
  const auto value = environment(name);
  return !value.empty() && value != "0" && !equal_ignoring_case(value, "false");
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = lower(environment(name));
    if (!value.empty())
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

bool wants_color(Color color, bool able) {
  if (color != Color::automatic) return color == Color::always;
  if (!environment("NO_COLOR").empty()) return false;  // https://no-color.org: whatever its value
  return is_set("CLICOLOR_FORCE") || (able && environment("CLICOLOR") != "0");
}

}  // namespace

TextStyle text_style(int fd, Color color, bool progress) {
  const auto terminal = environment("TERM");
  const bool tty = ::isatty(fd) == 1;
  const bool able = tty && !terminal.empty() && terminal != "dumb";
  TextStyle style;
  style.tty = tty;
  style.terminal = able && progress && !is_set("CI");
  style.color = wants_color(color, able);
  style.github = environment("GITHUB_ACTIONS") == "true";
  style.unicode = style.github || speaks_utf8();
  return style;
}

Size terminal_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::unique_ptr<Reporter> make_text_reporter(int fd, const TextStyle& style) {
  TextSurroundings surroundings;
  if (style.tty) surroundings.size = [fd] { return terminal_size(fd); };
  surroundings.in_front = [fd] {
    const auto front = ::tcgetpgrp(fd);
    return front < 0 || front == ::getpgrp();  // none: not the terminal that the shell has
  };
  if (!style.terminal || style.quiet) return make_plain_reporter(fd, style, std::move(surroundings));
  return make_terminal_reporter(fd, style, std::move(surroundings));
}

}  // namespace runner
