#include "steps/formats/shell_words.hpp"

#include <glob.h>

#include <cctype>
#include <memory>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr std::string_view kBlanks = " \t\r\n", kCommands = ";|&<>()`";

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Splitter {
 public:
  Splitter(std::string_view line, const Environment& env, const std::filesystem::path& folder,
           std::string_view name)
      : line_(line), env_(env), folder_(folder), name_(name) {}

  std::vector<std::string> split() {
    while (at_ < line_.size()) take();
    end_word();
    return std::move(words_);
  }

 private:
  void take() {
    const char c = line_[at_];
    if (kBlanks.find(c) != std::string_view::npos) {
      end_word();
      ++at_;
    } else if (c == '\'') {
      single_quoted();
    } else if (c == '"') {
      double_quoted();
    } else if (c == '\\') {
      if (++at_ < line_.size()) add(line_[at_++], true);
    } else if (c == '$') {
      for (const char part : variable()) {  // the value of a bare variable is split at blanks again
        if (kBlanks.find(part) != std::string_view::npos)
          end_word();
        else
          add(part, false);
      }
    } else if (kCommands.find(c) != std::string_view::npos) {
      refuse(std::string(1, c));
    } else {
      add(c, false);
      ++at_;
    }
  }

  void single_quoted() {
    const auto end = line_.find('\'', at_ + 1);
    if (end == std::string_view::npos) throw InputError(fmt::format("{}: a ' has no second one", name_));
    begun_ = true;
    for (const char c : line_.substr(at_ + 1, end - at_ - 1)) add(c, true);
    at_ = end + 1;
  }

  void double_quoted() {
    begun_ = true;
    for (++at_; at_ < line_.size() && line_[at_] != '"';) {
      const char c = line_[at_];
      if (c == '`') refuse("`");
      if (c == '$') {
        for (const char part : variable()) add(part, true);
        continue;
      }
      const bool escapes = c == '\\' && at_ + 1 < line_.size() &&
                           std::string_view("$`\"\\").find(line_[at_ + 1]) != std::string_view::npos;
      if (escapes) ++at_;
      add(line_[at_++], true);
    }
    if (at_ >= line_.size()) throw InputError(fmt::format("{}: a \" has no second one", name_));
    ++at_;
  }

  // At a '$': $NAME or ${NAME}.
  std::string variable() {
    const bool braces = line_.substr(at_ + 1).starts_with('{');
    const auto start = at_ + (braces ? 2 : 1);
    auto end = start;
    while (end < line_.size() && is_name(line_[end])) ++end;
    const auto variable_name = line_.substr(start, end - start);
    const bool digit =
        !variable_name.empty() && std::isdigit(static_cast<unsigned char>(variable_name[0])) != 0;
    if (variable_name.empty() && !braces && (end >= line_.size() || line_[end] != '(')) {
      at_ = end;
      return "$";
    }
    if (variable_name.empty() || digit || (braces && (end >= line_.size() || line_[end] != '}')))
      refuse(std::string(line_.substr(at_, end + 1 - at_)));
    at_ = end + (braces ? 1 : 0);
    const auto value = env_.find(std::string(variable_name));
    return value == env_.end() ? "" : value->second;
  }

  void add(char c, bool quoted) {
    const bool special = std::string_view("*?[").find(c) != std::string_view::npos;
    if (special && !quoted) pattern_chars_ = true;
    if (quoted && (special || c == '\\')) pattern_ += '\\';
    begun_ = true;
    word_ += c;
    pattern_ += c;
  }

  void end_word() {
    if (!begun_) return;
    if (!pattern_chars_ || !add_matches()) words_.push_back(word_);
    word_.clear(), pattern_.clear();
    begun_ = pattern_chars_ = false;
  }

  bool add_matches() {
    const bool absolute = pattern_.starts_with('/');
    const auto below = absolute ? std::string() : folder_.string() + "/";
    glob_t found{};
    const int status = ::glob((below + pattern_).c_str(), 0, nullptr, &found);
    const std::unique_ptr<glob_t, void (*)(glob_t*)> free(&found, ::globfree);
    if (status != 0 || found.gl_pathc == 0) return false;
    for (size_t number = 0; number < found.gl_pathc; ++number)
      words_.emplace_back(found.gl_pathv[number] + below.size());
    return true;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw InputError(fmt::format(
        "{}: \"{}\" is for a shell, and none is started here: words, quotes and variables are taken. "
        "A `run:` step can do the rest",
        name_, what));
  }

  std::string_view line_;
  const Environment& env_;
  const std::filesystem::path& folder_;
  std::string_view name_;
  size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_, pattern_;  // pattern_: with quoted special characters made plain for glob(3)
  bool begun_ = false, pattern_chars_ = false;
};

}  // namespace

std::vector<std::string> shell_words(std::string_view line, const Environment& env,
                                     const std::filesystem::path& folder, std::string_view name) {
  return Splitter(line, env, folder, name).split();
}

}  // namespace runner
