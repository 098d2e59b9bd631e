// aws-actions/amazon-ecs-deploy-task-definition: registers a task definition, runs a task with it, and brings
// a service to it: by ECS itself or by CodeDeploy.
#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/aws/ecs/codedeploy.hpp"
#include "steps/clients/aws/ecs/deploy_inputs.hpp"
#include "steps/clients/aws/ecs/run_task.hpp"
#include "steps/clients/aws/ecs/task_definition.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/step.hpp"

namespace runner {
namespace amazon_ecs_deploy_task_definition_action {
namespace {

using aws::Json;

// One deploy; its parts know what was done when a later one fails.
class Deploy {
 public:
  explicit Deploy(StepHost& host)
      : host_(host),
        env_(aws::environment_of(host)),
        session_({}, {env_, host.http(), host.stop(), std::chrono::system_clock::now,
                      [&host](auto time) { host.sleep(time); }}),
        ecs_(session_, "ecs"),
        target_(aws::target_of(host)),
        limits_(aws::limits_of(host)) {}

  StepResult run() {
    try {
      return deploy();
    } catch (const InputError& error) {
      return failure(error.what() + done());
    } catch (const std::exception& error) {
      auto result = failure(aws::explained(error, doing_, resource_));
      result.message += done();
      return result;
    }
  }

 private:
  StepResult deploy() {
    const auto definition = read();
    if (!target_.service.empty()) {
      at("", target_.text());
      service_ = aws::describe_service(ecs_, target_);
      if (auto why = unsupported_controller(); !why.empty()) return failure(why);
    }
    log_differences(definition);
    const auto arn = register_it(definition);
    if (is_true(host_.input("run-task"))) {
      at("run the task", "task definition " + aws::short_arn(arn));
      const auto request = aws::run_task_request(host_, target_.cluster, arn);
      auto result =
          aws::run_task_once(host_, ecs_, request, is_true(host_.input("wait-for-task-stopped")), limits_);
      if (result.outcome != Outcome::success) return with_done(std::move(result));
    }
    if (target_.service.empty()) return {};
    return controller() == "CODE_DEPLOY" ? blue_green(arn) : rolling(arn);
  }

  Json read() {
    const auto shown = host_.input("task-definition");
    std::vector<std::string> warnings;
    auto definition = aws::registrable_task_definition(
        aws::read_task_definition(host_.workspace() / shown, shown, YamlReader::plain), aws::kept_keys(host_),
        warnings);
    for (auto& warning : warnings) host_.warn(std::move(warning));
    return definition;
  }

  std::string controller() const {
    return aws::text_of(service_.value("deploymentController", Json::object()), "type");
  }

  std::string unsupported_controller() const {
    const auto type = controller();
    if (type.empty() || type == "ECS" || type == "CODE_DEPLOY") return {};
    return fmt::format("Unsupported deployment controller: {}", type);
  }

  void log_differences(const Json& definition) {
    host_.group("Task definition " + aws::text_of(definition, "family"));
    for (const auto& line : aws::difference_lines(ecs_, definition, service_)) host_.log(line);
    host_.end_group();
  }

  std::string register_it(const Json& definition) {
    at("Failed to register task definition in ECS", "task definition " + aws::text_of(definition, "family"));
    const auto answer = ecs_.call("RegisterTaskDefinition", definition);
    const auto arn = aws::text_of(answer.value("taskDefinition", Json::object()), "taskDefinitionArn");
    registered_ = aws::short_arn(arn);
    host_.log("Registered " + registered_);
    host_.set_output("task-definition-arn", arn);
    host_.note(registered_);
    return arn;
  }

  StepResult rolling(const std::string& arn) {
    at("update the " + target_.text(), target_.text());
    const auto updated =
        ecs_.call("UpdateService", aws::update_request(host_, target_, arn)).value("service", Json::object());
    updated_ = true;
    host_.log(fmt::format("The {} goes to {}{}", target_.text(), registered_, console_text()));
    if (!aws::waits(host_)) return {};
    at("wait for the " + target_.text(), target_.text());
    auto result = aws::wait_for_rollout(host_, ecs_, target_, service_, updated, limits_);
    if (result.outcome == Outcome::success) host_.note(registered_ + " is live");
    return result;
  }

  StepResult blue_green(const std::string& arn) {
    const auto with = aws::codedeploy_target(host_, target_, host_.workspace());
    at("deploy with CodeDeploy", with.text());
    aws::Client codedeploy(session_, "deploy");
    auto result = aws::deploy_with_codedeploy(host_, codedeploy, with, arn, aws::waits(host_), limits_);
    return result.outcome == Outcome::success ? result : with_done(std::move(result));
  }

  // Where the deployment can be watched; an emulator has no such page.
  std::string console_text() const {
    if (!session_.configured_endpoint(ecs_.service().endpoint_key).empty()) return {};
    const auto region = session_.region();
    return fmt::format(": https://{}/ecs/v2/clusters/{}/services/{}/deployments?region={}",
                       region.starts_with("cn") ? "console.amazonaws.cn" : "console.aws.amazon.com",
                       target_.cluster, target_.service, region);
  }

  void at(std::string doing, std::string resource) {
    doing_ = std::move(doing);
    resource_ = std::move(resource);
  }

  std::string done() const {
    if (registered_.empty()) return "\nNothing was changed.";
    if (updated_)
      return fmt::format("\n{} is registered and the {} was told to go to it.", registered_, target_.text());
    const auto live = service_.is_object() ? aws::short_arn(aws::text_of(service_, "taskDefinition")) : "";
    if (live.empty()) return fmt::format("\n{} is registered; no service was changed.", registered_);
    return fmt::format("\n{} is registered; the {} was not changed and is on {}.", registered_,
                       target_.text(), live);
  }

  StepResult with_done(StepResult result) const {
    result.message += done();
    return result;
  }

  StepHost& host_;
  const Environment env_;
  aws::Session session_;
  aws::Client ecs_;
  const aws::EcsTarget target_;
  const aws::WaitLimits limits_;
  Json service_;
  std::string doing_, resource_, registered_;
  bool updated_ = false;
};

StepResult run(StepHost& host) { return Deploy(host).run(); }

// `what` is registered: the file, or the family once it is known.
std::string effect_line(const StepInputs& step, const std::string& what) {
  std::string text = "register " + what;
  if (is_true(step.input("run-task"))) text += ", run a task with it";
  const auto target = aws::target_of(step);
  if (target.service.empty()) return text;
  text += ", update the " + target.text();
  const int minutes = aws::wait_minutes(step);
  return aws::waits(step)
             ? fmt::format("{} and wait up to {} minute{}", text, minutes, minutes == 1 ? "" : "s")
             : text;
}

std::vector<std::string> effects(const StepInputs& step) {
  return {effect_line(step, step.input("task-definition"))};
}

std::string state_text(const Json& service) {
  return fmt::format("now {}, {} tasks wanted: {}", aws::text_of(service, "status"),
                     aws::number_of(service, "desiredCount"), aws::live_text(service));
}

void add_codedeploy(PlanHost& host, aws::Session& session, const aws::EcsTarget& target,
                    std::vector<std::string>& lines) {
  const auto with = aws::codedeploy_target(host, target, host.workspace());
  aws::Client(session, "deploy")
      .call("GetDeploymentGroup",
            {{"applicationName", with.application}, {"deploymentGroupName", with.group}});
  lines.push_back(fmt::format("by CodeDeploy: {}, {}; not simulated", with.text(), with.appspec_shown));
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  const auto target = aws::target_of(host);
  aws::Session session({}, aws::world_of(host));
  aws::Client ecs(session, "ecs");
  Json service;
  if (!target.service.empty()) {
    service = aws::describe_service(ecs, target);
    lines.push_back(state_text(service));
    const auto controller = service.value("deploymentController", Json::object());
    if (aws::text_of(controller, "type") == "CODE_DEPLOY") add_codedeploy(host, session, target, lines);
  }
  const auto shown = host.input("task-definition");
  if (expr::has_expression(shown)) {
    lines.emplace_back("its task definition is made in the run: no difference can be shown");
    return lines;
  }
  std::vector<std::string> warnings;
  const auto definition = aws::registrable_task_definition(
      aws::read_task_definition(host.workspace() / shown, shown, YamlReader::plain), aws::kept_keys(host),
      warnings);
  lines.front() = effect_line(host, aws::text_of(definition, "family"));
  for (auto& line : aws::difference_lines(ecs, definition, service)) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> problems(const StepInputs& step) {
  for (const auto* name :
       {"run-task-container-overrides", "run-task-tags", "run-task-capacity-provider-strategy",
        "run-task-managed-ebs-volume", "service-managed-ebs-volume"}) {
    if (expr::has_expression(step.input(name))) continue;
    try {
      aws::json_input(step, name, "[]");
    } catch (const InputError& error) {
      return {error.what()};
    }
  }
  return {};
}

std::vector<InputSpec> inputs_of_spec() {
  return {
      {.name = "task-definition", .doc = "file in the workspace, JSON or YAML", .required = true},
      {.name = "service", .doc = "service to bring to it; none: it is only registered", .target = true},
      {.name = "cluster", .doc = "its cluster; default: default", .target = true},
      {.name = "desired-count", .doc = "tasks wanted; default: as it is"},
      {.name = "wait-for-service-stability", .doc = "wait until the service is stable", .fallback = "false"},
      {.name = "wait-for-minutes", .doc = "so long; default: 30, at most 360"},
      {.name = "wait-max-delay-seconds", .doc = "longest pause between two looks; default: 15"},
      {.name = "force-new-deployment", .doc = "new tasks though nothing changed", .fallback = "false"},
      {.name = "codedeploy-appspec", .doc = "AppSpec file; default: appspec.yaml"},
      {.name = "codedeploy-application", .doc = "default: AppECS-CLUSTER-SERVICE"},
      {.name = "codedeploy-deployment-group", .doc = "default: DgpECS-CLUSTER-SERVICE"},
      {.name = "codedeploy-deployment-description", .doc = "at most 512 characters"},
      {.name = "codedeploy-deployment-config", .doc = "default: the group's"},
      {.name = "run-task", .doc = "run a task with the definition first", .fallback = "false"},
      {.name = "wait-for-task-stopped", .doc = "wait for that task's end", .fallback = "false"},
      {.name = "run-task-container-overrides", .doc = "JSON list"},
      {.name = "run-task-tags", .doc = "JSON list"},
      {.name = "run-task-capacity-provider-strategy", .doc = "JSON list; instead of the launch type"},
      {.name = "run-task-subnets", .doc = "subnets with commas"},
      {.name = "run-task-security-groups", .doc = "security groups with commas"},
      {.name = "run-task-assign-public-IP", .doc = "ENABLED or DISABLED", .fallback = "DISABLED"},
      {.name = "run-task-launch-type", .doc = "FARGATE or EC2", .fallback = "FARGATE"},
      {.name = "run-task-started-by", .doc = "who started it", .fallback = "GitHub-Actions"},
      {.name = "run-task-managed-ebs-volume-name", .doc = "volume of the definition"},
      {.name = "run-task-managed-ebs-volume", .doc = "its settings, JSON"},
      {.name = "service-managed-ebs-volume-name", .doc = "volume of the definition"},
      {.name = "service-managed-ebs-volume", .doc = "its settings, JSON"},
      {.name = "enable-ecs-managed-tags", .doc = "tags of ECS on the tasks"},
      {.name = "propagate-tags", .doc = "SERVICE or TASK_DEFINITION"},
      {.name = "keep-null-value-keys", .doc = "keys that stay though empty, with commas"},
      {.name = "max-retries", .doc = "retries of a request; default: 3"}};
}

}  // namespace
}  // namespace amazon_ecs_deploy_task_definition_action

BuiltinAction amazon_ecs_deploy_task_definition() {
  using namespace amazon_ecs_deploy_task_definition_action;
  return {
      .spec = {.uses = "aws-actions/amazon-ecs-deploy-task-definition",
               .doc =
                   "Registers an ECS task definition and brings a service to it, by itself or by CodeDeploy.",
               .inputs = inputs_of_spec(),
               .outputs = {{"task-definition-arn", "what was registered"},
                           {"codedeploy-deployment-id", "of a service that CodeDeploy deploys"},
                           {"run-task-arn", "JSON list of the tasks run"}},
               .first_major = 1,
               .last_major = 2},
      .run = run,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
