// runner/order/run_order.hpp -- a run that somebody wants, as a value: read from a command line today, from a
// hook or by a server alike. prepare() (runner/plan) makes of it what could begin.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/order/event.hpp"
#include "runner/order/values.hpp"
#include "steps/step.hpp"

namespace runner {

// What is wanted of a run whatever its workflow is.
struct RunChoices {
  std::vector<std::string> jobs;                            // -j; empty: all
  std::vector<std::pair<std::string, std::string>> matrix;  // -m
  std::set<std::string, IgnoringCase> host_labels;          // -P LABEL=host
  // --aws-profile: a role's ARN, or "" for every role, and the profile that stands in for it.
  std::vector<std::pair<std::string, std::string>> aws_profiles;
  std::string node;                    // --node; empty: what is found
  std::vector<std::string> originals;  // --original: these run their own code; "*": all
  bool native_aws = false;             // ours in front of PATH, not behind it
  int parallel = 1;
  bool keep = false, debug = false, dirty = false, host_home = false, strict_host_keys = false;
  Care care;  // .strict: also warnings of the workflow are errors
};

struct RunOrder {
  RunChoices choices;
  std::filesystem::path directory;  // in the repository
  std::string workflow;             // a path, a file's name or a workflow's; "": the only one that answers
  EventOptions event;
  ValueSet secrets, variables;
  Environment env;                                 // --env, --env-file: below the workflow's own env
  std::map<std::string, std::string> env_origin;   // by name: the file that a value of `env` is from
  std::vector<std::filesystem::path> value_files;  // where they were read: they never leave the machine
  std::optional<std::string> token;                // github.token; none: the secret GITHUB_TOKEN
  std::optional<int> run_number;
  std::filesystem::path actions_dir;  // --actions-dir; empty: none
  std::string server_url;             // of actions; empty: GitHub's
  bool offline = false;
};

}  // namespace runner
