#include "runner/contexts/job_contexts.hpp"

#include "runner/contexts/objects.hpp"

namespace runner {

using expr::Value;

Value::Object run_github_context(const RunRequest& request) {
  auto github = github_context(request.event);
  const auto set = [&](const char* name, Value value) { github.emplace_back(name, std::move(value)); };
  set("workflow", workflow_title(*request.call.workflow));
  set("workflow_ref", request.event.repository + "/" + request.call.path + "@" + request.event.ref);
  set("workflow_sha", request.event.sha);
  set("run_id", std::to_string(request.run_id));
  set("run_number", std::to_string(request.run_number));
  set("run_attempt", std::to_string(request.run_attempt));
  set("token", request.token);
  return github;
}

std::string run_name(const RunRequest& request) {
  return evaluate_string(request.call.workflow->run_name, JobContexts(request, request.call).scope());
}

JobContexts::JobContexts(const RunRequest& request, const WorkflowCall& call)
    : github(run_github_context(request)), request_(request), call_(call) {
  use_environment("");
}

void JobContexts::use_environment(const std::string& name) {
  vars_ = text_object(call_.variables.of(name));
  auto secrets = call_.secrets.of(name);
  secrets["GITHUB_TOKEN"] = request_.token;
  secrets_ = text_object(secrets);
}

expr::Scope JobContexts::scope() const {
  expr::Scope scope;
  scope.contexts = {{"github", github}, {"inputs", call_.inputs}, {"vars", vars_}, {"needs", needs}};
  return scope;
}

}  // namespace runner
