// steps/script/script_words.hpp -- a shell script as words and operators, without running anything. What
// only the shell can know (substitutions, patterns, variables that nobody told) makes a word unknown; it is
// never guessed.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct ScriptWord {
  std::string text;                          // unknown: as it stands in the script
  bool known = true;                         // all of it
  bool quoted = false;                       // some of it: no keyword, no assignment
  std::vector<std::string> substitutions{};  // the scripts of $( ) and backticks in it
};

struct ScriptToken {
  std::string op{};  // "\n" ";" "&" "&&" "||" "|" "(" ")"; "" for a word
  ScriptWord word{};
};

// The value of a variable where it is known.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

// One token after the other, so that assignments count for what follows them. Redirections and here-documents
// are left out.
class ScriptWords {
 public:
  ScriptWords(std::string_view script, Variables variables)
      : text_(script), variables_(std::move(variables)) {}
  std::optional<ScriptToken> next();

 private:
  bool at(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }
  bool at_end() const { return at_ >= text_.size(); }
  void skip_blanks();
  bool skip_redirection();
  void skip_here_documents();
  ScriptWord read_word();
  void read_plain(ScriptWord& word);
  void read_single_quoted(ScriptWord& word);
  void read_double_quoted(ScriptWord& word);
  void read_dollar(ScriptWord& word, bool in_quotes);
  void read_variable(ScriptWord& word, bool in_quotes);
  void read_substitution(ScriptWord& word, size_t opening, char open, char close);
  void read_backticks(ScriptWord& word);
  void take_unknown(ScriptWord& word, size_t end);

  std::string_view text_;
  Variables variables_;
  size_t at_ = 0;
  std::vector<std::string> here_documents_;  // their end marks
};

}  // namespace runner
