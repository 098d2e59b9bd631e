// runner/order/values.hpp -- secrets and variables by name, and those of each environment.
#pragma once
#include <map>
#include <string>

#include "parser/base/text.hpp"

namespace runner {

using NamedValues = std::map<std::string, std::string, IgnoringCase>;

// Secrets or variables: those of every job, and what a job with `environment: NAME` sees on top.
struct ValueSet {
  NamedValues common;
  std::map<std::string, NamedValues, IgnoringCase> environments;
  NamedValues of(const std::string& environment) const;
};

}  // namespace runner
