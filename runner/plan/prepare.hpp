// runner/plan/prepare.hpp -- from what somebody wants to a run that could begin: repository, workflow, event,
// values, plan.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "parser/base/error.hpp"
#include "parser/filter.hpp"
#include "runner/order/run_order.hpp"
#include "runner/plan/plan.hpp"

namespace runner {

class Masker;

// What a run finds here, whoever wants it.
struct Machine {
  Environment environment;  // of the process
  Folders folders;
  std::filesystem::path program;  // this one; empty: steps find no `aws` of ours
  // The number that the next run of a workflow would get; null: 1.
  std::function<int(const std::string& repository, const std::string& workflow_path)> next_number;
};

struct Told {  // of one file
  std::vector<Diagnostic> diagnostics;
  std::string source;
};

// The workflow cannot be read, or something in it cannot be evaluated.
class WorkflowRefused : public UsageError {
 public:
  template <class... Args>
  explicit WorkflowRefused(Told why, fmt::format_string<Args...> form, Args&&... args)
      : UsageError(form, std::forward<Args>(args)...), told(std::move(why)) {}
  Told told;
};

struct Prepared {
  RunRequest request;
  Plan plan;
  Verdict verdict;         // do the event's filters let it run?
  std::vector<Told> told;  // warnings of the workflow
  std::vector<std::string> notes;
  std::vector<std::string> unmasked;  // warnings of secrets that are not masked, or not in every form
};

// From its first lines on `masker` knows all that is secret. Throws WorkflowRefused, and UsageError for what
// else must stop a run before it begins.
Prepared prepare(const RunOrder& order, const Machine& machine, Masker& masker);

// Where a run would find the actions of others. `token` may be the placeholder: none.
std::shared_ptr<RemoteActions> remote_actions(const RunOrder& order, const Machine& machine,
                                              const std::string& token);

// The action itself when it is of another repository; of a composite one in the work tree those it uses,
// however deep.
void add_remote_uses(const Repository& repository, const Uses& uses, std::vector<Uses>& found, int depth = 0);

// Fetches the actions of others that the planned jobs use, and plans anew with what they are. `tell` hears
// what is going to be fetched, in a line.
void fetch_actions(Prepared& prepared, const std::stop_token& stop,
                   const std::function<void(std::string)>& tell);

// What steps inherit of the runner's own environment (execution.md 7.1).
Environment inherited_environment(const Environment& own);

}  // namespace runner
