#include "parser/yaml/place.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "parser/base/unicode.hpp"

namespace runner::yaml {
namespace {

constexpr std::string_view kBlanks = " \t\r";

struct Escape {
  char letter;
  std::string_view text;
};
// https://yaml.org/spec/1.2.2/#57-escaped-characters, those that stand for one byte
constexpr std::array kEscapes{Escape{'0', {"\0", 1}}, Escape{'a', "\a"}, Escape{'b', "\b"}, Escape{'t', "\t"},
                              Escape{'n', "\n"},      Escape{'v', "\v"}, Escape{'f', "\f"}, Escape{'r', "\r"},
                              Escape{'e', "\x1B"},    Escape{' ', " "},  Escape{'"', "\""}, Escape{'/', "/"},
                              Escape{'\\', "\\"}};

// Walks along the file and the text together, up to an offset of the text. What does not fit ends the walk.
class Walk {
 public:
  Walk(std::string_view file, size_t at, std::string_view text, size_t offset)
      : file_(file), at_(at), text_(text), offset_(offset) {}

  // The byte of the file; none where the two do not go together.
  std::optional<size_t> run() {
    const char first = at_ < file_.size() ? file_[at_] : '\0';
    if (first == '|' || first == '>') return block();
    if (first == '"' || first == '\'') ++at_;
    return flow(first);
  }

 private:
  std::optional<size_t> flow(char quote) {
    while (done_ < offset_) {
      if (at_ >= file_.size() || !(fold() || character(quote))) return std::nullopt;
    }
    return at_;
  }

  // Takes `written` bytes of the file that stand for `meant`.
  bool take(size_t written, std::string_view meant) {
    if (!text_.substr(done_).starts_with(meant)) return false;
    at_ += written;
    done_ += meant.size();
    return true;
  }

  bool character(char quote) {
    const auto rest = file_.substr(at_);
    if (quote == '"' && rest[0] == '\\') return escape(rest.substr(1));
    if (quote != '\'' || rest[0] != '\'') return take(1, rest.substr(0, 1));
    return rest.starts_with("''") && take(2, "'");
  }

  // `rest` starts behind the backslash.
  bool escape(std::string_view rest) {
    const char letter = rest.empty() ? '\0' : rest[0];
    const auto line_end = rest.find_first_not_of(kBlanks);
    if (line_end != std::string_view::npos && rest[line_end] == '\n') {  // the next line goes on at its text
      at_ = std::min(file_.find_first_not_of(kBlanks, at_ + line_end + 2), file_.size());
      return true;
    }
    const size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits > 0) return code(rest.substr(1, digits), digits);
    const auto* found = std::find_if(kEscapes.begin(), kEscapes.end(),
                                     [&](const Escape& escape) { return escape.letter == letter; });
    return found != kEscapes.end() && take(2, found->text);
  }

  bool code(std::string_view hexadecimal, size_t digits) {
    uint32_t value = 0;
    const auto* end = hexadecimal.data() + hexadecimal.size();
    if (std::from_chars(hexadecimal.data(), end, value, 16).ptr != end) return false;
    std::string meant;
    append_utf8(meant, value);
    return take(2 + digits, meant);
  }

  // Line ends with what stands around them are one blank, or all of them but the first.
  bool fold() {
    auto next = file_.find_first_not_of(kBlanks, at_);
    if (next == std::string_view::npos || file_[next] != '\n') return false;
    size_t lines = 0;
    for (; next < file_.size() && file_[next] == '\n'; ++lines) {
      next = std::min(file_.find_first_not_of(kBlanks, next + 1), file_.size());
    }
    const auto meant = lines == 1 ? std::string(" ") : std::string(lines - 1, '\n');
    if (done_ + meant.size() <= offset_) return take(next - at_, meant);
    done_ = offset_;  // among what the line end became
    return true;
  }

  std::optional<size_t> block() {
    next_line();
    const auto indent = indentation();
    for (; indent && at_ < file_.size(); next_line()) {
      const auto line = this->line();
      if (line.find_first_not_of(' ') < *indent) break;
      if (line.size() <= *indent) continue;
      skip_line_ends();
      if (done_ > offset_) return at_;
      const auto content = line.substr(*indent, offset_ - done_);
      if (!text_.substr(done_).starts_with(content)) break;
      done_ += content.size();
      if (done_ == offset_) return at_ + *indent + content.size();
    }
    return std::nullopt;
  }

  // By how much the lines of the file are indented more than those of the text, told by the first that is not
  // blank.
  std::optional<size_t> indentation() const {
    const auto column = [](std::string_view text, size_t start) {
      const auto first = std::min(text.find_first_not_of(" \r\n", start), text.size());
      return first - (text.rfind('\n', first) + 1);
    };
    const auto written = column(file_, at_), kept = column(text_, 0);
    return written < kept ? std::nullopt : std::optional(written - kept);
  }

  std::string_view line() const {
    auto text = file_.substr(at_, file_.find('\n', at_) - at_);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }
  void next_line() { at_ = std::min(file_.find('\n', at_), file_.size() - 1) + 1; }

  // In the text: a blank where lines were folded, else as many line ends as there were.
  void skip_line_ends() {
    if (done_ > 0 && text_.substr(done_).starts_with(' ')) {
      ++done_;
    } else {
      done_ = std::min(text_.find_first_not_of('\n', done_), text_.size());
    }
  }

  std::string_view file_;
  size_t at_;
  std::string_view text_;
  size_t offset_;
  size_t done_ = 0;  // bytes of the text that are behind
};

}  // namespace

Pos place_in_scalar(const Source& source, Pos scalar, std::string_view text, size_t offset) {
  if (scalar.line < 1 || offset > text.size()) return scalar;
  const auto start = skip_properties(source.text(), source.offset_of(scalar));
  const auto found = Walk(source.text(), start, text, offset).run();
  if (!found) return scalar;
  auto place = source.pos_of(*found);
  place.alias_line = scalar.alias_line, place.alias_column = scalar.alias_column;
  return place;
}

size_t skip_properties(std::string_view file, size_t at) {
  constexpr std::string_view kSpace = " \t\r\n";
  while (at < file.size() && (file[at] == '&' || file[at] == '!')) {
    at = std::min(file.find_first_of(kSpace, at), file.size());
    at = std::min(file.find_first_not_of(kSpace, at), file.size());
  }
  return at;
}

}  // namespace runner::yaml
