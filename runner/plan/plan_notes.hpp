// runner/plan/plan_notes.hpp -- what planning meets on its way: problems, the secrets and the token that are
// read.
#pragma once
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "runner/plan/known.hpp"

namespace runner {

struct Plan;

class PlanNotes {
 public:
  explicit PlanNotes(const RunRequest& request) : request_(request) {}
  void problem(Pos pos, const char* rule, std::string message, Severity severity = Severity::error);
  void problems(std::vector<Diagnostic> more);
  // These will be evaluated in the run, by a job with this environment.
  void will_read(const KnownScope& known, const std::string& environment,
                 std::initializer_list<const Template*> templates);
  // An expression that is known to fail: the run goes on until it comes to it.
  void will_fail(Pos pos, const std::string& why);
  void put_into(Plan& plan);

 private:
  void note(const Template& node, const KnownScope& known, const NamedValues& secrets);
  void note_token(const Template& node);
  const RunRequest& request_;
  std::vector<Diagnostic> problems_;
  std::set<std::string, IgnoringCase> secrets_;
  std::vector<std::pair<std::string, Pos>> unset_;
  std::set<Pos> told_;  // legs of a matrix say the same
};

}  // namespace runner
