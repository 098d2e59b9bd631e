// `jobs:` (workflow-syntax.md sections 8 to 12).
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/model/convert.hpp"

namespace runner::convert {
namespace {

using Kind = Template::Kind;

void read_needs(Job& job, Template node) {
  std::vector<Template> items;
  if (node.kind == Kind::sequence) items = std::move(node.items);
  if (node.kind == Kind::string) items.push_back(std::move(node));
  for (auto& item : items) {
    const bool repeated = std::any_of(job.needs.begin(), job.needs.end(), [&](const auto& need) {
      return equal_ignoring_case(need.value, item.text);
    });
    if (!item || repeated) continue;
    job.needs.push_back(text_of(std::move(item)));
  }
}

void check_runs_on(const Template& node, const Reading& reading) {
  constexpr std::array<std::string_view, 4> kPrefixes{"org", "organization", "ent", "enterprise"};
  const auto* group = node.kind == Kind::mapping ? node.find("group") : nullptr;
  if (group == nullptr || group->kind != Kind::string) return;
  const auto parts = split(group->text, '/');
  const bool prefixed = parts.size() == 2 && !parts[1].empty() &&
                        std::find(kPrefixes.begin(), kPrefixes.end(), lower(parts[0])) != kPrefixes.end();
  if (parts.size() == 1 || prefixed) return;
  reading.report.error(
      group->pos, "runs-on",
      fmt::format("Invalid runs-on group name '{}'. Please use 'organization/' or 'enterprise/' "
                  "prefix to target a single runner group.",
                  group->text));
}

bool has_computed_key(const Template& node) {
  return std::any_of(node.members.begin(), node.members.end(),
                     [](const auto& member) { return member.first.kind != Kind::string; });
}

// `empty_is_none`: an explicit empty image means no container.
void check_image(const Template& node, bool empty_is_none, const Reading& reading) {
  if (node.kind != Kind::mapping && node.kind != Kind::string) return;
  const auto* image = node.kind == Kind::mapping ? node.find("image") : &node;
  if (image == nullptr && has_computed_key(node)) return;
  const bool empty = image != nullptr && image->kind == Kind::string && image->text.empty();
  if (image != nullptr && (!empty || empty_is_none)) return;
  const auto pos = image != nullptr       ? image->pos
                   : node.members.empty() ? node.pos
                                          : node.members[0].first.pos;
  reading.report.error(pos, "container", "Container image cannot be empty");
}

void check_snapshot(const Template& node, const Reading& reading) {
  const auto* version = node.kind == Kind::mapping ? node.find("version") : nullptr;
  if (version != nullptr && version->kind == Kind::string) {
    const std::string_view text = version->text;
    const auto digits = text.substr(0, text.find('.'));
    const bool fits = !digits.empty() && text.substr(digits.size()) == ".*" &&
                      digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!fits) {
      reading.report.error(
          version->pos, "schema",
          fmt::format("Unexpected value '{}'; expected a version such as 2.*", version->text));
    }
  }
  const auto* when = node.kind == Kind::mapping ? node.find("if") : nullptr;
  if (when != nullptr) condition(*when, Availability::step_condition, reading);
}

std::optional<Strategy> strategy(Template node, const Reading& reading) {
  if (!node) return std::nullopt;
  Strategy result;
  result.pos = node.pos;
  if (node.kind == Kind::expression) {
    result.computed = std::move(node);
    return result;
  }
  result.matrix = take(node, "matrix");
  result.fail_fast = take(node, "fail-fast");
  result.max_parallel = take_whole(node, "max-parallel", ", which is no limit", reading);
  return result;
}

void read_containers(Job& job, Template& node, const Reading& reading) {
  job.container = take(node, "container");
  job.services = take(node, "services");
  check_image(job.container, true, reading);
  for (const auto& [alias, service] : job.services.members) check_image(service, false, reading);
  job.snapshot = take(node, "snapshot");
  check_snapshot(job.snapshot, reading);
}

Job read_job(const Template& name, Template node, const Reading& reading) {
  Job job;
  job.id = name.text;
  job.pos = name.pos;
  check_id(job.id, job.pos, reading);
  job.name = take(node, "name");
  read_needs(job, take(node, "needs"));
  job.condition = condition(take(node, "if"), Availability::job_condition, reading);
  job.runs_on = take(node, "runs-on");
  check_runs_on(job.runs_on, reading);
  job.environment = take(node, "environment");
  job.concurrency = concurrency(take(node, "concurrency"), reading);
  job.outputs = take(node, "outputs");
  job.env = take(node, "env");
  job.timeout_minutes = take_whole(node, "timeout-minutes", ", which is no timeout", reading);
  job.cancel_timeout_minutes = take_whole(node, "cancel-timeout-minutes", ", which stops at once", reading);
  job.continue_on_error = take(node, "continue-on-error");
  job.defaults = defaults(take(node, "defaults"));
  job.strategy = strategy(take(node, "strategy"), reading);
  job.permissions = take(node, "permissions");
  read_containers(job, node, reading);
  if (const auto uses = take(node, "uses")) job.uses = job_uses(uses, reading);
  job.with = take(node, "with");
  job.secrets = take(node, "secrets");
  job.steps = steps(take(node, "steps"), reading);
  return job;
}

// Needs take the spelling of the job they name.
void settle_needs(std::vector<Job>& jobs) {
  std::set<std::string, IgnoringCase> ids;
  for (const auto& job : jobs) ids.insert(job.id);
  for (auto& job : jobs) {
    for (auto& need : job.needs) {
      if (const auto found = ids.find(need.value); found != ids.end()) need.value = *found;
    }
  }
}

}  // namespace

std::vector<Job> jobs(Template node, const Reading& reading) {
  std::vector<Job> result;
  for (auto& member : node.members) {
    result.push_back(read_job(member.first, std::move(member.second), reading));
  }
  settle_needs(result);
  return result;
}

}  // namespace runner::convert
