#include "steps/clients/docker/build/step_build.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/build/file_sync.hpp"
#include "steps/clients/docker/build/frontend.hpp"
#include "steps/clients/docker/build/secrets.hpp"
#include "steps/clients/docker/build/session.hpp"
#include "steps/clients/docker/tag_state.hpp"
#include "steps/system/http.hpp"

namespace runner {
namespace {

using nlohmann::json;

constexpr std::string_view kSyntaxArgument = "BUILDKIT_SYNTAX=";
constexpr std::chrono::seconds kRegistryLimit{5};  // an unplugged network may swallow questions

// The logins that a classic build may need. Keychains are asked only for registries that the Dockerfile can
// mean.
std::string registry_config(StepHost& host, const BuildContext& context, const BuildInputs& build) {
  const auto config = docker_config(docker_user(host));
  std::string mentions = context.dockerfile_text;
  for (const auto& argument : build.build_args) mentions += "\n" + argument;
  const auto helper = credential_helper(docker_user(host));
  auto logins = json::object();
  for (const auto& key : config.registries()) {
    const bool hub = key.find("://") != std::string::npos;  // its images name no host
    if (!hub && mentions.find(registry_host(key)) == std::string::npos) continue;
    const auto found = config.find(key, helper);
    if (!found) continue;
    if (found->identity_token.empty()) {
      logins[key] = {{"username", found->username}, {"password", found->password}};
    } else {
      logins[key] = {{"identitytoken", found->identity_token}};
    }
  }
  return logins.empty() ? "" : base64_url(logins.dump());
}

// Asked from the session's thread: it has an engine of its own, whose facts are known already.
RegistryLogin session_login(StepHost& host, const DockerEngine& engine) {
  auto config = std::make_shared<const DockerConfig>(docker_config(docker_user(host)));
  auto own = std::make_shared<DockerEngine>(engine);
  return [config, own, helper = credential_helper(docker_user(host))](const std::string& registry) {
    ImageReference image;
    image.host = registry;
    std::string key;
    return login_for(*own, *config, helper, image, key);
  };
}

// Nothing where the engine offers no sessions and none is needed.
std::unique_ptr<BuildSession> open_session(StepHost& host, DockerEngine& engine, const BuildInputs& build,
                                           const BuildContext& context) {
  auto secrets = build_step_secrets(host, build);
  const bool needed = !secrets.empty();
  auto methods = session_methods(std::move(secrets), session_login(host, engine));
  if (context.open) methods[kFileSyncMethod] = file_sync(context);
  try {
    return std::make_unique<BuildSession>(engine.address(), engine.facts().api_version, std::move(methods),
                                          host.stop());
  } catch (const Error&) {
    if (needed || host.stop().stop_requested()) throw;
    return nullptr;
  }
}

bool answers(DockerEngine& engine, EngineRequest request) {
  request.method = "GET";
  try {
    engine.send(request);
    return true;
  } catch (const EngineError&) {
    return false;
  } catch (const HttpError& error) {
    if (error.failure() == HttpFailure::cancelled) throw;
    return false;
  }
}

// Here already, or in a registry that can be reached.
bool can_be_had(StepHost& host, DockerEngine& engine, const std::string& image) {
  const auto name = percent_encode(image, "-_.~/:@");
  EngineRequest local;
  local.path = fmt::format("/images/{}/json", name);
  if (answers(engine, local)) return true;
  const auto user = docker_user(host);
  const auto reference = parse_image_reference(image.substr(0, image.find('@')));
  std::string key;
  const auto login = login_for(engine, docker_config(user), credential_helper(user), reference, key);
  EngineRequest remote;
  remote.path = fmt::format("/distribution/{}/json", name);
  remote.headers = {{"X-Registry-Auth", registry_auth(key, login)}};
  remote.timeout = kRegistryLimit;
  return answers(engine, remote);
}

void tell_of_own_parser(StepHost& host, const std::string& image) {
  host.notice(
      fmt::format("The Dockerfile's syntax asks for the image {}, which is neither here nor "
                  "can be fetched: the engine's own Dockerfile parser is used",
                  image));
}

// An image of a parser that cannot be had would fail the build: the engine's own does.
void settle_syntax(StepHost& host, DockerEngine& engine, BuildInputs& build, BuildContext& context) {
  const auto argument = std::find_if(build.build_args.begin(), build.build_args.end(),
                                     [](const auto& one) { return one.starts_with(kSyntaxArgument); });
  if (argument != build.build_args.end()) {
    const auto image = argument->substr(kSyntaxArgument.size());
    if (image.empty() || can_be_had(host, engine, image)) return;
    build.build_args.erase(argument);
    tell_of_own_parser(host, image);
  }
  const auto image = syntax_image(context.dockerfile_text);
  if (image.empty() || can_be_had(host, engine, image)) return;
  context.dockerfile_text = without_syntax(context.dockerfile_text);
  context.rewritten = true;
  tell_of_own_parser(host, image);
}

void tell_of_lacking_session(StepHost& host) {
  host.notice(
      "The Docker daemon offers no build session: Dockerfile and .dockerignore go along "
      "as part of the context, where COPY sees them whatever .dockerignore says");
}

// BuildKit fetches the files in the session, where there is one: a tar would have the Dockerfile in it.
void add_context(StepHost& host, const BuildContext& context, const BuildSession* session,
                 ImageBuild& request) {
  auto dockerfile = context.dockerfile;
  if (session != nullptr) {
    request.query += "&session=" + session->id();
    if (context.open) request.query += "&remote=client-session", dockerfile = synced_dockerfile(context);
  } else if (context.open) {
    request.context = &context;
    if (request.reader == TarReader::buildkit) tell_of_lacking_session(host);
  }
  if (!dockerfile.empty()) request.query += "&dockerfile=" + percent_encode(dockerfile);
}

// Without a session BuildKit can ask nobody for a login, and says it in words that help nobody.
[[noreturn]] void explain(const EngineError& error, bool has_session) {
  const std::string message = error.what();
  if (has_session || message.find("no active sessions") == std::string::npos) throw error;
  throw EngineError(
      message + " (the Docker daemon offers no build session, so that it cannot ask for logins or secrets)");
}

}  // namespace

BuildLog build_log(StepHost& host) {
  return {[&host](std::string_view line) { host.log(line); },
          [&host](std::string_view text) { host.progress(text); }};
}

BuildSecrets build_step_secrets(StepHost& host, const BuildInputs& build) {
  auto secrets = build_secrets(host);
  const auto server = host.context("github.server_url");
  const bool own_server = !server.empty() && build.context.starts_with(server + "/");
  if (build.kind == ContextKind::remote && own_server) {  // never another host's
    const auto given = host.input("github-token");
    secrets.emplace("GIT_AUTH_TOKEN", given.empty() ? host.context("github.token") : given);
  }
  return secrets;
}

BuildContext step_context(StepHost& host, const BuildInputs& build) {
  if (build.kind == ContextKind::remote) return {.dockerfile = build.dockerfile, .dockerfile_text = {}};
  if (build.kind == ContextKind::folder) {
    const auto file =
        build.dockerfile.empty() ? std::filesystem::path() : host.workspace() / build.dockerfile;
    return folder_context(host.workspace() / build.context, file);
  }
  const auto sha = host.context("github.sha");
  if (host.repository().git_dir.empty() || sha.empty()) {
    throw Error(
        "build the default context: there is no commit to take it from; `context: .` builds the workspace");
  }
  return commit_context(host.repository(), sha, build.context, build.dockerfile);
}

BuiltImage build_by_engine(StepHost& host, DockerEngine& engine, const BuildInputs& inputs) {
  auto build = inputs;
  auto context = step_context(host, build);
  const auto builder =
      !wants_classic_builder(host) && engine.has_buildkit() ? Builder::buildkit : Builder::classic;
  ImageBuild request;
  std::unique_ptr<BuildSession> session;
  if (builder == Builder::buildkit) {
    settle_syntax(host, engine, build, context);
    session = open_session(host, engine, build, context);
    request.reader = TarReader::buildkit;
  } else {
    request.registry_config = registry_config(host, context, build);
  }
  request.query = build_query(host, build, engine.facts(), builder);
  add_context(host, context, session.get(), request);
  host.progress("send the build context");
  try {
    return build_image(engine, request, build_log(host));
  } catch (const EngineError& error) {
    explain(error, session != nullptr);
  }
}

}  // namespace runner
