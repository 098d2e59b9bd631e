#include "parser/model/availability.hpp"

#include <array>
#include <string_view>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Row {
  Availability scope;
  std::string_view contexts;
  bool hash_files = false;
  int status_arguments = -1;  // at most so many for success() and failure(); -1: no status functions
};

// https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
constexpr Row kRows[] = {
    {Availability::none, ""},
    {Availability::global, "github inputs vars"},
    {Availability::global_env, "github inputs vars secrets"},
    {Availability::call_outputs, "github inputs vars jobs"},
    {Availability::job_condition, "github inputs vars needs", false, 255},
    {Availability::strategy, "github inputs vars needs"},
    {Availability::job, "github inputs vars needs strategy matrix"},
    {Availability::job_secrets, "github inputs vars needs strategy matrix secrets"},
    {Availability::job_defaults, "github inputs vars needs strategy matrix env"},
    {Availability::credentials, "github inputs vars needs strategy matrix secrets env"},
    {Availability::runtime, "github inputs vars needs strategy matrix steps job runner env secrets"},
    {Availability::environment_url, "github inputs vars needs strategy matrix steps job runner env"},
    {Availability::step_condition, "github inputs vars needs strategy matrix steps job runner env", true, 0},
    {Availability::step, "github inputs vars needs strategy matrix steps job runner env secrets", true},
    // https://github.com/actions/runner/blob/main/src/Runner.Worker/action_yaml.json
    {Availability::input_default, "github strategy matrix job runner", true},
    {Availability::composite_condition, "github inputs strategy matrix steps job runner env", true, 0},
    {Availability::composite, "github inputs strategy matrix steps job runner env", true},
    {Availability::action_post, "github inputs strategy matrix steps job runner env", true, 0},
};
constexpr size_t kScopes = std::size(kRows);

expr::Allowed make(const Row& row) {
  expr::Allowed result;
  for (const auto name : split(row.contexts, ' ')) {
    if (!name.empty()) result.contexts.emplace_back(name);
  }
  if (row.hash_files) result.functions.push_back({"hashFiles", 1, 255});
  if (row.status_arguments >= 0) {
    result.functions.push_back({"success", 0, row.status_arguments});
    result.functions.push_back({"failure", 0, row.status_arguments});
    result.functions.push_back({"always", 0, 0});
    result.functions.push_back({"cancelled", 0, 0});
  }
  return result;
}

std::array<expr::Allowed, kScopes> make_all() {
  std::array<expr::Allowed, kScopes> all;
  for (const auto& row : kRows) all[static_cast<size_t>(row.scope)] = make(row);
  return all;
}

}  // namespace

const expr::Allowed& allowed(Availability scope) {
  static const auto all = make_all();
  return all[static_cast<size_t>(scope)];
}

}  // namespace runner
