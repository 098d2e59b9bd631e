// jakejarvis/s3-sync-action: the command line `aws s3 sync`, made from environment variables and `args`.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/aws_cli/s3.hpp"
#include "steps/formats/shell_words.hpp"
#include "steps/step.hpp"
#include "steps/store/outgoing.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/line_splitter.hpp"

namespace runner {
namespace s3_sync_action {
namespace {

namespace fs = std::filesystem;

std::string variable(const StepInputs& step, const char* name, std::string otherwise = {}) {
  auto value = env_value(step.env(), name);
  return value.empty() ? otherwise : value;
}

// The original's own words, for the first that is missing.
std::string missing(const StepInputs& step) {
  for (const auto* name : {"AWS_S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
    if (variable(step, name).empty()) return fmt::format("{} is not set. Quitting.", name);
  }
  return {};
}

std::string destination(const StepInputs& step) {
  return fmt::format("s3://{}/{}", variable(step, "AWS_S3_BUCKET"), variable(step, "DEST_DIR"));
}

// Words after "aws s3".
std::vector<std::string> command_line(const StepInputs& step, const fs::path& workspace) {
  std::vector<std::string> args{"sync", variable(step, "SOURCE_DIR", "."), destination(step),
                                "--no-progress"};
  if (const auto endpoint = variable(step, "AWS_S3_ENDPOINT"); !endpoint.empty()) {
    args.emplace_back("--endpoint-url");
    args.push_back(endpoint);
  }
  for (auto& word : shell_words(step.input("args"), step.env(), workspace, "args"))
    args.push_back(std::move(word));
  return args;
}

Environment environment_of(const StepInputs& step) {
  auto env = step.env();
  env["AWS_REGION"] = env["AWS_DEFAULT_REGION"] = variable(step, "AWS_REGION", "us-east-1");
  return env;
}

// What the CLI's exit code means; the lines that say more stand in the log.
std::string meaning(int code) {
  switch (code) {
    case 1:
      return "at least one file could not be transferred: see \"failed\" in the log; the others are";
    case 2:
      return "files were skipped, as the warnings in the log say; all others are transferred";
    case 130:
      return "stopped on the way";
    case 252:
      return "the command line is wrong: see `args` and the variables";
    case 253:
      return "credentials or region are missing or wrong";
    case 254:
      return "S3 refused";
    default:
      return "see the log";
  }
}

StepResult run(StepHost& host) {
  if (auto why = missing(host); !why.empty()) return failure(why);
  const auto args = command_line(host, host.workspace());
  const auto env = environment_of(host);
  host.log(fmt::format("aws s3 {}", fmt::join(args, " ")));
  Outgoing outgoing(host, "the upload to " + destination(host));
  LineSplitter out([&host](auto line) { host.log(line); }), err([&host](auto line) { host.log(line); });
  aws::Terminal terminal{.env = env,
                         .directory = host.workspace(),
                         .http = host.http(),
                         .out = [&out](auto text) { out.add(text); },
                         .err = [&err](auto text) { err.add(text); },
                         .stop = host.stop(),
                         .announce = true,
                         .sleep = [&host](auto time) { host.sleep(time); },
                         .root = host.workspace(),
                         .strict = host.care().strict,
                         .before_upload = [&outgoing](const fs::path& file) { outgoing.check(file); }};
  std::string not_covered;
  const int code = aws::run_s3(args, terminal, not_covered);
  out.finish(), err.finish();
  outgoing.tell();
  if (code == aws::kNotCovered)
    return failure(fmt::format("args: {} is not built in; nothing was transferred", not_covered));
  if (code == 0) {
    host.note(destination(host));
    return {};
  }
  return failure(
      fmt::format("sync to {} ended with exit code {}: {}", destination(host), code, meaning(code)));
}

std::vector<std::string> effects(const StepInputs& step) {
  return {fmt::format(
      "sync {} → {}{}", variable(step, "SOURCE_DIR", "."), destination(step),
      step.input("args").find("--delete") == std::string::npos ? "" : ", delete there what is not here")};
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  const auto env = environment_of(host);
  std::string said;
  aws::Terminal terminal{.env = env,
                         .directory = host.workspace(),
                         .http = host.http(),
                         .out = [](auto) {},
                         .err = [&said](auto text) { said += text; },
                         .stop = host.stop(),
                         .root = host.workspace(),
                         .planned = true};
  for (auto& line : aws::plan_s3(command_line(host, host.workspace()), terminal))
    lines.push_back(std::move(line));
  if (lines.size() == 1) lines.push_back(said.empty() ? "nothing to transfer" : std::string(trim(said)));
  return lines;
}

std::vector<std::string> problems(const StepInputs& step) {
  const auto& env = step.env();  // the bucket may come from a step before
  if (env.contains("AWS_S3_BUCKET") && env_value(env, "AWS_S3_BUCKET").empty()) return {missing(step)};
  const auto args = step.input("args");
  if (expr::has_expression(args)) return {};
  try {
    shell_words(args, step.env(), "/nonexistent", "args");
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

}  // namespace
}  // namespace s3_sync_action

BuiltinAction s3_sync() {
  using namespace s3_sync_action;
  return {.spec = {.uses = "jakejarvis/s3-sync-action",
                   .doc = "Syncs a folder to S3, as `aws s3 sync` does; settings come from `env:`.",
                   .inputs = {{.name = "args", .doc = "options of `aws s3 sync`: --delete, --exclude ..."}},
                   .outputs = {},
                   .first_major = 0,
                   .last_major = 0},
          .run = run,
          .effects = effects,
          .differences = differences,
          .problems = problems};
}

}  // namespace runner
