// runner/plan/plan_notes.hpp -- what planning meets on its way: problems, the secrets and the token that are
// read.
#pragma once
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "runner/plan/known.hpp"
#include "runner/plan/plan.hpp"

namespace runner {

class PlanNotes {
 public:
  explicit PlanNotes(const RunRequest& request) : request_(request) {}
  void problem(Pos pos, const char* rule, std::string message, Severity severity = Severity::error);
  void problems(std::vector<Diagnostic> more);
  // These will be evaluated in the run, by a job with this environment.
  void will_read(const KnownScope& known, const std::string& environment,
                 std::initializer_list<const Template*> templates);
  // A value of these that is not set is needed, by "the input host of owner/action"; false: there is none.
  bool needs(const KnownScope& known, const std::string& environment,
             std::initializer_list<const Template*> templates, const std::string& by);
  // The same of a text in which only what has no value is still as it was written.
  void needs_in(std::string_view text, const std::string& by);
  // An expression that is known to fail: the run goes on until it comes to it.
  void will_fail(Pos pos, const std::string& why);
  void put_into(Plan& plan);

 private:
  // What is read of one context.
  struct Values {
    const char* context;
    std::set<std::string, IgnoringCase> read;
    std::vector<UnsetValue> unset;
  };
  // What a job with an environment has of both.
  struct Given {
    NamedValues secrets, variables;
  };
  const Given& given(const std::string& environment);
  void note(const Template& node, const KnownScope& known, const Given& given);
  void note_values(Values& values, const NamedValues& given, const Template& node, const KnownScope& known);
  void note_token(const Template& node);
  static std::vector<std::string> names_in(const Values& values, expr::Reads reads, const Template& node,
                                           const KnownScope& known);
  const RunRequest& request_;
  std::vector<Diagnostic> problems_;
  Values secrets_{"secrets", {}, {}}, variables_{"vars", {}, {}};
  std::map<std::string, Given> given_;  // by environment: many steps ask for the same
  std::set<Pos> told_;                  // legs of a matrix say the same
};

}  // namespace runner
