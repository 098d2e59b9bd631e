#include "tests/support/run_fixture.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner::test {
namespace {

using Json = nlohmann::json;

StepSeen& step_of(std::map<std::pair<int, int>, StepSeen>& open, const Json& event) {
  auto& step = open[{event.at("job_index"), event.at("step")}];
  step.job = event.at("job_name"), step.name = event.at("step_name");
  return step;
}

void take_job(RunSeen& run, const Json& event) {
  JobSeen job{.name = event.at("job_name"),
              .conclusion = event.at("conclusion"),
              .message = event.at("message"),
              .tolerated = event.at("tolerated"),
              .outputs = {},
              .url = event.value("url", "")};
  for (const auto& [name, value] : event.at("outputs").items()) job.outputs[name] = value;
  run.jobs.push_back(std::move(job));
}

void take(RunSeen& run, std::map<std::pair<int, int>, StepSeen>& open, const Json& event) {
  const std::string type = event.at("type");
  if (type == "log") step_of(open, event).log += event.at("line").get<std::string>() + "\n";
  if (type == "job_started") run.started.push_back(event.at("job_name"));
  if (type == "job_finished") take_job(run, event);
  if (type == "warning") run.warnings.push_back(event.at("message"));
  if (type == "run_finished") run.conclusion = event.at("conclusion");
  if (type == "annotation") {
    run.annotations.push_back(event.at("level").get<std::string>() + ": " +
                              event.at("message").get<std::string>());
  }
  if (type != "step_finished") return;
  auto& step = step_of(open, event);
  step.outcome = event.at("outcome"), step.conclusion = event.at("conclusion");
  step.message = event.at("message"), step.note = event.at("note");
  run.steps.push_back(step);
}

}  // namespace

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

RunSeen read_events(int status, std::string out, std::string err) {
  RunSeen run;
  run.status = status, run.out = std::move(out), run.err = std::move(err);
  std::map<std::pair<int, int>, StepSeen> open;
  for (const auto line : split_lines(run.out)) take(run, open, Json::parse(line));
  return run;
}

std::string RunSeen::job_results() const {
  std::set<std::string> results;
  for (const auto& job : jobs) results.insert(job.name + ":" + job.conclusion + (job.tolerated ? "~" : ""));
  std::string text;
  for (const auto& result : results) text += (text.empty() ? "" : " ") + result;
  return text;
}

std::string RunSeen::step_results(std::string_view job_name) const {
  std::string text;
  for (const auto& step : steps) {
    if (step.job != job_name) continue;
    text += (text.empty() ? "" : " ") + step.name + ":" + step.outcome;
    if (step.conclusion != step.outcome) text += "/" + step.conclusion;
  }
  return text;
}

const JobSeen& RunSeen::job(std::string_view name) const {
  const auto at = std::find_if(jobs.begin(), jobs.end(), [&](const auto& job) { return job.name == name; });
  if (at == jobs.end()) throw std::runtime_error("no job " + std::string(name) + " in\n" + out + err);
  return *at;
}

const StepSeen& RunSeen::step(std::string_view name) const {
  const auto at =
      std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return step.name == name; });
  if (at == steps.end()) throw std::runtime_error("no step " + std::string(name) + " in\n" + out + err);
  return *at;
}

bool RunSeen::logged(std::string_view line) const {
  return contains("\n" + log(), "\n" + std::string(line) + "\n");
}

std::string RunSeen::log() const {
  std::string text;
  for (const auto& step : steps) text += step.log;
  return text;
}

RunSeen RunFixture::run_text(std::string_view text, const std::vector<std::string>& more) {
  workflow("w.yml", text);
  std::vector<std::string> args{"run", "w.yml", "--format", "json"};
  args.insert(args.end(), more.begin(), more.end());
  auto result = CliFixture::run(args);
  return read_events(result.status, std::move(result.out), std::move(result.err));
}

RunSeen RunFixture::run_steps(std::string_view steps, const std::vector<std::string>& more) {
  return run_text("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n" + std::string(steps),
                  more);
}

}  // namespace runner::test
