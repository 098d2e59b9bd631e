// What an `aws` command line would change, read from its target: one function a command, by a table. Commands
// that only read change nothing.
#include <algorithm>
#include <iterator>

#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/command.hpp"
#include "steps/aws_cli/custom_commands.hpp"
#include "steps/aws_cli/s3.hpp"
#include "steps/clients/aws/ecs/difference.hpp"

namespace runner::aws {
namespace {

using Lines = std::vector<std::string>;

std::string text_of(const Json& object, const char* name, std::string_view fallback = "") {
  const auto found = object.find(name);
  if (!object.is_object() || found == object.end() || found->is_null()) return std::string(fallback);
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// A list's first item, or null.
Json first_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_array() || found->empty() ? Json() : found->front();
}

std::string short_name(const std::string& arn) {  // "arn:aws:ecs:...:task-definition/web:7" as "web:7"
  return arn.substr(arn.rfind('/') + 1);
}

Lines indented(Lines head, const Lines& below) {
  for (const auto& line : below) head.push_back("  " + line);
  return head;
}

Lines plan_invalidation(Session& session, const Json& input) {
  const auto id = text_of(input, "DistributionId");
  const auto paths = input["InvalidationBatch"]["Paths"].value("Items", Lines());
  const auto answer = Client(session, "cloudfront").call("GetDistribution", {{"Id", id}});
  return {fmt::format("invalidate {} of distribution {} ({})", fmt::join(paths, " "), id,
                      text_of(answer["Distribution"], "DomainName"))};
}

Json live_definition(Session& session, const std::string& name) {
  return Client(session, "ecs").call("DescribeTaskDefinition", {{"taskDefinition", name}})["taskDefinition"];
}

Lines changes_of(const Json& live, const Json& wanted) {
  auto lines = task_definition_differences(live, wanted);
  if (lines.empty()) lines.push_back("no field differs");
  return lines;
}

Lines plan_update_service(Session& session, const Json& input) {
  const auto cluster = text_of(input, "cluster", "default"), service = text_of(input, "service");
  const auto answer =
      Client(session, "ecs").call("DescribeServices", {{"cluster", cluster}, {"services", {service}}});
  const auto live = first_of(answer, "services");
  if (live.is_null() || text_of(live, "status") != "ACTIVE")
    throw Error("service {} of cluster {}: {}", service, cluster,
                live.is_null() ? text_of(first_of(answer, "failures"), "reason", "not found")
                               : "it is " + text_of(live, "status"));
  Lines below;
  const auto running = text_of(live, "taskDefinition"), wanted = text_of(input, "taskDefinition");
  if (!wanted.empty()) {
    const auto next = live_definition(session, wanted);
    below.push_back(fmt::format("task definition: {} -> {}", short_name(running),
                                short_name(text_of(next, "taskDefinitionArn", wanted))));
    for (auto& line : task_definition_differences(live_definition(session, running), next))
      below.push_back(std::move(line));
  } else if (input.value("forceNewDeployment", false)) {
    below.push_back(fmt::format("new deployment of {}", short_name(running)));
  }
  const auto count = text_of(input, "desiredCount"), now = text_of(live, "desiredCount");
  if (!count.empty() && count != now) below.push_back(fmt::format("desired count: {} -> {}", now, count));
  return indented({fmt::format("update service {} of cluster {}", service, cluster)}, below);
}

Lines plan_register(Session& session, const Json& input) {
  const auto family = text_of(input, "family");
  try {
    const auto live = live_definition(session, family);
    return indented({fmt::format("register a revision of task definition {} after {}", family,
                                 text_of(live, "revision"))},
                    changes_of(live, input));
  } catch (const ServiceError& error) {
    if (error.code() != "ClientException") throw;  // which is how a family without revisions is answered
    return {fmt::format("register the first revision of task definition {}", family)};
  }
}

Lines plan_run_task(Session& session, const Json& input) {
  const auto name = text_of(input, "taskDefinition");
  const auto definition = live_definition(session, name);
  return {fmt::format("run {} task(s) of {} in cluster {}", text_of(input, "count", "1"),
                      short_name(text_of(definition, "taskDefinitionArn", name)),
                      text_of(input, "cluster", "default"))};
}

Lines plan_refresh(Session& session, const Json& input) {
  const auto group = text_of(input, "AutoScalingGroupName");
  Client client(session, "autoscaling");
  const auto live = first_of(client.call("DescribeAutoScalingGroups", {{"AutoScalingGroupNames", {group}}}),
                             "AutoScalingGroups");
  if (live.is_null()) throw Error("Auto Scaling group {}: not found", group);
  const auto instances = live.value("Instances", Json::array()).size();
  Lines lines = {fmt::format("replace {} instance(s) of Auto Scaling group {}", instances, group)};
  const auto refreshes = client.call("DescribeInstanceRefreshes", {{"AutoScalingGroupName", group}});
  const auto listed = refreshes.value("InstanceRefreshes", Json::array());
  static const Lines kAtWork = {"Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"};
  for (const auto& refresh : listed)
    if (std::find(kAtWork.begin(), kAtWork.end(), text_of(refresh, "Status")) != kAtWork.end())
      lines.push_back(fmt::format("  refresh {} is {}: a second one would be refused",
                                  text_of(refresh, "InstanceRefreshId"), text_of(refresh, "Status")));
  return lines;
}

// Only what the new version sets; user data may hold secrets.
Lines template_changes(const Json& source, const Json& data) {
  Lines lines;
  for (const auto& [name, value] : data.items()) {
    const auto before = source.value(name, Json());
    if (before == value) continue;
    if (name == "UserData")
      lines.push_back("UserData: changed");
    else
      lines.push_back(fmt::format("{}: {} -> {}", name, text_of(source, name.c_str(), "not set"),
                                  text_of(data, name.c_str())));
  }
  if (lines.empty()) lines.push_back("no field differs");
  return lines;
}

Lines plan_template_version(Session& session, const Json& input) {
  Json question;
  for (const auto* name : {"LaunchTemplateId", "LaunchTemplateName"})
    if (input.contains(name)) question[name] = input[name];
  const auto source = text_of(input, "SourceVersion");
  const auto called = text_of(input, "LaunchTemplateName", text_of(input, "LaunchTemplateId"));
  question["Versions"] = {source.empty() ? "$Latest" : source};
  const auto version = first_of(Client(session, "ec2").call("DescribeLaunchTemplateVersions", question),
                                "LaunchTemplateVersions");
  if (version.is_null()) throw Error("launch template {}: it has no version {}", called, source);
  return indented({fmt::format("create a version of launch template {} {} version {}", called,
                               source.empty() ? "beside" : "from", text_of(version, "VersionNumber"))},
                  template_changes(version.value("LaunchTemplateData", Json::object()),
                                   input.value("LaunchTemplateData", Json::object())));
}

struct Planned {
  std::string_view service, operation;
  Lines (*plan)(Session& session, const Json& input);
};
constexpr Planned kPlanned[] = {{"cloudfront", "CreateInvalidation", plan_invalidation},
                                {"ecs", "UpdateService", plan_update_service},
                                {"ecs", "RegisterTaskDefinition", plan_register},
                                {"ecs", "RunTask", plan_run_task},
                                {"autoscaling", "StartInstanceRefresh", plan_refresh},
                                {"ec2", "CreateLaunchTemplateVersion", plan_template_version}};

Lines plan_service(const Arguments& given, Terminal& terminal) {
  CommandLine line{terminal, given, globals_of(given, terminal.env), {}};
  line.words.assign(given.words.begin() + std::min<long>(2, static_cast<long>(given.words.size())),
                    given.words.end());
  const auto service = given.words.empty() ? "" : given.words[0];
  const auto command = given.words.size() > 1 ? given.words[1] : "";
  const auto* table = find_service(service);
  if (find_custom_command(service, command) != nullptr || command == "wait") return {};
  if (table == nullptr) return {fmt::format("aws {} {}: not simulated", service, command)};
  const auto call = read_service_call(line, *table, command);
  if (only_reads(call.operation->name)) return {};
  const auto* planned = std::find_if(std::begin(kPlanned), std::end(kPlanned), [&](const Planned& row) {
    return row.service == service && row.operation == call.operation->name;
  });
  if (planned == std::end(kPlanned)) return {fmt::format("aws {} {}: not simulated", service, command)};
  Session session(line.globals.session, line.world());
  return planned->plan(session, call.input);
}

}  // namespace

bool only_reads(std::string_view operation) {
  for (const std::string_view verb : {"Describe", "List", "Get", "BatchGet", "AssumeRole"})
    if (operation.starts_with(verb)) return true;
  return false;
}

std::vector<std::string> plan_aws(const std::vector<std::string>& args, Terminal& terminal) {
  const auto given = read_globals(args);
  if (given.has("version") || given.words.empty()) return {};
  if (given.words.front() == "s3") return plan_s3(words_from(given, 1), terminal);
  try {
    return plan_service(given, terminal);
  } catch (const NotCovered& error) {
    return {fmt::format("aws {}: not simulated: {}", given.words.front(), error.what())};
  }
}

}  // namespace runner::aws
