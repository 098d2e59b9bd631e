// runner/report/log_text.hpp -- lines of a step's log: their markers, what a terminal may see of them, and
// the last few of a stream. Made for chunks of hundreds of KB: nothing is allocated for a line that nobody
// reads.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

// "##[error]text" and its kin, as GitHub's own logs mark lines.
enum class LineKind { text, group, endgroup, error, warning, notice, debug, command };
struct LogLine {
  LineKind kind = LineKind::text;
  std::string_view text;  // without the marker
};
LogLine read_line(std::string_view line);
// "error: ", "> ": what stands before the text for people; empty for plain text.
std::string_view line_label(LineKind kind);

// Safe to print on a terminal: colours (SGR) stay if `keep_colors`; titles, links, clipboard, cursor moves
// and other controls are taken out, their text stays; of text overwritten by carriage returns the last stays;
// bytes that are not UTF-8 become U+FFFD. A tab stays a tab.
std::string harmless(std::string_view line, bool keep_colors);
std::string harmless_lines(std::string_view text);  // each of them, colours kept
// A character that shows nothing but acts: C1 controls, and directions of writing, which can show a line as
// something else than it is.
bool is_hidden_control(std::string_view glyph);
// harmless() without colours, tabs as blanks: a line of known width.
std::string one_line(std::string_view line);

size_t count_lines(std::string_view text);  // line ends

// The last lines that say something, and how many there were in all; without the group that a step's log
// opens with, which shows its script.
class LogTail {
 public:
  static constexpr size_t kLines = 12;
  void add(std::string_view lines);
  size_t total() const { return total_; }
  std::vector<std::string_view> last(size_t most) const;  // oldest first, markers included, cut at 1000 bytes

 private:
  std::array<std::string, kLines> ring_;  // strings are used again: no allocation once they are long enough
  size_t next_ = 0, kept_ = 0, total_ = 0;
  bool begun_ = false;
};

}  // namespace runner
