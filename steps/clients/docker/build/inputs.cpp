#include "steps/clients/docker/build/inputs.hpp"

#include <map>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/text.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

constexpr std::string_view kDefaultContext = "{{defaultContext}}";

bool is_url(std::string_view context) {
  const auto starts = [&](std::string_view prefix) { return context.starts_with(prefix); };
  return starts("https://") || starts("http://") || starts("git://") || starts("git@") || starts("ssh://");
}

// "type=image,name=a/b,push=true" as pairs; a bare word is a name without a value.
std::map<std::string, std::string> attributes(std::string_view text) {
  std::map<std::string, std::string> result;
  for (const auto& item : list_items(text)) {
    const auto equals = item.find('=');
    result[lower(item.substr(0, equals))] = equals == std::string::npos ? "" : item.substr(equals + 1);
  }
  return result;
}

// An image in the engine's store or in a registry: what the engine gives by itself.
bool plain_output(const std::string& output) {
  static const std::set<std::string> kTypes{"image", "docker", "registry", "cacheonly"};
  auto parts = attributes(output);
  return kTypes.contains(parts["type"]) && parts["dest"].empty() && !is_true(parts["push-by-digest"]);
}

std::vector<std::string> outputs(const StepInputs& inputs) {
  return list_items(inputs.input("outputs"), Commas::keep, Quotes::as_they_are);
}

void add_context(const StepInputs& inputs, BuildInputs& build) {
  const auto context = inputs.input("context");
  build.context = context;
  build.dockerfile = inputs.input("file");
  if (context.empty() || context.starts_with(kDefaultContext)) {
    build.context = context.empty() ? "" : context.substr(kDefaultContext.size());
    while (build.context.starts_with(':') || build.context.starts_with('/')) build.context.erase(0, 1);
    while (build.context.ends_with('/')) build.context.pop_back();
    if (build.dockerfile.starts_with("./")) build.dockerfile.erase(0, 2);
  } else {
    build.kind = is_url(context) ? ContextKind::remote : ContextKind::folder;
  }
}

void add_outputs(const StepInputs& inputs, BuildInputs& build) {
  for (const auto& output : outputs(inputs)) {
    auto parts = attributes(output);
    if (is_true(parts["push"]) || parts["type"] == "registry") build.push = true;
    for (const auto& name : list_items(parts["name"])) build.tags.push_back(parse_image_reference(name));
  }
}

// Caches in registries are read; all others are what the engine's own cache is for.
void add_caches(const StepInputs& inputs, BuildInputs& build) {
  for (const auto& cache : list_items(inputs.input("cache-from"), Commas::keep)) {
    if (cache.find('=') == std::string::npos) {
      build.cache_from.push_back(cache);
      continue;
    }
    auto parts = attributes(cache);
    if (parts["type"] == "registry") build.cache_from.push_back(parts["ref"]);
    if (parts["type"] != "registry") build.ignored_caches = true;
  }
  for (const auto& cache : list_items(inputs.input("cache-to"), Commas::keep)) {
    const bool in_image = cache == "inline" || attributes(cache)["type"] == "inline";
    (in_image ? build.inline_cache : build.ignored_caches) = true;
  }
}

void add_platform(const StepInputs& inputs, BuildInputs& build) {
  const auto platforms = list_items(inputs.input("platforms"));
  if (!platforms.empty()) build.platform = platforms[0];
  if (!platforms.empty()) return;
  build.platform = env_value(inputs.env(), "DOCKER_DEFAULT_PLATFORM");
  build.default_platform = !build.platform.empty();
}

bool is_wanted(const StepInputs& inputs, const char* name) {
  const auto value = inputs.input(name);
  return !value.empty() && !equal_ignoring_case(value, "false");
}

bool wants_attestations(const StepInputs& inputs) {
  return is_wanted(inputs, "provenance") || is_wanted(inputs, "sbom") || is_wanted(inputs, "attests");
}

// RUN on the host's network is what `network: host` gives, with the permission for it.
bool allow_is_given_anyway(const StepInputs& inputs) {
  for (const auto& right : list_items(inputs.input("allow"))) {
    if (right != "network.host" || inputs.input("network") != "host") return false;
  }
  return true;
}

}  // namespace

BuildInputs read_build_inputs(const StepInputs& inputs) {
  BuildInputs build;
  add_context(inputs, build);
  build.push = boolean_input(inputs, "push");
  for (const auto& tag : list_items(inputs.input("tags"))) build.tags.push_back(parse_image_reference(tag));
  add_outputs(inputs, build);
  build.build_args = list_items(inputs.raw_input("build-args"), Commas::keep);
  add_caches(inputs, build);
  add_platform(inputs, build);
  if (build.push && build.tags.empty()) throw InputError("tag is needed when pushing to registry");
  return build;
}

bool wants_classic_builder(const StepInputs& inputs) {
  const auto wish = env_value(inputs.env(), "DOCKER_BUILDKIT");
  return wish == "0" || equal_ignoring_case(wish, "false");
}

std::string needs_buildx(const StepInputs& inputs) {
  if (const auto platforms = list_items(inputs.input("platforms")); platforms.size() > 1) {
    return fmt::format("building for several platforms ({})", fmt::join(platforms, ", "));
  }
  for (const auto& output : outputs(inputs)) {
    if (!plain_output(output)) return fmt::format("outputs: {}", output);
  }
  const auto call = inputs.input("call");
  if (!call.empty() && call != "build") return fmt::format("call: {}", call);
  if (!allow_is_given_anyway(inputs)) return fmt::format("allow: {}", inputs.input("allow"));
  for (const auto* name : {"build-contexts", "ssh"}) {
    if (!inputs.input(name).empty()) return fmt::format("the input {}", name);
  }
  return {};
}

bool gains_by_buildx(const StepInputs& inputs, const BuildInputs& build) {
  return build.push && (wants_attestations(inputs) || is_wanted(inputs, "annotations"));
}

bool is_github_cache(const std::string& cache) { return attributes(cache)["type"] == "gha"; }

bool needs_container_builder(const StepInputs& inputs) {
  if (list_items(inputs.input("platforms")).size() > 1) return true;
  if (wants_attestations(inputs) || is_wanted(inputs, "annotations")) return true;
  for (const auto& output : outputs(inputs)) {
    const auto type = attributes(output)["type"];
    const bool files = type.empty() || type == "local" || type == "tar";
    if (!files && !plain_output(output)) return true;
  }
  for (const auto& cache : list_items(inputs.input("cache-to"), Commas::keep)) {
    if (cache != "inline" && attributes(cache)["type"] != "inline" && !is_github_cache(cache)) return true;
  }
  return false;
}

std::string unsupported_build_input(const StepInputs& inputs) {
  if (inputs.version().major == 1) {
    return "docker/build-push-action@v1 has inputs of its own (repository, tag_with_ref, ...): write the "
           "step for v2 or later";
  }
  for (const auto* name : {"secrets", "secret-envs", "secret-files"}) {
    if (inputs.input(name).empty() || !wants_classic_builder(inputs)) continue;
    return fmt::format("{} needs BuildKit, but DOCKER_BUILDKIT=0 asks for the classic builder", name);
  }
  return {};
}

std::vector<std::string> build_inputs_without_effect(const StepInputs& inputs, const BuildInputs& build) {
  std::vector<std::string> names;
  for (const auto* name : {"annotations", "provenance", "sbom", "attests"}) {
    if (is_wanted(inputs, name)) names.emplace_back(name);
  }
  if (build.ignored_caches) names.emplace_back("cache-from and cache-to");
  return names;
}

}  // namespace runner
