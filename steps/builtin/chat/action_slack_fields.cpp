#include "steps/builtin/chat/action_slack_fields.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/system/environment.hpp"

namespace runner::chat {
namespace {

struct Run {
  const StepInputs& step;
  Facts facts;
  Json event;
  std::string base;  // of links: https://github.com/owner/repository
};

std::string escaped(std::string text) {
  return replace_all(replace_all(replace_all(std::move(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

std::string link(const std::string& url, const std::string& text) {
  return fmt::format("<{}|{}>", url, text);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::optional<Commit> commit_of(const Run& run) {
  const auto& repository = run.step.repository();
  if (repository.head && (run.facts.sha.empty() || repository.head->id == run.facts.sha))
    return repository.head;
  return repository.git_dir.empty() ? std::nullopt : find_commit(repository, run.facts.sha);
}

std::string repo(const Run& run) { return link(run.base, run.facts.repository); }

std::string commit_url(const Run& run) { return run.base + "/commit/" + run.facts.sha; }

std::string message(const Run& run) {
  const auto commit = commit_of(run);
  return link(commit_url(run), commit ? escaped(first_line(commit->message)) : run.facts.sha);
}

std::string commit(const Run& run) { return link(commit_url(run), run.facts.sha.substr(0, 8)); }

std::string author(const Run& run) {
  const auto commit = commit_of(run);
  return commit ? fmt::format("{}<{}>", commit->author_name, commit->author_email) : run.facts.actor;
}

std::string checks(const Run& run, const std::string& text) {
  return link(run.base + "/commit/" + head_sha(run.facts, run.event) + "/checks", text);
}

std::string action(const Run& run) { return checks(run, "action"); }
std::string workflow(const Run& run) { return checks(run, run.facts.workflow); }

std::string run_link(const Run& run, const std::string& text) {
  return link(run.base + "/actions/runs/" + run.facts.run_id, text);
}

std::string workflow_run(const Run& run) { return run_link(run, run.facts.workflow); }

// MATRIX_CONTEXT tells the jobs of a matrix apart, as GitHub names them.
std::string job_name(const Run& run) {
  auto name = run.step.input("job_name");
  if (name.empty()) name = run.facts.job;
  const auto matrix = read_ordered_json(env_value(run.step.env(), "MATRIX_CONTEXT"));
  if (!matrix.is_object()) return name;
  std::string values;
  for (const auto& [key, value] : matrix.items()) values += (values.empty() ? "" : ", ") + js_text(value);
  return values.empty() ? name : fmt::format("{} ({})", name, values);
}

std::string job(const Run& run) { return run_link(run, job_name(run)); }

// The event's file is as old as the job.
std::string took(const Run& run) {
  std::error_code error;
  const auto begun = std::filesystem::last_write_time(env_value(run.step.env(), "GITHUB_EVENT_PATH"), error);
  if (error) return "0 sec";
  const auto passed = std::chrono::file_clock::now() - begun;
  const auto seconds = std::max<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(passed).count(), 0);
  std::string text;
  if (seconds >= 3600) text += fmt::format("{} hour ", seconds / 3600);
  if (seconds % 3600 >= 60) text += fmt::format("{} min ", seconds % 3600 / 60);
  if (seconds % 60 > 0 || text.empty()) text += fmt::format("{} sec", seconds % 60);
  return std::string(trim(text));
}

std::string event_name(const Run& run) { return run.facts.event_name; }
std::string ref(const Run& run) { return run.facts.ref; }

std::string pull_request(const Run& run) {
  if (!run.facts.event_name.starts_with("pull_request")) return "n/a";
  const auto part = [&](const char* name) {
    return event_text(run.event, std::string("/pull_request/") + name);
  };
  return link(part("html_url"), fmt::format("{} #{}", escaped(part("title")), part("number")));
}

struct FieldRule {
  const char *name, *title, *variable;
  std::string (*value)(const Run&);
};
constexpr FieldRule kFieldRules[] = {
    {"repo", "repo", "AS_REPO", repo},
    {"message", "message", "AS_MESSAGE", message},
    {"commit", "commit", "AS_COMMIT", commit},
    {"author", "author", "AS_AUTHOR", author},
    {"action", "action", "AS_ACTION", action},
    {"job", "job", "AS_JOB", job},
    {"took", "took", "AS_TOOK", took},
    {"eventName", "eventName", "AS_EVENT_NAME", event_name},
    {"ref", "ref", "AS_REF", ref},
    {"workflow", "workflow", "AS_WORKFLOW", workflow},
    {"workflowRun", "workflow", "AS_WORKFLOW_RUN", workflow_run},
    {"pullRequest", "pullRequest", "AS_PULL_REQUEST", pull_request},
};

std::vector<std::string> wanted(const StepInputs& step) {
  auto text = replace_all(step.input("fields"), " ", "");
  if (text.empty()) text = "repo,commit";
  std::vector<std::string> names;
  for (const auto name : split(text, ',')) names.emplace_back(name);
  return names;
}

}  // namespace

std::vector<SlackField> action_slack_fields(const StepInputs& step) {
  Run run{step, facts_of(step), event_of(step), {}};
  auto server = step.input("github_base_url");
  if (server.empty()) server = "https://github.com";
  run.base = server + "/" + run.facts.repository;
  const auto names = wanted(step);
  const auto has = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<SlackField> fields;
  for (const auto& rule : kFieldRules) {
    if (has(rule.name) || has("all")) fields.push_back({rule.title, rule.variable, rule.value(run)});
  }
  return fields;
}

std::vector<std::string> action_slack_field_problems(const StepInputs& step) {
  std::vector<std::string> all, names{"all"};
  for (const auto& rule : kFieldRules) names.emplace_back(rule.name);
  for (const auto& name : wanted(step)) {
    const auto wrong = choice_problems("fields", name, names);
    if (!name.empty()) all.insert(all.end(), wrong.begin(), wrong.end());
  }
  return all;
}

}  // namespace runner::chat
