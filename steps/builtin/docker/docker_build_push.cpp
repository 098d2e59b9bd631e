// docker/build-push-action: builds an image with the Docker Engine's own builder, tags it and pushes the
// tags. What the engine cannot do is left to `docker buildx`, where that is installed.
#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/json.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/docker/image_leaks.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/clients/docker/build/step_build.hpp"
#include "steps/clients/docker/buildx/build.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/push.hpp"
#include "steps/clients/docker/requirements.hpp"
#include "steps/clients/docker/status_lines.hpp"
#include "steps/clients/docker/tag_state.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace docker_build_push_action {
namespace {

using nlohmann::json;

// Lines of a push's failure that a missing login explains.
std::string login_hint(const std::string& message, const ImageReference& tag, bool logged_in) {
  if (logged_in) return {};
  for (const auto* sign : {"denied", "unauthorized", "no basic auth credentials"}) {
    if (message.find(sign) == std::string::npos) continue;
    return fmt::format(" (no login for {} is known here: is there a docker/login-action step before?)",
                       tag.host.empty() ? "Docker Hub" : tag.host);
  }
  return {};
}

PushedImage push_tags(StepHost& host, DockerEngine& engine, const DockerConfig& config,
                      const std::vector<ImageReference>& tags) {
  PushedImage all;
  std::vector<std::string> done;
  for (const auto& tag : tags) {
    std::string key;
    const auto login = login_for(engine, config, credential_helper(docker_user(host)), tag, key);
    host.progress("push " + tag.text());
    try {
      auto pushed = push_image(engine, tag, registry_auth(key, login), build_log(host));
      pushed.sent_bytes += all.sent_bytes;
      all = std::move(pushed);
    } catch (const EngineError& error) {
      const std::string message = error.what();
      const auto before = done.empty() ? "" : fmt::format("; already pushed: {}", fmt::join(done, ", "));
      throw EngineError(fmt::format("failed to push {}: {}{}{}", tag.text(), message,
                                    login_hint(message, tag, login.has_value()), before));
    }
    done.push_back(tag.text());
  }
  return all;
}

std::string joined(const std::vector<ImageReference>& tags) {
  std::vector<std::string> names;
  for (const auto& tag : tags) names.push_back(tag.text());
  return fmt::format("{}", fmt::join(names, ","));
}

void set_outputs(StepHost& host, const BuildInputs& build, const BuiltImage& image,
                 const PushedImage* pushed) {
  const auto digest = pushed != nullptr ? pushed->digest : image.id;
  json metadata{{"containerimage.config.digest", image.id}, {"containerimage.digest", digest}};
  if (!build.tags.empty()) metadata["image.name"] = joined(build.tags);
  if (pushed != nullptr && pushed->manifest_size_bytes > 0) {
    metadata["containerimage.descriptor"] = {
        {"mediaType", "application/vnd.docker.distribution.manifest.v2+json"},
        {"digest", digest},
        {"size", pushed->manifest_size_bytes}};
  }
  host.set_output("imageid", image.id);
  host.set_output("digest", digest);
  host.set_output("metadata", metadata.dump(2));
}

std::string short_digest(const std::string& digest) { return digest.substr(0, sizeof "sha256:" + 3) + "…"; }

void note(StepHost& host, const BuildInputs& build, const BuiltImage& image, const PushedImage* pushed) {
  const auto cached = fmt::format("{} of {} steps cached", image.cached, image.steps);
  if (pushed == nullptr) return host.note(fmt::format("{} built, {}", short_digest(image.id), cached));
  host.note(fmt::format("{} pushed, {} tag{}, {} sent, {}", short_digest(pushed->digest), build.tags.size(),
                        build.tags.size() == 1 ? "" : "s", shown_size(pushed->sent_bytes), cached));
}

void warn_of_ignored_inputs(StepHost& host, const BuildInputs& build) {
  const auto names = build_inputs_without_effect(host, build);
  if (names.empty()) return;
  host.notice(fmt::format("The Docker Engine itself builds, with its own cache: {} changes nothing",
                          fmt::join(names, ", ")));
}

// Whoever chose no platform may not know that the image will run on no machine like this one.
void tell_default_platform(StepHost& host, const BuildInputs& build, const EngineFacts& engine) {
  const auto native = engine.os + "/" + engine.architecture;
  if (!build.default_platform || build.platform == native) return;
  host.notice(fmt::format("The image is built for {}, the default platform; this engine is {}",
                          build.platform, native));
}

// Why a build that the engine cannot do is not done: how to get what can.
std::string without_buildx(const std::string& what) {
  return fmt::format(
      "{} needs `docker buildx`, which is not installed here ({}install Docker's plug-in: the package "
      "docker-buildx-plugin, or docker-buildx of Debian 13 and Ubuntu)",
      what, what.starts_with("building for") ? "name one platform, or " : "");
}

StepResult build_and_push(StepHost& host) {
  const auto needed = needs_buildx(host);
  const auto build = read_build_inputs(host);
  if (!needed.empty() || gains_by_buildx(host, build)) {
    if (const auto buildx = Buildx::find(host)) return build_by_buildx(host, *buildx, build);
    if (!needed.empty()) return failure(without_buildx(needed));
  }
  warn_of_ignored_inputs(host, build);
  const auto config = docker_config(docker_user(host));
  auto engine = docker_engine(host, config);
  tell_default_platform(host, build, engine.facts());
  const auto image = build_by_engine(host, engine, build);
  look_at_image(host, engine, image.id);
  if (!build.push) {
    set_outputs(host, build, image, nullptr);
    note(host, build, image, nullptr);
    return {};
  }
  const auto pushed = push_tags(host, engine, config, build.tags);
  set_outputs(host, build, image, &pushed);
  note(host, build, image, &pushed);
  return {};
}

StepResult run(StepHost& host) {
  if (auto why = unsupported_build_input(host); !why.empty()) return failure(why);
  try {
    return build_and_push(host);
  } catch (const EngineError& error) {
    return failure(fmt::format("buildx failed with: ERROR: {}", error.what()));
  }
}

// " for linux/arm64"; "" when the engine's own platform is built.
std::string shown_platforms(const StepInputs& inputs) {
  auto platforms = list_items(inputs.input("platforms"));
  if (platforms.empty()) platforms = list_items(env_value(inputs.env(), "DOCKER_DEFAULT_PLATFORM"));
  return platforms.empty() ? "" : fmt::format(" for {}", fmt::join(platforms, ", "));
}

std::vector<std::string> effects(const StepInputs& inputs) {
  const auto context = inputs.input("context");
  const auto tags = line_inputs(inputs, "tags");  // one known only at run is no reference yet
  const auto shown = (context.empty() ? std::string("the commit") : context) + shown_platforms(inputs);
  std::vector<std::string> lines{tags.empty() ? fmt::format("build {}", shown)
                                              : fmt::format("build {} → {}", shown, fmt::join(tags, ", "))};
  if (is_true(inputs.input("push"))) {
    for (const auto& tag : tags) lines.push_back("push " + tag);
  }
  return lines;
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  const auto tags = host.input("tags");
  if (!is_true(host.input("push")) || expr::has_expression(tags)) return lines;
  const auto user = docker_user(host);
  const auto config = docker_config(user);
  auto engine = docker_engine(user, host.http(), config);
  const auto helper = credential_helper(user);
  for (const auto& tag : read_build_inputs(host).tags)
    lines.push_back(tag_state(engine, config, helper, tag));
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) {
  try {
    if (auto why = unsupported_build_input(inputs); !why.empty()) return {why};
    const auto needed = needs_buildx(inputs);
    if (!needed.empty() && !Buildx::find(inputs.env(), "/", {})) return {without_buildx(needed)};
    for (const auto* name : {"tags", "push", "outputs", "context", "file"}) {
      if (expr::has_expression(inputs.input(name))) return {};
    }
    read_build_inputs(inputs);
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

std::vector<InputSpec> inputs_of_spec() {
  return {
      {.name = "context", .doc = "folder or URL; default: the commit of the run"},
      {.name = "file", .doc = "path of the Dockerfile; default: {context}/Dockerfile"},
      {.name = "tags", .doc = "names of the image", .target = true},
      {.name = "push", .doc = "push the tags", .fallback = "false"},
      {.name = "load",
       .doc = "for `docker buildx`; else the image is always in the engine's store",
       .fallback = "false"},
      {.name = "build-args", .doc = "NAME=value, or NAME from the environment"},
      {.name = "labels", .doc = "NAME=value"},
      {.name = "target", .doc = "stage to build"},
      {.name = "platforms", .doc = "several only with `docker buildx`; default: DOCKER_DEFAULT_PLATFORM"},
      {.name = "no-cache", .doc = "build every step anew", .fallback = "false"},
      {.name = "no-cache-filters", .doc = "as no-cache"},
      {.name = "pull", .doc = "look for newer base images", .fallback = "false"},
      {.name = "network", .doc = "network mode of RUN"},
      {.name = "add-hosts", .doc = "name:address"},
      {.name = "shm-size", .doc = "size of /dev/shm"},
      {.name = "ulimit", .doc = "name=soft[:hard]"},
      {.name = "cgroup-parent", .doc = "cgroup of RUN's containers"},
      {.name = "outputs", .doc = "type=image, docker, registry; others with `docker buildx`"},
      {.name = "builder", .doc = "of `docker buildx`, where the engine does not build"},
      {.name = "github-token",
       .doc = "secret GIT_AUTH_TOKEN for a context on the same server",
       .secret = true},
      {.name = "cache-from",
       .doc = "images in registries; other kinds without effect: the engine keeps its cache"},
      {.name = "cache-to", .doc = "inline only; other kinds without effect"},
      {.name = "annotations", .doc = "of a pushed image, with `docker buildx`"},
      {.name = "attests", .doc = "of a pushed image, with `docker buildx`"},
      {.name = "provenance", .doc = "as attests"},
      {.name = "sbom", .doc = "as attests"},
      {.name = "allow", .doc = "network.host with `network: host`; else with `docker buildx`"},
      {.name = "build-contexts", .doc = "name=path, with `docker buildx`"},
      {.name = "secrets", .doc = "id=value for RUN --mount=type=secret"},
      {.name = "secret-envs", .doc = "id=NAME of a variable"},
      {.name = "secret-files", .doc = "id=path"},
      {.name = "ssh", .doc = "default, or id=socket or key, with `docker buildx`"},
      {.name = "call", .doc = "build; check, outline, targets with `docker buildx`", .fallback = "build"}};
}

}  // namespace
}  // namespace docker_build_push_action

BuiltinAction docker_build_push() {
  using namespace docker_build_push_action;
  return {.spec = {.uses = "docker/build-push-action",
                   .doc = "Builds an image with the Docker Engine and pushes it.",
                   .inputs = inputs_of_spec(),
                   .outputs = {{"imageid", "digest of the image's configuration"},
                               {"digest", "digest of the pushed manifest; of the image when not pushed"},
                               {"metadata", "JSON with both"}},
                   .first_major = 2,
                   .last_major = 7},
          .run = run,
          .post = nullptr,
          .effects = effects,
          .differences = differences,
          .problems = problems,
          .requirements = build_requirements};
}

}  // namespace runner
