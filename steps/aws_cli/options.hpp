// steps/aws_cli/options.hpp -- reads a command line the way the CLI does: options anywhere between the words,
// --name value and --name=value, unique prefixes of names, lists of words up to the next option (aws.md 4.2).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/support/aws/session.hpp"

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
};

// Throws UsageError252.
Arguments read_arguments(const std::vector<std::string>& args, const std::vector<OptionSpec>& specs);

// The options every command has.
const std::vector<OptionSpec>& global_option_specs();

struct Globals {
  Options session;
  std::string output = "json", query{};
  bool paginate = true;
  std::string binary_format = "base64";
};
Globals globals_of(const Arguments& arguments, const Environment& env);

}  // namespace runner::aws
