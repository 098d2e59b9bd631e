// chetan/invalidate-cloudfront-action: tells a CloudFront distribution to forget paths; settings come from
// environment variables.
#include <random>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace invalidate_cloudfront_action {
namespace {

namespace fs = std::filesystem;
using aws::Json;

// Words with blanks between; quotes around one are taken off, as a shell would.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  std::string word;
  char quote = 0;
  bool begun = false;
  const auto end = [&] {
    if (begun) result.push_back(word);
    word.clear();
    begun = false;
  };
  for (const char c : text) {
    if (quote == 0 && std::isspace(static_cast<unsigned char>(c)) != 0) {
      end();
    } else if (c == quote || (quote == 0 && (c == '\'' || c == '"'))) {
      quote = quote == 0 ? c : '\0';
      begun = true;
    } else {
      word += c;
      begun = true;
    }
  }
  end();
  return result;
}

bool from_file(const StepInputs& step) { return !env_value(step.env(), "PATHS_FROM").empty(); }

std::vector<std::string> paths(const StepInputs& step, const fs::path& workspace) {
  if (!from_file(step)) return words(env_value(step.env(), "PATHS"));
  const auto file = workspace / env_value(step.env(), "PATHS_FROM");
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) ? words(read_file(file)) : std::vector<std::string>{};
}

std::string missing(const StepInputs& step) {
  std::vector<std::string> lines;
  for (const auto* name :
       {"DISTRIBUTION", "PATHS", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) {
    const bool instead = std::string_view(name) == "PATHS" && from_file(step);
    if (!instead && env_value(step.env(), name).empty())
      lines.push_back(fmt::format("error: {} is not set", name));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// One for all attempts of this request, another for the next.
std::string caller_reference() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::random_device random;
  return fmt::format("{}-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count(), random());
}

Json request_for(const std::string& distribution, const std::vector<std::string>& paths) {
  return {
      {"DistributionId", distribution},
      {"InvalidationBatch",
       {{"Paths", {{"Quantity", paths.size()}, {"Items", paths}}}, {"CallerReference", caller_reference()}}}};
}

StepResult run(StepHost& host) {
  if (auto why = missing(host); !why.empty()) return failure(why);
  const auto items = paths(host, host.workspace());
  if (items.empty()) {
    host.log(fmt::format("{} has no paths: nothing to invalidate", env_value(host.env(), "PATHS_FROM")));
    return {};
  }
  const auto distribution = env_value(host.env(), "DISTRIBUTION");
  host.log(fmt::format("Invalidate in {}: {}", distribution, fmt::join(items, " ")));
  try {
    aws::Session session({}, aws::world_of(host));
    const auto answer =
        aws::Client(session, "cloudfront").call("CreateInvalidation", request_for(distribution, items));
    host.log(answer.dump(4));
    const auto invalidation = answer.value("Invalidation", Json::object());
    host.note(fmt::format("{} {}", invalidation.value("Id", ""), invalidation.value("Status", "")));
    return {};
  } catch (const std::exception& error) {
    return failure(aws::explained(error, fmt::format("invalidate {}", fmt::join(items, " ")),
                                  "distribution " + distribution));
  }
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto what = from_file(step)
                        ? "the paths in " + env_value(step.env(), "PATHS_FROM")
                        : fmt::format("{}", fmt::join(words(env_value(step.env(), "PATHS")), " "));
  return {fmt::format("invalidate {} in CloudFront's {}", what, env_value(step.env(), "DISTRIBUTION"))};
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  if (from_file(host)) {
    const auto items = paths(host, host.workspace());
    lines.push_back(items.empty() ? "no paths are there now: nothing would be done"
                                  : fmt::format("now: {}", fmt::join(items, " ")));
  }
  aws::Session session({}, aws::world_of(host));
  const auto answer = aws::Client(session, "cloudfront")
                          .call("GetDistribution", {{"Id", env_value(host.env(), "DISTRIBUTION")}});
  const auto distribution = answer.value("Distribution", Json::object());
  lines.push_back(fmt::format("the distribution is {}: {}", distribution.value("Status", ""),
                              distribution.value("DomainName", "")));
  return lines;
}

}  // namespace
}  // namespace invalidate_cloudfront_action

BuiltinAction invalidate_cloudfront() {
  using namespace invalidate_cloudfront_action;
  return {.spec = {.uses = "chetan/invalidate-cloudfront-action",
                   .doc = "Makes CloudFront forget paths; DISTRIBUTION and PATHS come from `env:`.",
                   .first_major = 1,
                   .last_major = 2},
          .run = run,
          .effects = effects,
          .differences = differences};
}

}  // namespace runner
