#include "runner/cli/value_files.hpp"

#include <sys/stat.h>

#include <cctype>

#include "parser/base/error.hpp"
#include "steps/support/files.hpp"

namespace runner {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

class Dotenv {
 public:
  Dotenv(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Pairs read() {
    Pairs pairs;
    while (skip_to_entry()) {
      auto name = read_name();
      pairs.emplace_back(std::move(name), read_value());
    }
    return pairs;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\n' : text_[at_]; }
  void skip_blanks() {
    while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\r')) ++at_;
  }
  void skip_line() {
    while (!done() && peek() != '\n') ++at_;
  }

  // Past blank lines, comments and `export`; false at the end of the file.
  bool skip_to_entry() {
    while (!done()) {
      skip_blanks();
      if (peek() == '#') skip_line();
      if (done()) return false;
      if (peek() != '\n') break;
      ++at_;
    }
    if (text_.substr(at_).starts_with("export ")) at_ += 7, skip_blanks();
    return !done();
  }

  std::string read_name() {
    const auto start = at_;
    while (!done() && is_name_character(peek())) ++at_;
    const auto name = text_.substr(start, at_ - start);
    skip_blanks();
    if (name.empty()) fail("found '" + std::string(1, peek()) + "', expected NAME=value");
    if (done() || (peek() != '=' && peek() != ':')) fail("expected '=' after \"" + std::string(name) + "\"");
    ++at_;
    while (!done() && (peek() == ' ' || peek() == '\t')) ++at_;
    return std::string(name);
  }

  std::string read_value() {
    if (peek() == '\'' || peek() == '"') return read_quoted();
    const auto start = at_;
    while (!done() && peek() != '\n' &&
           !(peek() == '#' && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t'))) {
      ++at_;
    }
    const auto value = trim(text_.substr(start, at_ - start));
    skip_line();
    return std::string(value);
  }

  std::string read_quoted() {
    const auto opening = at_;
    const char quote = text_[at_++];
    std::string value;
    while (!done() && peek() != quote) {
      if (quote == '"' && peek() == '\\' && at_ + 1 < text_.size()) {
        value += unescape(text_[at_ + 1]);
        at_ += 2;
      } else {
        value += text_[at_++];
      }
    }
    if (done()) {
      at_ = opening;
      fail("this quote is never closed");
    }
    ++at_;
    skip_blanks();
    if (peek() == '#') skip_line();
    if (peek() != '\n') fail("found text after the closing quote");
    return value;
  }

  static std::string unescape(char c) {
    switch (c) {
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case '"':
      case '\\':
      case '$':
        return {c};
      default:
        return {'\\', c};
    }
  }

  [[noreturn]] void fail(const std::string& message) const {
    int line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      if (text_[i] == '\n') ++line, line_start = i + 1;
    }
    throw UsageError("{}:{}:{}: {}", file_, line, at_ - line_start + 1, message);
  }

  std::string_view text_;
  const std::string& file_;
  size_t at_ = 0;
};

}  // namespace

Pairs parse_dotenv(std::string_view text, const std::string& file) { return Dotenv(text, file).read(); }

Pairs read_dotenv(const std::filesystem::path& file) { return parse_dotenv(read_file(file), file.string()); }

bool readable_by_others(const std::filesystem::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && (found.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace runner
