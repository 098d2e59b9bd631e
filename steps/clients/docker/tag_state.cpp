#include "steps/clients/docker/tag_state.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/docker/push.hpp"

namespace runner {
namespace {

using nlohmann::json;

EngineRequest get(std::string path) {
  EngineRequest request;
  request.method = "GET";
  request.path = std::move(path);
  return request;
}

// Registries say in several ways that they have no such tag.
bool says_missing(const std::string& message) {
  constexpr std::string_view kWays[] = {"manifest unknown", "not found", "no such manifest", "name unknown"};
  return std::any_of(std::begin(kWays), std::end(kWays),
                     [&](auto way) { return message.find(way) != std::string::npos; });
}

// The image of that name that the engine has, by its id; and does it say it is `digest`?
std::string local_text(DockerEngine& engine, const ImageReference& image, const std::string& digest) {
  try {
    const auto answer = read_json(engine.send(get(fmt::format("/images/{}/json", image.text()))).body);
    if (!answer.is_object()) return {};
    for (const auto& known : answer.value("RepoDigests", json::array())) {
      if (!digest.empty() && known.is_string() && known.get<std::string>().ends_with("@" + digest))
        return "; the engine has the same";
    }
    return fmt::format("; the engine has {} under that name", answer.value("Id", ""));
  } catch (const EngineError&) {
    return {};
  }
}

}  // namespace

std::optional<Credentials> login_for(DockerEngine& engine, const DockerConfig& config,
                                     const CredentialHelper& helper, const ImageReference& image,
                                     std::string& key) {
  key = image.host;
  if (!image.host.empty()) {
    if (auto found = config.find_for_repository(key, image.path)) return found;
    if (auto found = config.find(key, helper)) return found;
  }
  key = engine.registry_key(image.host);
  if (key == image.host) return std::nullopt;
  if (auto found = config.find_for_repository(registry_host(key), image.path)) return found;
  return config.find(key, helper);
}

std::string tag_state(DockerEngine& engine, const DockerConfig& config, const CredentialHelper& helper,
                      const ImageReference& image) {
  try {
    std::string key;
    const auto login = login_for(engine, config, helper, image, key);
    const auto digest = digest_in_registry(engine, image, registry_auth(key, login));
    if (digest.empty()) throw EngineError("the answer names no digest");
    return fmt::format("{} is there: {}{}", image.text(), digest, local_text(engine, image, digest));
  } catch (const EngineError& error) {
    if (says_missing(error.what()))
      return fmt::format("{} is a new tag{}", image.text(), local_text(engine, image, ""));
    return fmt::format("{}: {}{}", image.text(), kUnread, error.what());
  }
}

}  // namespace runner
