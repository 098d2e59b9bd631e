// parser/base/error.hpp -- the exception for surroundings that fail (daemon down, disk full): what was being
// done, then the cause. A wrong workflow is a Diagnostic and a failed step a StepResult, never this.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/core.h>

namespace runner {

class Error : public std::runtime_error {
 public:
  template <class... Args>
  explicit Error(fmt::format_string<Args...> form, Args&&... args)
      : std::runtime_error(fmt::format(form, std::forward<Args>(args)...)) {}
};

// What a step was given is wrong: it fails with this text alone.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The command line, a configuration file or the workflow is wrong: nothing ran, exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace runner
