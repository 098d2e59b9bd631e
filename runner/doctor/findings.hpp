// runner/doctor/findings.hpp -- what `runner doctor` found: a line each, with what fixes it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

enum class Health { good, note, warning, missing };
std::string_view to_string(Health health);  // "ok", "note", "warning", "missing"

struct Finding {
  std::string group;
  Health health = Health::good;
  std::string text;
  std::string fix{};                    // a command, or what to do; empty: nothing
  std::vector<std::string> needed_by{};  // "deploy.yml (build)"
};

bool something_missing(const std::vector<Finding>& findings);

}  // namespace runner
