// steps/aws_cli/options.hpp -- reads a command line the way the CLI does: options anywhere between the words,
// --name value and --name=value, unique prefixes of names, lists of words up to the next option (aws.md 4.2).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/aws/session.hpp"

namespace runner::aws {

struct OptionSpec {
  std::string name;  // without the dashes
  enum class Takes { nothing, one, many, one_or_nothing } takes = Takes::one;
  bool repeats = false;                // each use counts, in order (--exclude); else the last one wins
  std::vector<std::string> choices{};  // empty: any value
};

struct GivenOption {
  std::string name;
  std::vector<std::string> values;
};

struct Arguments {
  std::vector<std::string> words;    // what is no option, in order
  std::vector<GivenOption> options;  // in order

  bool has(std::string_view name) const;
  std::string value(std::string_view name,
                    std::string_view fallback = "") const;       // the last one's first value
  std::vector<std::string> values(std::string_view name) const;  // the last one's
};

// The command line cannot be read; what() is the CLI's text for standard error after the usage line, and its
// exit code is 252. `unknown_option`: the CLI may know what this table does not.
class UsageError252 : public Error {
 public:
  explicit UsageError252(std::string text, bool unknown_option_ = false)
      : Error("{}", std::move(text)), unknown_option(unknown_option_) {}
  bool unknown_option;
  bool with_usage = true;  // the CLI writes its usage lines before the text
};

// `specs` are the command's own: the global options are known anyway, and are taken out first, as the CLI
// does
// (`--services a --region r b` names two services). Throws UsageError252.
Arguments read_arguments(const std::vector<std::string>& args, const std::vector<OptionSpec>& specs);
// Takes only the global options out: `words` is all the rest in order, the command's own options included.
Arguments read_globals(const std::vector<std::string>& args);
// Throws UsageError252 that lists the choices, as for a command that is none of them.
[[noreturn]] void refuse_choice(std::string_view argument, std::string_view value,
                                const std::vector<std::string>& choices);
// Throws UsageError252 without usage lines: a value that cannot be, where the command line itself is fine.
[[noreturn]] void refuse_value(std::string text);
// What the CLI writes to standard error for it, usage lines included where it writes them.
std::string usage_text(const UsageError252& error);

// The options every command has.
const std::vector<OptionSpec>& global_option_specs();

struct Globals {
  Options session;
  std::string output = "json", query{};
  bool paginate = true;
  std::string binary_format = "base64";
};
// Throws UsageError252 for values that cannot be.
Globals globals_of(const Arguments& arguments, const Environment& env);

}  // namespace runner::aws
