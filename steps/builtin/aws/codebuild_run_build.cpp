// aws-actions/aws-codebuild-run-build: starts a build of an AWS CodeBuild project for this commit, prints its
// log as it comes, and ends as it ends.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/ecs/run_task.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace codebuild_run_build_action {
namespace {

using aws::Json;
using aws::text_of;

// Of a pull request the commit that was pushed, not the merge that GITHUB_SHA is.
std::string source_version(const StepInputs& step) {
  if (auto given = step.input("source-version-override"); !given.empty()) return given;
  if (step.context("github.event_name") == "pull_request") {
    const auto file = env_value(step.env(), "GITHUB_EVENT_PATH");
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) {
      const auto event = read_ordered_json(read_file(file));
      const auto head = Json::json_pointer("/pull_request/head/sha");
      if (event.is_object() && event.contains(head) && event.at(head).is_string()) return event.at(head);
    }
  }
  return step.context("github.sha");
}

void put_source(Json& request, const StepInputs& step) {
  if (is_true(step.input("disable-source-override"))) return;
  const auto type = step.input("source-type-override"), location = step.input("source-location-override");
  request["sourceVersion"] = source_version(step);
  request["sourceTypeOverride"] = type.empty() ? "GITHUB" : type;
  request["sourceLocationOverride"] =
      location.empty()
          ? fmt::format("{}/{}.git", step.context("github.server_url"), step.context("github.repository"))
          : location;
}

Json variables_of(const StepInputs& step) {
  const auto passed = aws::comma_list(step.input("env-vars-for-codebuild")).get<std::vector<std::string>>();
  const bool github = !is_true(step.input("disable-github-env-vars"));
  auto list = Json::array();
  for (const auto& [name, value] : step.env()) {
    const bool named = std::find(passed.begin(), passed.end(), name) != passed.end();
    if (named || (github && name.starts_with("GITHUB_")))
      list.push_back({{"name", name}, {"value", value}, {"type", "PLAINTEXT"}});
  }
  return list;
}

Json request_for(const StepInputs& step) {
  Json request{{"projectName", step.input("project-name")}};
  put_source(request, step);
  struct Override {
    const char *input, *member;
  };
  for (const auto& [input, member] :
       {Override{"buildspec-override", "buildspecOverride"},
        Override{"compute-type-override", "computeTypeOverride"},
        Override{"environment-type-override", "environmentTypeOverride"},
        Override{"image-override", "imageOverride"},
        Override{"image-pull-credentials-type-override", "imagePullCredentialsTypeOverride"}}) {
    if (auto value = step.input(input); !value.empty()) request[member] = std::move(value);
  }
  if (const auto type = step.input("artifacts-type-override"); !type.empty())
    request["artifactsOverride"] = {{"type", type}};
  request["environmentVariablesOverride"] = variables_of(step);
  return request;
}

// Lines of the build's log stream, each once.
class BuildLog {
 public:
  BuildLog(StepHost& host, aws::Session& session) : host_(host), logs_(session, "logs") {}

  // Prints what is new; false when there was nothing.
  bool print_news(const Json& build) {
    const auto where = build.value("logs", Json::object());
    Json request{{"logGroupName", text_of(where, "groupName")},
                 {"logStreamName", text_of(where, "streamName")},
                 {"startFromHead", true}};
    if (!readable_ || text_of(where, "groupName").empty() || text_of(where, "streamName").empty())
      return false;
    bool any = false;
    try {
      while (true) {
        if (!token_.empty()) request["nextToken"] = token_;
        const auto answer = logs_.call("GetLogEvents", request);
        const auto next = text_of(answer, "nextForwardToken");
        const auto events = answer.value("events", Json::array());
        for (const auto& event : events) host_.log(without_end(text_of(event, "message")));
        any = any || !events.empty();
        const bool end = next.empty() || next == token_ || events.empty();
        token_ = next.empty() ? token_ : next;
        if (end) return any;
      }
    } catch (const aws::ServiceError& error) {
      if (error.code() == "ResourceNotFoundException") return any;  // it has not begun
      readable_ = false;
      host_.warn("the build's log cannot be shown: " +
                 aws::explained(error, "", "log group " + text_of(where, "groupName")));
      return any;
    }
  }

 private:
  static std::string_view without_end(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  StepHost& host_;
  aws::Client logs_;
  std::string token_;
  bool readable_ = true;
};

std::chrono::milliseconds seconds_input(const StepInputs& step, const char* name, int otherwise) {
  const int given = std::atoi(step.input(name).c_str());
  return std::chrono::seconds(given > 0 ? given : otherwise);
}

// The phase that failed and what it said.
std::string failed_phases(const Json& build) {
  std::string text;
  for (const auto& phase : build.value("phases", Json::array())) {
    const auto status = text_of(phase, "phaseStatus");
    if (status.empty() || status == "SUCCEEDED") continue;
    text += fmt::format("\n{}: {}", text_of(phase, "phaseType"), status);
    for (const auto& context : phase.value("contexts", Json::array())) {
      if (const auto message = text_of(context, "message"); !message.empty()) text += ": " + message;
    }
  }
  return text;
}

class Build {
 public:
  explicit Build(StepHost& host)
      : host_(host),
        session_({}, aws::world_of(host)),
        codebuild_(session_, "codebuild"),
        log_(host, session_) {}

  StepResult run() {
    auto build = codebuild_.call("StartBuild", request_for(host_)).value("build", Json::object());
    id_ = text_of(build, "id");
    host_.set_output("aws-build-id", id_);
    host_.log(fmt::format("Build {} started", id_));
    auto interval = seconds_input(host_, "update-interval", 30);
    const auto back_off = seconds_input(host_, "update-back-off", 15);
    while (true) {
      if (host_.stop().stop_requested()) return stopped();
      try {
        build = current();
        print_log(build);
        if (text_of(build, "buildStatus") != "IN_PROGRESS") break;
      } catch (const aws::ServiceError& error) {
        if (host_.stop().stop_requested()) return stopped();
        if (error.code().find("Throttl") == std::string::npos) throw;
        interval += back_off;  // asked too often: ask less often from now on
      } catch (const std::exception&) {
        if (host_.stop().stop_requested()) return stopped();
        throw;
      }
      host_.progress(fmt::format("{} {}", id_, text_of(build, "currentPhase")));
      host_.sleep(interval);
    }
    return ended(build);
  }

 private:
  Json current() {
    const auto answer = codebuild_.call("BatchGetBuilds", {{"ids", Json::array({id_})}});
    const auto builds = answer.value("builds", Json::array());
    if (builds.empty()) throw Error("the build {} is not there any more", id_);
    return builds.front();
  }

  void print_log(const Json& build) {
    if (!is_true(host_.input("hide-cloudwatch-logs"))) log_.print_news(build);
  }

  StepResult ended(const Json& build) {
    if (!is_true(host_.input("hide-cloudwatch-logs"))) {  // the last lines come after the end
      for (int empty = 0; empty < 2 && !host_.stop().stop_requested();) {
        host_.sleep(std::chrono::seconds(2));
        empty = log_.print_news(build) ? 0 : empty + 1;
      }
    }
    const auto status = text_of(build, "buildStatus");
    host_.note(fmt::format("{} {}", id_, status));
    if (status == "SUCCEEDED") return {};
    return failure(fmt::format("Build status: {} (build {} of project {}){}", status, id_,
                               host_.input("project-name"), failed_phases(build)));
  }

  // The job was cancelled: its connections are closed, so the order to stop goes over a session of its own.
  StepResult stopped() {
    if (host_.input("stop-on-signals").empty())
      return {Outcome::cancelled, fmt::format("cancelled; the build {} goes on", id_)};
    try {
      aws::Session session({}, {.env = host_.env(), .http = host_.http()});
      aws::Client(session, "codebuild").call("StopBuild", {{"id", id_}});
      return {Outcome::cancelled, fmt::format("cancelled; the build {} was told to stop", id_)};
    } catch (const std::exception& error) {
      return {Outcome::cancelled,
              fmt::format("cancelled; the build {} could not be stopped: {}", id_, error.what())};
    }
  }

  StepHost& host_;
  aws::Session session_;
  aws::Client codebuild_;
  BuildLog log_;
  std::string id_;
};

StepResult run(StepHost& host) {
  const auto project = host.input("project-name");
  if (project.empty()) return failure("Input required and not supplied: project-name");
  try {
    return Build(host).run();
  } catch (const std::exception& error) {
    return failure(aws::explained(error, "build " + project, "project " + project));
  }
}

std::vector<std::string> effects(const StepInputs& step) {
  return {fmt::format("run a build of CodeBuild's project {} and wait for it", step.input("project-name"))};
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  const auto project = host.input("project-name");
  aws::Session session({}, aws::world_of(host));
  const auto answer =
      aws::Client(session, "codebuild").call("BatchGetProjects", {{"names", Json::array({project})}});
  const auto projects = answer.value("projects", Json::array());
  if (projects.empty()) {
    lines.push_back(
        fmt::format("there is no project {} in this account and region: this would fail", project));
    return lines;
  }
  const auto source = projects.front().value("source", Json::object());
  lines.push_back(fmt::format("the project is there (source {}); what its build does is not simulated",
                              text_of(source, "type")));
  return lines;
}

std::vector<InputSpec> inputs_of_spec() {
  return {{.name = "project-name", .doc = "project to build", .required = true},
          {.name = "buildspec-override", .doc = "buildspec: a file of the repository, or its text"},
          {.name = "compute-type-override", .doc = "compute type"},
          {.name = "environment-type-override", .doc = "type of the environment"},
          {.name = "image-override", .doc = "image to build in"},
          {.name = "image-pull-credentials-type-override", .doc = "CODEBUILD or SERVICE_ROLE"},
          {.name = "env-vars-for-codebuild", .doc = "variables to hand on, with commas"},
          {.name = "update-interval", .doc = "seconds between two looks", .fallback = "30"},
          {.name = "update-back-off", .doc = "seconds more after being throttled", .fallback = "15"},
          {.name = "disable-source-override", .doc = "build the project's own source", .fallback = "false"},
          {.name = "source-version-override", .doc = "commit, branch or tag; default: this run's commit"},
          {.name = "source-type-override", .doc = "kind of source; default: GITHUB"},
          {.name = "source-location-override", .doc = "its address; default: this repository's"},
          {.name = "hide-cloudwatch-logs", .doc = "do not print the build's log", .fallback = "false"},
          {.name = "disable-github-env-vars", .doc = "do not hand GITHUB_* on", .fallback = "false"},
          {.name = "artifacts-type-override", .doc = "kind of artifacts: NO_ARTIFACTS ..."},
          {.name = "stop-on-signals",
           .doc = "empty: a cancelled job leaves its build running",
           .fallback = "SIGINT"}};
}

}  // namespace
}  // namespace codebuild_run_build_action

BuiltinAction codebuild_run_build() {
  using namespace codebuild_run_build_action;
  return {.spec = {.uses = "aws-actions/aws-codebuild-run-build",
                   .doc = "Runs a build of an AWS CodeBuild project and prints its log.",
                   .inputs = inputs_of_spec(),
                   .outputs = {{"aws-build-id", "id of the build"}},
                   .first_major = 1,
                   .last_major = 1},
          .run = run,
          .effects = effects,
          .differences = differences};
}

}  // namespace runner
