// runner/doctor/needs.hpp -- what the workflows here stand on, from their plans and scripts.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/text.hpp"
#include "runner/plan/prepare.hpp"

namespace runner {

using NeededBy = std::set<std::string>;  // "deploy.yml (build)"
inline std::vector<std::string> names_in(const NeededBy& names) { return {names.begin(), names.end()}; }

struct Needs {
  std::map<std::string, NeededBy> programs, platforms, ssh_hosts, registries;
  NeededBy engine;
  std::map<std::string, NeededBy, IgnoringCase> secrets, variables;  // read, and not set
  std::map<std::string, NeededBy> refused;                           // why a workflow cannot run here
  size_t workflows = 0;
};

// Of the workflow that `order` names, or, where it names none, of all, with the order's values; for each
// event that starts it, and each branch that it names. Throws UsageError when the name fits none.
Needs collect_needs(const RunOrder& order, const Machine& machine, Masker& masker);

// The programs of interest that a script calls, with the plugin for `docker compose` and `docker buildx`.
std::set<std::string> script_programs(std::string_view script);

}  // namespace runner
