#include "parser/model/scope.hpp"

#include <array>
#include <string_view>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Row {
  Scope scope;
  std::string_view contexts;
  bool hash_files = false;
  int status_arguments = -1;  // at most so many for success() and failure(); -1: no status functions
};

// https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
constexpr Row kRows[] = {
    {Scope::none, ""},
    {Scope::global, "github inputs vars"},
    {Scope::global_env, "github inputs vars secrets"},
    {Scope::call_outputs, "github inputs vars jobs"},
    {Scope::job_condition, "github inputs vars needs", false, 255},
    {Scope::strategy, "github inputs vars needs"},
    {Scope::job, "github inputs vars needs strategy matrix"},
    {Scope::job_secrets, "github inputs vars needs strategy matrix secrets"},
    {Scope::job_defaults, "github inputs vars needs strategy matrix env"},
    {Scope::credentials, "github inputs vars needs strategy matrix secrets env"},
    {Scope::runtime, "github inputs vars needs strategy matrix steps job runner env secrets"},
    {Scope::environment_url, "github inputs vars needs strategy matrix steps job runner env"},
    {Scope::step_condition, "github inputs vars needs strategy matrix steps job runner env", true, 0},
    {Scope::step, "github inputs vars needs strategy matrix steps job runner env secrets", true},
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

const expr::Allowed& allowed(Scope scope) {
  static const auto all = make_all();
  return all[static_cast<size_t>(scope)];
}

}  // namespace runner
