#include "steps/clients/docker/requirements.hpp"

#include <set>

#include "parser/expr/expression.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/clients/docker/reference.hpp"
#include "steps/formats/list_input.hpp"

namespace runner {
namespace {

using Kind = Requirement::Kind;

bool is_known(const std::string& text) { return !expr::has_expression(text); }

std::string registry_of(const std::string& tag) try {
  const auto host = parse_image_reference(tag).host;
  return host.empty() ? kDockerHub : host;
} catch (const InputError&) {  // told as a problem of the step
  return "";
}

}  // namespace

std::vector<Requirement> engine_requirements(const StepInputs&) { return {{Kind::engine}}; }

std::vector<Requirement> login_requirements(const StepInputs& inputs) {
  std::vector<Requirement> all{{Kind::engine}};
  const auto registry = inputs.input("registry");
  const auto host = registry.empty() || registry == "docker.io" ? kDockerHub : registry_host(registry);
  if (is_known(registry) && inputs.input("registry-auth").empty()) all.push_back({Kind::registry, host});
  return all;
}

std::vector<Requirement> build_requirements(const StepInputs& inputs) {
  std::vector<Requirement> all{{Kind::engine}};
  if (const auto platforms = inputs.input("platforms"); is_known(platforms)) {
    for (const auto& platform : list_items(platforms)) all.push_back({Kind::platform, platform});
  }
  if (!needs_buildx(inputs).empty()) all.push_back({Kind::program, "docker-buildx"});
  const auto tags = inputs.input("tags");
  if (!is_true(inputs.input("push")) || !is_known(tags)) return all;
  std::set<std::string> registries;
  for (const auto& tag : list_items(tags)) registries.insert(registry_of(tag));
  for (const auto& registry : registries) {
    if (!registry.empty()) all.push_back({Kind::registry, registry});
  }
  return all;
}

}  // namespace runner
