#include "runner/order/event_payload.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/local_clone.hpp"

namespace runner {
namespace {

using expr::Value;

constexpr std::string_view kNoCommit = "0000000000000000000000000000000000000000";
constexpr std::string_view kServer = "https://github.com/";

std::string ref_of(const Repository& repository) {
  return repository.ref.empty() ? "refs/heads/main" : repository.ref;
}

std::string branch_of(const Repository& repository) {
  const auto ref = ref_of(repository);
  return ref.starts_with("refs/heads/") ? ref.substr(11) : repository.default_branch;
}

double numeric_id(std::string_view name) { return expr::string_to_number(stable_id(name)); }

// Members of `given` win; those both have are filled one level deeper.
Value filled(const Value& given, const Value& ours) {
  if (given.object() == nullptr || ours.object() == nullptr) return given;
  auto members = *given.object();
  for (const auto& [name, value] : *ours.object()) {
    const auto at = std::find_if(members.begin(), members.end(), [&name = name](const auto& member) {
      return equal_ignoring_case(member.first, name);
    });
    if (at == members.end())
      members.emplace_back(name, value);
    else
      at->second = filled(at->second, value);
  }
  return members;
}

Value user(const std::string& login, const std::string& type) {
  return Value::Object{{"login", login},
                       {"id", numeric_id(login)},
                       {"type", type},
                       {"html_url", std::string(kServer) + login}};
}

Value repository_object(const EventFacts& facts, const Repository& repository) {
  const auto url = std::string(kServer) + facts.repository;
  const auto name = facts.repository.substr(facts.repository.find('/') + 1);
  auto owner = *user(facts.repository_owner, "User").object();
  owner.emplace_back("name", facts.repository_owner);
  owner.emplace_back("email", Value());
  return Value::Object{{"id", numeric_id(facts.repository)},
                       {"node_id", "R_" + stable_id(facts.repository)},
                       {"name", name},
                       {"full_name", facts.repository},
                       {"private", true},
                       {"owner", std::move(owner)},
                       {"html_url", url},
                       {"url", url},
                       {"git_url", "git://github.com/" + facts.repository + ".git"},
                       {"ssh_url", "git@github.com:" + facts.repository + ".git"},
                       {"clone_url", url + ".git"},
                       {"default_branch", repository.default_branch},
                       {"master_branch", repository.default_branch},
                       {"description", Value()},
                       {"fork", false},
                       {"language", Value()},
                       {"topics", Value::Array{}},
                       {"visibility", "private"}};
}

Value person(const std::string& name, const std::string& email) {
  return Value::Object{{"name", name}, {"email", email}, {"username", name}};
}

Value commit_object(const Commit& commit, const EventFacts& facts) {
  return Value::Object{{"id", commit.id},
                       {"tree_id", commit.tree_id},
                       {"distinct", true},
                       {"message", commit.message},
                       {"timestamp", commit.timestamp},
                       {"url", std::string(kServer) + facts.repository + "/commit/" + commit.id},
                       {"author", person(commit.author_name, commit.author_email)},
                       {"committer", person(commit.committer_name, commit.committer_email)}};
}

// before and after may be given: by a hook, or by a payload that says what was pushed.
Value push(const Value::Object& given, const EventFacts& facts, const Repository& repository) {
  const auto text = [&](const char* name, const std::string& otherwise) {
    const auto* value = expr::find(given, name);
    return value == nullptr || value->is_null() ? otherwise : value->to_string();
  };
  const auto after = text("after", repository.sha);
  const bool in_repository = !repository.git_dir.empty() && after == repository.sha && !after.empty();
  const auto before = text("before", in_repository ? parent_of(repository, after) : std::string(kNoCommit));
  Value::Array commits;
  if (in_repository) {
    for (const auto& commit : pushed_commits(repository, before, after))
      commits.push_back(commit_object(commit, facts));
  }
  const bool deleted = after == kNoCommit;
  return Value::Object{
      {"ref", ref_of(repository)},
      {"before", before},
      {"after", after},
      {"created", before == kNoCommit},
      {"deleted", deleted},
      {"forced", false},
      {"base_ref", Value()},
      {"compare", fmt::format("{}{}/compare/{}...{}", kServer, facts.repository, before.substr(0, 12),
                              after.substr(0, 12))},
      {"commits", std::move(commits)},
      {"head_commit", repository.head && !deleted ? commit_object(*repository.head, facts) : Value()},
      {"pusher", Value::Object{{"name", facts.actor}, {"email", repository.user_email}}}};
}

std::string tip_of(const Repository& repository, const std::string& branch) {
  if (repository.git_dir.empty()) return repository.sha;
  const auto tip = resolve_ref(repository, "refs/heads/" + branch);
  return tip.sha.empty() ? repository.sha : tip.sha;
}

// The activity type: the first that the file asks for, else the usual one; "" for events without.
std::string usual_action(const std::string& event, const Workflow& workflow) {
  const auto* trigger = workflow.trigger(event);
  if (trigger != nullptr && !trigger->types.empty()) return trigger->types.front().value;
  if (event == "release" || event == "registry_package") return "published";
  if (event == "pull_request" || event == "pull_request_target" || event == "issues") return "opened";
  if (event == "pull_request_review") return "submitted";
  return event.ends_with("_comment") ? "created" : "";
}

// The payload's, at either of its places; 1 for one that nobody opened.
double number_of(const Value::Object& given) {
  const auto* own = expr::find(given, "number");
  if (own != nullptr && own->number() != nullptr) return *own->number();
  const auto* request = expr::find(given, "pull_request");
  const auto inside = request == nullptr ? Value() : request->get("number");
  return inside.number() == nullptr ? 1 : *inside.number();
}

Value pull_request(const Value::Object& given, const EventFacts& facts, const Repository& repository) {
  const auto side = [&](const std::string& branch, const std::string& sha) {
    return Value::Object{{"ref", branch},
                         {"sha", sha},
                         {"label", facts.repository_owner + ":" + branch},
                         {"repo", repository_object(facts, repository)},
                         {"user", user(facts.actor, "User")}};
  };
  const auto title =
      repository.head ? std::string(repository.head->message.substr(0, repository.head->message.find('\n')))
                      : "";
  const auto number = number_of(given);
  Value::Object request{
      {"number", number},
      {"id", 1.0},
      {"title", title},
      {"body", Value()},
      {"state", "open"},
      {"draft", false},
      {"merged", false},
      {"merge_commit_sha", repository.sha},
      {"user", user(facts.actor, "User")},
      {"labels", Value::Array{}},
      {"html_url", fmt::format("{}{}/pull/{}", kServer, facts.repository, number)},
      {"head", side(branch_of(repository), repository.sha)},
      {"base", side(repository.default_branch, tip_of(repository, repository.default_branch))}};
  return Value::Object{{"number", number}, {"pull_request", std::move(request)}};
}

Value release(const Repository& repository) {
  const auto ref = ref_of(repository);
  const auto tag = ref.starts_with("refs/tags/") ? ref.substr(10) : "";
  return Value::Object{{"release", Value::Object{{"tag_name", tag},
                                                 {"name", tag},
                                                 {"body", ""},
                                                 {"draft", false},
                                                 {"prerelease", false},
                                                 {"target_commitish", repository.default_branch},
                                                 {"assets", Value::Array{}}}}};
}

Value created_ref(const Repository& repository) {
  const auto ref = ref_of(repository);
  const bool tag = ref.starts_with("refs/tags/");
  return Value::Object{{"ref", tag ? ref.substr(10) : branch_of(repository)},
                       {"ref_type", tag ? "tag" : "branch"},
                       {"master_branch", repository.default_branch},
                       {"description", Value()},
                       {"pusher_type", "user"}};
}

Value own_fields(const Value::Object& given, const EventFacts& facts, Value::Object inputs,
                 const Repository& repository, const Workflow& workflow) {
  if (facts.name == "push") return push(given, facts, repository);
  if (facts.name.starts_with("pull_request")) return pull_request(given, facts, repository);
  if (facts.name == "release") return release(repository);
  if (facts.name == "create" || facts.name == "delete") return created_ref(repository);
  if (facts.name == "workflow_dispatch" || facts.name == "workflow_call") {
    return Value::Object{
        {"inputs", std::move(inputs)}, {"ref", ref_of(repository)}, {"workflow", workflow.path}};
  }
  if (facts.name == "schedule") {
    const auto* trigger = workflow.trigger("schedule");
    const auto cron = trigger == nullptr || trigger->schedules.empty() ? "" : trigger->schedules.front().cron;
    return Value::Object{{"schedule", cron}, {"workflow", workflow.path}};
  }
  if (facts.name == "repository_dispatch") {
    return Value::Object{{"branch", repository.default_branch}, {"client_payload", Value::Object{}}};
  }
  return Value::Object{};
}

// workflow-syntax.md section 5.
constexpr std::array kEvents{"branch_protection_rule",
                             "check_run",
                             "check_suite",
                             "create",
                             "delete",
                             "deployment",
                             "deployment_status",
                             "fork",
                             "gollum",
                             "page_build",
                             "public",
                             "status",
                             "discussion",
                             "discussion_comment",
                             "issue_comment",
                             "pull_request_comment",
                             "pull_request_review_comment",
                             "label",
                             "image_version",
                             "issues",
                             "merge_group",
                             "milestone",
                             "project",
                             "project_card",
                             "project_column",
                             "pull_request",
                             "pull_request_target",
                             "pull_request_review",
                             "push",
                             "registry_package",
                             "release",
                             "repository_dispatch",
                             "schedule",
                             "watch",
                             "workflow_call",
                             "workflow_dispatch",
                             "workflow_run"};

}  // namespace

std::vector<std::string> event_names() { return {kEvents.begin(), kEvents.end()}; }

bool is_event(std::string_view name) {
  return std::find(kEvents.begin(), kEvents.end(), name) != kEvents.end();
}

std::string stable_id(std::string_view name) {
  uint32_t hash = 2166136261;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return std::to_string(hash);
}

Value fill_payload(Value::Object given, const EventFacts& facts, Value::Object inputs,
                   const Repository& repository, const Workflow& workflow) {
  Value::Object ours = *own_fields(given, facts, std::move(inputs), repository, workflow).object();
  if (const auto action = usual_action(facts.name, workflow); !action.empty())
    ours.emplace_back("action", action);
  ours.emplace_back("repository", repository_object(facts, repository));
  ours.emplace_back("sender", user(facts.actor, "User"));
  return filled(std::move(given), std::move(ours));
}

}  // namespace runner
