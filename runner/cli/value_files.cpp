#include "runner/cli/value_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

// A line of a key that lost its quotes may look like a name: "b3BlbnNz=". One in capitals does not.
bool surely_a_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

// No message holds anything of the file but names: what is wrong may be a secret.
class Dotenv {
 public:
  Dotenv(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF"))
      fail("the file is in UTF-16, expected UTF-8: save it in that encoding");
  }

  Pairs read() {
    Pairs pairs;
    while (skip_to_entry()) {
      entry_at_ = at_;
      auto name = read_name();
      pairs.emplace_back(name, read_value(name));
      if (surely_a_name(name)) named_at_ = entry_at_, last_name_ = std::move(name);
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
    if (name.empty()) fail("expected NAME=value, and no name stands at the start of the line" + origin());
    if (done() || (peek() != '=' && peek() != ':'))
      fail("expected NAME=value, and there is no '='" + origin());
    ++at_;
    while (!done() && (peek() == ' ' || peek() == '\t')) ++at_;
    return std::string(name);
  }

  std::string read_value(const std::string& name) {
    if (peek() == '\'' || peek() == '"') return read_quoted(name);
    const auto start = at_;
    while (!done() && peek() != '\n' &&
           !(peek() == '#' && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t'))) {
      ++at_;
    }
    const auto value = trim(text_.substr(start, at_ - start));
    if (!value.empty() && value.find_first_not_of('=') == value.npos)
      fail("expected NAME=value, and the line ends in '=' as base64 does" + origin());
    if (value.starts_with("-----BEGIN ") && value.find("-----END ") == value.npos)
      fail("the value of " + name + " goes on over several lines: put it in double quotes");
    skip_line();
    return std::string(value);
  }

  std::string read_quoted(const std::string& name) {
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
    if (done()) fail_at(entry_at_, "the value of " + name + " begins with a quote that is never closed");
    ++at_;
    skip_blanks();
    if (peek() == '#') skip_line();
    if (peek() != '\n')
      fail(fmt::format("the value of {} (line {}) has text after its closing quote", name,
                       line_of(entry_at_)));
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

  // The value that such a line may be a part of.
  std::string origin() const {
    if (last_name_.empty()) return "";
    return fmt::format(
        ". If it is part of the value of {} (line {}): a value of several lines stands in double quotes",
        last_name_, line_of(named_at_));
  }

  std::ptrdiff_t line_of(size_t place) const {
    const auto before = text_.substr(0, place);
    return 1 + std::count(before.begin(), before.end(), '\n');
  }

  [[noreturn]] void fail(const std::string& message) const { fail_at(at_, message); }
  [[noreturn]] void fail_at(size_t place, const std::string& message) const {
    throw UsageError("{}:{}: {}", file_, line_of(place), message);
  }

  std::string_view text_;
  const std::string& file_;
  size_t at_ = 0;
  size_t entry_at_ = 0, named_at_ = 0;  // the entry being read, and the last that has a name for sure
  std::string last_name_;
};

}  // namespace

Pairs parse_dotenv(std::string_view text, const std::string& file) { return Dotenv(text, file).read(); }

Pairs read_dotenv(const std::filesystem::path& file) {
  return parse_dotenv(read_given_file(file), file.string());
}

bool readable_by_others(const std::filesystem::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && (found.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace runner
