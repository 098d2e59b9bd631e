#include "runner/order/event.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/json.hpp"
#include "runner/order/event_payload.hpp"
#include "steps/clients/git/local_clone.hpp"

namespace runner {
namespace {

using expr::Value;

std::string default_event(const Workflow& workflow, const EventOptions& options) {
  if (!options.inputs.empty() && workflow.trigger("workflow_dispatch") != nullptr) return "workflow_dispatch";
  if (workflow.trigger("push") != nullptr || workflow.on.empty()) return "push";
  return workflow.on.front().event;
}

Value::Object given_payload(const EventOptions& options) {
  if (options.payload_text.empty()) return {};
  Value payload;
  try {
    payload = expr::from_json(options.payload_text);
  } catch (const expr::EvalError& error) {
    throw UsageError("--event-path: {} is not JSON: {}", options.payload_file, error.what());
  }
  if (payload.object() == nullptr)
    throw UsageError("--event-path: {} holds no JSON object", options.payload_file);
  return *payload.object();
}

// "Ana Maria" is the account name ana-maria.
std::string login_of(std::string_view name) {
  std::string login;
  for (const char c : lower(trim(name))) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      login += c;
    else if (!login.empty() && login.back() != '-')
      login += '-';
  }
  while (login.ends_with('-')) login.pop_back();
  return login;
}

std::string actor_of(const EventOptions& options, const Repository& repository) {
  if (!options.actor.empty()) return options.actor;
  auto login = login_of(repository.user_name);
  if (!login.empty()) return login;
  return options.os_user.empty() ? "user" : options.os_user;
}

std::string short_ref(std::string_view ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/", "refs/pull/"}) {
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  }
  return std::string(ref);
}

// Events that GitHub answers from the default branch, wherever the user is; --ref and --sha still have their
// way.
bool about_default_branch(std::string_view event) {
  constexpr std::string_view kOthers[] = {
      "push",        "create",     "workflow_dispatch", "workflow_call",
      "merge_group", "deployment", "deployment_status", "registry_package",
      "release"};
  return !event.starts_with("pull_request") &&
         std::find(std::begin(kOthers), std::end(kOthers), event) == std::end(kOthers);
}

void place_at_default_branch(EventFacts& facts, const Repository& repository) {
  const auto branch = "refs/heads/" + repository.default_branch;
  if (repository.git_dir.empty() || repository.ref == branch) return;
  const auto tip = resolve_ref(repository, branch);
  if (!tip.sha.empty()) facts.ref = branch, facts.sha = tip.sha;
}

// A fork that is gone has no name any more: GitHub then gives null for the repository.
std::string fork_of(const std::string& head, const std::string& base) {
  if (equal_ignoring_case(head, base)) return {};
  return head.empty() ? "a repository that is gone" : head;
}

// Which ref and commit the event is about: what was asked for, else what the payload says, else what git
// says.
void place(EventFacts& facts, const EventOptions& options, const Repository& repository) {
  const auto text = [&](std::string_view path) {
    Value value = facts.payload;
    for (const auto part : split(path, '.')) value = value.get(part);
    return value.to_string();
  };
  facts.ref = repository.ref.empty() ? "refs/heads/main" : repository.ref;
  facts.sha = repository.sha;
  if (facts.name == "pull_request" || facts.name == "pull_request_review") {
    facts.ref = fmt::format("refs/pull/{}/merge", text("number"));
    facts.head_ref = text("pull_request.head.ref");
    facts.base_ref = text("pull_request.base.ref");
    if (options.sha.empty()) facts.sha = text("pull_request.head.sha");
    facts.fork = fork_of(text("pull_request.head.repo.full_name"), text("pull_request.base.repo.full_name"));
  } else if (facts.name == "pull_request_target") {
    facts.head_ref = text("pull_request.head.ref");
    facts.base_ref = text("pull_request.base.ref");
    facts.ref = "refs/heads/" + facts.base_ref;
  } else if (facts.name == "release") {
    const auto tag = text("release.tag_name");
    if (tag.empty())
      throw UsageError("the event release is about a tag: name one with --ref, or in a payload");
    facts.ref = "refs/tags/" + tag;
  } else if (facts.name == "push" || facts.name == "workflow_dispatch") {
    if (options.ref.empty()) facts.ref = text("ref");
    if (options.sha.empty() && facts.name == "push" && text("deleted") != "true") facts.sha = text("after");
  }
  if (options.ref.empty() && options.sha.empty() && about_default_branch(facts.name)) {
    place_at_default_branch(facts, repository);
  }
  facts.ref_name = short_ref(facts.ref);
  facts.ref_type = facts.ref.starts_with("refs/tags/") ? "tag" : "branch";
}

// Of workflow_dispatch only booleans have a type of their own: 0 is a text that counts as true, 1.10
// stays 1.10. No message holds the value: it may come from a file of values.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
Value typed(const Input& input, const std::string& text, bool dispatched) {
  if (input.type == "boolean") {
    if (text.empty()) return false;
    if (text == "true" || text == "false") return text == "true";
    throw UsageError("the input \"{}\" is a boolean, expected true or false", input.name);
  }
  if (input.type == "number") {
    const auto number = expr::string_to_number(text);
    if (std::isnan(number))
      throw UsageError("the input \"{}\" is a number, and its value is none", input.name);
    return dispatched ? Value(text) : Value(number);
  }
  const auto& options = input.options;
  if (input.type == "choice" && std::find(options.begin(), options.end(), text) == options.end()) {
    throw UsageError("the input \"{}\" has no option of that name: it has {}{}", input.name,
                     fmt::join(options, ", "), did_you_mean(text, options));
  }
  return text;
}

std::string fallback_of(const Input& input) {
  if (input.fallback) return input.fallback.text;
  return input.type == "choice" && !input.options.empty() ? input.options.front() : "";
}

[[noreturn]] void refuse_missing(const std::vector<const Input*>& missing) {
  std::string lines, options;
  for (const auto* input : missing) {
    lines += "\n  " + input->name;
    if (!input->options.empty())
      lines += fmt::format(": {}", fmt::join(input->options, ", "));
    else if (input->type == "boolean")
      lines += ": true, false";
    if (!input->description.empty()) lines += fmt::format(" ({})", input->description);
    options += fmt::format(" -i {}=…", input->name);
  }
  throw UsageError("{} required and not given:{}\ngive {} with{}",
                   missing.size() == 1 ? "1 input is" : fmt::format("{} inputs are", missing.size()), lines,
                   missing.size() == 1 ? "it" : "them", options);
}

// The `inputs` context, and as text what the payload gets.
struct Inputs {
  Value::Object typed, texts;
};

Inputs inputs_of(const Trigger* trigger, const EventOptions& options, const Value::Object& payload) {
  Inputs inputs;
  std::vector<std::string> names;
  if (trigger != nullptr) {
    for (const auto& input : trigger->inputs) names.push_back(input.name);
  }
  for (const auto& input : options.inputs) {
    const auto& name = input.first;
    const bool declared = std::any_of(names.begin(), names.end(),
                                      [&](const auto& known) { return equal_ignoring_case(known, name); });
    if (!declared) throw UsageError("the workflow has no input \"{}\"{}", name, did_you_mean(name, names));
  }
  if (trigger == nullptr) return inputs;
  const auto* in_payload = expr::find(payload, "inputs");
  std::vector<const Input*> missing;
  for (const auto& input : trigger->inputs) {
    std::optional<std::string> text;
    if (in_payload != nullptr && in_payload->has(input.name)) text = in_payload->get(input.name).to_string();
    for (const auto* given : {&options.common_inputs, &options.inputs}) {
      for (const auto& [name, value] : *given) {
        if (equal_ignoring_case(name, input.name)) text = value;
      }
    }
    if (!text && input.required && !input.fallback) {
      missing.push_back(&input);
      continue;
    }
    const auto value = text.value_or(fallback_of(input));
    inputs.typed.emplace_back(input.name, typed(input, value, trigger->event == "workflow_dispatch"));
    inputs.texts.emplace_back(input.name, value);
  }
  if (!missing.empty()) refuse_missing(missing);
  return inputs;
}

}  // namespace

EventFacts make_event(const EventOptions& options, const Repository& repository, const Workflow& workflow) {
  EventFacts facts;
  facts.name = options.name.empty() ? default_event(workflow, options) : options.name;
  if (!is_event(facts.name))
    throw UsageError("--event: there is no event \"{}\"{}", facts.name,
                     did_you_mean(facts.name, event_names()));
  facts.actor = actor_of(options, repository);
  facts.repository = options.repository.empty() ? repository.slug : options.repository;
  if (facts.repository.find('/') == std::string::npos) {
    throw UsageError("--repository: found \"{}\", expected OWNER/NAME", facts.repository);
  }
  facts.repository_owner = facts.repository.substr(0, facts.repository.find('/'));
  facts.api_url = options.api_url.empty() ? "https://api.github.com" : options.api_url;
  facts.graphql_url = options.graphql_url.empty() ? "https://api.github.com/graphql" : options.graphql_url;

  auto payload = given_payload(options);
  auto inputs = inputs_of(workflow.trigger(facts.name), options, payload);
  facts.inputs = inputs.typed;
  facts.payload = fill_payload(std::move(payload), facts, std::move(inputs.texts), repository, workflow);
  facts.action = facts.payload.get("action").to_string();
  place(facts, options, repository);
  return facts;
}

Value::Object github_context(const EventFacts& event) {
  return {{"repository", event.repository},
          {"repository_owner", event.repository_owner},
          {"repositoryUrl", "git://github.com/" + event.repository + ".git"},
          {"repository_id", stable_id(event.repository)},
          {"repository_owner_id", stable_id(event.repository_owner)},
          {"actor", event.actor},
          {"actor_id", stable_id(event.actor)},
          {"triggering_actor", event.actor},
          {"ref", event.ref},
          {"ref_name", event.ref_name},
          {"ref_type", event.ref_type},
          {"ref_protected", false},
          {"sha", event.sha},
          {"head_ref", event.head_ref},
          {"base_ref", event.base_ref},
          {"event_name", event.name},
          {"event", event.payload},
          {"retention_days", "90"},
          {"server_url", "https://github.com"},
          {"api_url", event.api_url},
          {"graphql_url", event.graphql_url},
          {"secret_source", "Actions"}};
}

}  // namespace runner
