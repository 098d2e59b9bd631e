#include "steps/aws_cli/customizations.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include "parser/base/json.hpp"
#include "steps/aws_cli/shorthand.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

[[noreturn]] void refuse_both(std::string_view one, std::string_view other) {
  refuse_value(
      fmt::format("The key \"{}\" cannot be specified when one of the following keys are also specified: {}",
                  one, other));
}

// Unique for each command line: the same one again would give back the former invalidation.
std::string caller_reference() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::random_device random;
  return fmt::format("cli-{}-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                     std::uniform_int_distribution<>(1, 1'000'000)(random));
}

void invalidation_paths(const Arguments& arguments, const ValueSources& sources, Json& input) {
  if (!arguments.has("paths")) return;
  if (input.contains("InvalidationBatch")) refuse_both("paths", "invalidation_batch");
  auto paths = arguments.values("paths");
  if (paths.empty()) throw UsageError252("aws: error: argument --paths: expected at least one argument");
  if (paths.size() == 1) paths.front() = value_or_file("paths", paths.front(), sources);
  input["InvalidationBatch"] = {{"Paths", {{"Quantity", paths.size()}, {"Items", paths}}},
                                {"CallerReference", caller_reference()}};
}

Json location(std::string_view option, const Arguments& arguments, const ValueSources& sources) {
  const auto text = value_or_file(option, arguments.value(option), sources);
  const auto json = read_ordered_json(text);
  if (json.is_object()) return json;
  try {
    return parse_shorthand(text);
  } catch (const ShorthandError& error) {
    refuse_value(fmt::format("Error parsing parameter '--{}': {}", option, error.what()));
  }
}

void revision_location(const Arguments& arguments, const ValueSources& sources, Json& input) {
  const bool s3 = arguments.has("s3-location"), github = arguments.has("github-location");
  if (!s3 && !github) return;
  if (s3 && github) refuse_both("github_location", "s3_location");
  if (input.contains("revision")) refuse_both(s3 ? "s3_location" : "github_location", "revision");
  if (s3)
    input["revision"] = {{"revisionType", "S3"}, {"s3Location", location("s3-location", arguments, sources)}};
  else
    input["revision"] = {{"revisionType", "GitHub"},
                         {"gitHubLocation", location("github-location", arguments, sources)}};
}

const std::vector<Customization>& customizations() {
  static const std::vector<Customization> all = {
      {"cloudfront",
       "CreateInvalidation",
       {{.name = "paths", .takes = OptionSpec::Takes::many}},
       "InvalidationBatch",
       invalidation_paths},
      {"deploy",
       "CreateDeployment",
       {{.name = "s3-location"}, {.name = "github-location"}},
       "revision",
       revision_location},
  };
  return all;
}

}  // namespace

const Customization* find_customization(std::string_view service, std::string_view operation) {
  const auto& all = customizations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Customization& row) {
    return row.service == service && row.operation == operation;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace runner::aws
