// runner/cli/values.hpp -- secrets, variables, environment and inputs of a run, from options and files
// (cli.md).
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"
#include "runner/cli/value_files.hpp"

namespace runner {

// A file that values were read from, for people.
struct ValueSource {
  std::filesystem::path file;
  enum class Kind { secrets, variables, env, inputs } kind = Kind::secrets;
  Pairs values;  // of secrets and env only the names: an application's .env holds its passwords
};

struct GivenValues {
  ValueSet secrets, variables;
  Environment env;  // --env, --env-file
  Pairs inputs;
  Pairs common_inputs;  // of the file .input, which serves several workflows
  std::vector<ValueSource> sources;
  std::map<std::string, std::string> env_origin;  // by name: the file that its value is from
  std::vector<std::string> warnings;              // files that others can read
};

// .secrets and its kin are looked for in `folder` and above it, as far as the repository goes: the nearest
// counts. Throws UsageError for what is malformed or missing.
GivenValues read_values(const RunOptions& options, const Tools& tools, const std::filesystem::path& folder);

}  // namespace runner
