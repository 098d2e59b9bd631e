// aws-actions/amazon-ecr-login: a token of Amazon ECR for each registry, kept as docker's login for the job.
#include <cctype>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/aws/ecr_tokens.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/login.hpp"
#include "steps/step.hpp"

namespace runner {
namespace amazon_ecr_login_action {
namespace {

bool is_public(const StepInputs& step) { return equal_ignoring_case(step.input("registry-type"), "public"); }

// The original's own words.
std::string wrong_type(const StepInputs& step) {
  const auto type = step.input("registry-type");
  if (type.empty() || is_public(step) || equal_ignoring_case(type, "private")) return {};
  return fmt::format("Invalid input for 'registry-type', possible options are [private, public], not \"{}\"",
                     type);
}

std::vector<std::string> accounts(const StepInputs& step) {
  std::vector<std::string> ids;
  const auto text = step.input("registries");
  for (const auto part : split(text, ',')) {
    if (const auto id = trim(part); !id.empty()) ids.emplace_back(id);
  }
  return ids;
}

// Outputs are named after the host with "_" for what a name cannot have.
std::string output_name(std::string_view prefix, const std::string& host) {
  std::string name(prefix);
  bool replaced = false;
  for (const unsigned char c : host) {
    const bool fine = std::isalnum(c) != 0 || c == '_';
    if (fine || !replaced) name += fine ? static_cast<char>(c) : '_';
    replaced = !fine;
  }
  return name;
}

std::vector<aws::EcrToken> ask_for_tokens(const StepInputs& step, aws::Session& session) {
  return is_public(step) ? aws::ecr_public_tokens(session) : aws::ecr_tokens(session, accounts(step));
}

aws::Options options_of(const StepInputs& step) {
  aws::Options options;
  if (is_public(step)) options.region = aws::kEcrPublicRegion;
  return options;
}

// From v2 on all but "false" masks; before, nothing but "true" did.
bool masks(const StepInputs& step) {
  const auto given = step.input("mask-password");
  return step.version().at_least(2) ? !equal_ignoring_case(given, "false") : is_true(given);
}

void log_in(StepHost& host, const aws::EcrToken& token, size_t number) {
  host.add_mask(base64(token.login.username + ":" + token.login.password));
  if (masks(host)) host.add_mask(token.login.password);
  host.log(fmt::format("Logging into registry {}", token.host));
  try {
    keep_registry_login(host, token.host, token.login, std::to_string(number));
  } catch (const EngineError& error) {
    throw Error("Could not login to registry {}: {}", token.host, error.what());
  }
  host.save_state("host" + std::to_string(number), token.host);
  host.set_output(output_name("docker_username_", token.host), token.login.username);
  host.set_output(output_name("docker_password_", token.host), token.login.password);
}

StepResult run(StepHost& host) {
  if (auto why = wrong_type(host); !why.empty()) return failure(why);
  try {
    aws::Session session(options_of(host), aws::world_of(host));
    if (session.region().empty()) {
      return failure(
          "Region is missing\nIt comes from an aws-actions/configure-aws-credentials step before, or from "
          "AWS_REGION.");
    }
    const auto tokens = ask_for_tokens(host, session);
    std::vector<std::string> hosts;
    for (const auto& token : tokens) {
      log_in(host, token, hosts.size());
      hosts.push_back(token.host);
    }
    if (tokens.size() == 1) host.set_output("registry", tokens.front().host);
    host.note(fmt::format("{}", fmt::join(hosts, ", ")));
    return {};
  } catch (const std::exception& error) {
    return failure(aws::explained(error, "get a token of Amazon ECR", "the registry (resource *)"));
  }
}

StepResult post(StepHost& host) {
  if (is_true(host.input("skip-logout"))) return {};
  std::vector<std::string> failed;
  for (size_t number = 0; !host.state("host" + std::to_string(number)).empty(); ++number) {
    const auto slot = std::to_string(number);
    try {
      drop_registry_login(host, slot);
      host.log("Logging out of registry " + host.state("host" + slot));
    } catch (const std::exception& error) {
      failed.push_back(fmt::format("{}: {}", host.state("host" + slot), error.what()));
    }
  }
  if (failed.empty()) return {};
  return failure(fmt::format("Failed to logout: {}", fmt::join(failed, ", ")));
}

std::vector<std::string> effects(const StepInputs& step) {
  if (is_public(step)) return {"get a token of ECR Public, log in to public.ecr.aws"};
  const auto ids = accounts(step);
  if (ids.empty()) return {"get a token of Amazon ECR, log in to the account's registry"};
  return {fmt::format("get a token of Amazon ECR, log in to the registries of {}", fmt::join(ids, ", "))};
}

std::vector<std::string> differences(PlanHost& host) {
  aws::Session session(options_of(host), aws::world_of(host));
  const auto tokens = ask_for_tokens(host, session);
  std::vector<std::string> hosts;
  for (const auto& token : tokens) {
    host.add_mask(token.login.password);
    plan_registry_login(host, token.host, token.login);
    host.set_output(output_name("docker_username_", token.host), token.login.username);
    host.set_output(output_name("docker_password_", token.host), token.login.password);
    hosts.push_back(token.host);
  }
  if (tokens.size() == 1) host.set_output("registry", tokens.front().host);
  return {fmt::format("get a token of Amazon ECR, log in to {}", fmt::join(hosts, ", "))};
}

std::vector<std::string> problems(const StepInputs& step) {
  const auto why = wrong_type(step);
  const bool known = !expr::has_expression(step.input("registry-type"));
  return known && !why.empty() ? std::vector{why} : std::vector<std::string>{};
}

}  // namespace
}  // namespace amazon_ecr_login_action

BuiltinAction amazon_ecr_login() {
  using namespace amazon_ecr_login_action;
  return {
      .spec = {.uses = "aws-actions/amazon-ecr-login",
               .doc = "Logs in to Amazon ECR for the rest of the job.",
               .inputs =
                   {{.name = "registries", .doc = "accounts, with commas; default: that of the credentials"},
                    {.name = "registry-type", .doc = "private or public", .fallback = "private"},
                    {.name = "mask-password",
                     .doc = "keep the password out of the log; default: true since v2"},
                    {.name = "skip-logout", .doc = "stay logged in until the job ends", .fallback = "false"},
                    {.name = "http-proxy", .doc = "without effect: HTTPS_PROXY of this machine is used"}},
               .outputs = {{"registry", "host of the registry, when there is one only"},
                           {"docker_username_<host>", "user, by host with _ for other characters"},
                           {"docker_password_<host>", "password, likewise"}},
               .first_major = 1,
               .last_major = 2},
      .run = run,
      .post = post,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
