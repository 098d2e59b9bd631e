// parser/model/action_spec.hpp -- what an action accepts and gives, as plain data. Validation, plan, docs and
// shell completion read it; how the action runs is none of its business.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace runner {

struct InputSpec {
  std::string name{}, doc{}, fallback{};  // {}: a designated initialiser may leave them out
  bool required = false;
  bool secret = false;  // a value that is given never stands in a log
  bool target = false;  // says what is changed: must not be made of a secret or variable that has no value
};

struct ActionSpec {
  std::string uses{}, doc{};  // uses: "owner/repository", lower case
  std::vector<InputSpec> inputs{};
  std::vector<std::pair<std::string, std::string>> outputs{};  // name, doc
  int first_major = 1, last_major = 1;                         // the versions whose behaviour is known
};

}  // namespace runner
