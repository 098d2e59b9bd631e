#include "runner/order/request.hpp"

#include <sys/utsname.h>

#include <algorithm>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/git/remote_url.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/http.hpp"

namespace runner {
namespace {

void add_with_needs(const Workflow& workflow, const Job& job, std::set<const Job*>& chosen) {
  if (!chosen.insert(&job).second) return;
  for (const auto& need : job.needs) {
    if (const auto* needed = workflow.job(need.value)) add_with_needs(workflow, *needed, chosen);
  }
}

std::string machine_label() {
  utsname machine{};
  ::uname(&machine);
  return std::string(machine.machine) == "aarch64" ? "arm64" : "x64";
}

}  // namespace

std::string without_placeholder(std::string text) {
  return text.find(kPlaceholderToken) == std::string::npos
             ? text
             : replace_all(std::move(text), kPlaceholderToken, "");
}

std::string repository_key(const Repository& repository) {
  constexpr size_t kDigits = 12;
  auto identity = identity_of_remote(repository.remote_url);
  if (identity.empty()) identity = std::filesystem::weakly_canonical(repository.root).string();
  Sha256 hash;
  hash.update(identity);
  const auto name = replace_all(percent_encode(repository.slug, "-_./"), "/", ",");
  return name + "," + hash.hex().substr(0, kDigits);
}

const std::string& workflow_title(const Workflow& workflow) {
  return workflow.name.empty() ? workflow.path : workflow.name;
}

std::vector<const Job*> selected_jobs(const RunRequest& request) {
  const auto& workflow = *request.call.workflow;
  std::set<const Job*> chosen;
  for (const auto& id : request.jobs) {
    const auto* job = workflow.job(id);
    if (job == nullptr) {
      std::vector<std::string> ids;
      for (const auto& other : workflow.jobs) ids.push_back(other.id);
      throw UsageError("--job: {} has no job \"{}\"{}", request.call.path, id, did_you_mean(id, ids));
    }
    add_with_needs(workflow, *job, chosen);
  }
  std::vector<const Job*> jobs;
  for (const auto& job : workflow.jobs) {
    if (request.jobs.empty() || chosen.contains(&job)) jobs.push_back(&job);
  }
  return jobs;
}

const BuiltinAction* builtin_for(const RunChoices& choices, const Uses& uses) {
  const auto action = uses.action();
  for (const auto& original : choices.originals) {
    if (original == "*" || equal_ignoring_case(original, action)) return nullptr;
  }
  return find_builtin(action);
}

bool checks_out(const Step& step) {
  return step.uses && step.uses->action() == "actions/checkout" && step.with.find("repository") == nullptr;
}

bool checks_out(const Job& job) {
  return std::any_of(job.steps.begin(), job.steps.end(), [](const auto& step) { return checks_out(step); });
}

bool combination_selected(const RunRequest& request, const expr::Value::Object& values) {
  return std::all_of(request.matrix.begin(), request.matrix.end(), [&](const auto& wanted) {
    const auto* value = expr::find(values, wanted.first);
    return value == nullptr || equal_ignoring_case(value->to_string(), wanted.second);
  });
}

std::string aws_profile_for(const RunRequest& request, std::string_view role) {
  std::string for_all;
  for (const auto& [only, profile] : request.aws_profiles) {
    if (only == role) return profile;
    if (only.empty()) for_all = profile;
  }
  return for_all;
}

std::vector<std::string> unserved_labels(const RunRequest& request, const std::vector<std::string>& labels) {
  std::vector<std::string> unserved;
  for (const auto& label : labels) {
    const auto name = lower(label);
    const bool served = name.starts_with("ubuntu-") || name == "linux" || name == "self-hosted" ||
                        name == machine_label() || request.host_labels.contains(label);
    if (!served) unserved.push_back(label);
  }
  return unserved;
}

}  // namespace runner
