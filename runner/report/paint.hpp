// runner/report/paint.hpp -- how text looks: marks, colours, durations, and how wide it is on a terminal.
#pragma once
#include <string>
#include <string_view>

#include "runner/report/reporter.hpp"

namespace runner {

// Marks and colours of one output; ASCII and no colours where the style says so.
class Paint {
 public:
  explicit Paint(const TextStyle& style) : color_(style.color), unicode_(style.unicode) {}

  std::string mark(Outcome outcome, bool tolerated = false) const;
  std::string warning_mark() const { return yellow("!"); }
  std::string_view plain_mark(std::string_view status) const;  // of a journal's status, not coloured
  std::string_view spinner(unsigned frame) const;
  std::string_view dot() const { return unicode_ ? " · " : " | "; }
  std::string_view waiting() const { return unicode_ ? "·" : "."; }
  std::string_view begin() const { return unicode_ ? "▸" : ">"; }
  std::string_view bar() const { return unicode_ ? "│" : "|"; }
  std::string quoted(std::string_view text) const;

  std::string red(std::string_view text) const { return colored("31", text); }
  std::string green(std::string_view text) const { return colored("32", text); }
  std::string yellow(std::string_view text) const { return colored("33", text); }
  std::string cyan(std::string_view text) const { return colored("36", text); }
  std::string dim(std::string_view text) const { return colored("2", text); }
  std::string bold(std::string_view text) const { return colored("1", text); }

  // At most `columns` wide, the end replaced by an ellipsis; only for text without control sequences.
  std::string fit(std::string_view text, int columns) const;
  // Exactly `columns` wide.
  std::string column(std::string_view text, int columns) const;

 private:
  std::string colored(std::string_view code, std::string_view text) const;
  bool color_, unicode_;
};

// "82ms", "21.4s", "2m05s": of a step. "00:48", "1:02:03": of a job or a run.
std::string short_duration(double seconds);
std::string clock_duration(double seconds);

struct Glyph {
  size_t bytes;
  int width;
};
// The character at text[at], or a colour, which has no width. Knows wide and combining characters by their
// blocks; good enough to align, to wrap and to cut.
Glyph glyph_at(std::string_view text, size_t at);
int display_width(std::string_view text);  // columns on a terminal

// As one argument of a shell command line.
std::string shell_word(std::string_view text);

// "1 warning", "2 warnings"
std::string counted(size_t count, std::string_view noun);

}  // namespace runner
