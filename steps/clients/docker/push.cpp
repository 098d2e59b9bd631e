#include "steps/clients/docker/push.hpp"

#include "parser/base/json.hpp"
#include "steps/clients/docker/status_lines.hpp"

namespace runner {
namespace {

using nlohmann::json;

// "latest: digest: sha256:… size: 528"
void read_status(const std::string& status, PushedImage& pushed) {
  const auto at = status.find("digest: ");
  if (at == std::string::npos) return;
  const auto start = at + 8;
  pushed.digest = status.substr(start, status.find(' ', start) - start);
}

void read_aux(const json& aux, PushedImage& pushed) {
  if (const auto at = aux.find("Digest"); at != aux.end() && at->is_string()) pushed.digest = *at;
  if (const auto at = aux.find("Size"); at != aux.end() && at->is_number_unsigned())
    pushed.manifest_size_bytes = *at;
}

// Engines with the containerd image store may name no digest while they push: the registry knows it.
PushedImage push_once(DockerEngine& engine, const EngineRequest& request, const ImageReference& image,
                      const BuildLog& log, bool& answered) {
  PushedImage pushed;
  StatusLines lines(
      log.line, [&](std::string_view text) { log.progress(fmt::format("push {}: {}", image.tag, text)); });
  engine.stream(request, [&](const json& object) {
    answered = true;
    lines.add(object);
    if (const auto at = object.find("status"); at != object.end() && at->is_string())
      read_status(*at, pushed);
    if (const auto at = object.find("aux"); at != object.end() && at->is_object()) read_aux(*at, pushed);
  });
  pushed.sent_bytes = lines.moved_bytes();
  return pushed;
}

}  // namespace

std::string digest_in_registry(DockerEngine& engine, const ImageReference& image, const std::string& auth) {
  EngineRequest request;
  request.method = "GET";
  request.path = fmt::format("/distribution/{}/json", percent_encode(image.text(), "-_.~/:"));
  request.headers = {{"X-Registry-Auth", auth}};
  const auto answer = read_json(engine.send(request).body);
  const auto digest = json::json_pointer("/Descriptor/digest");
  return !answer.is_discarded() && answer.contains(digest) && answer[digest].is_string() ? answer[digest]
                                                                                         : "";
}

PushedImage push_image(DockerEngine& engine, const ImageReference& image, const std::string& auth,
                       const BuildLog& log) {
  EngineRequest request;
  request.path = fmt::format("/images/{}/push?tag={}", percent_encode(image.name(), "-_.~/:"),
                             percent_encode(image.tag));  // without tag all of the image's are pushed
  request.headers = {{"X-Registry-Auth", auth}};
  PushedImage pushed;
  bool answered = false;
  try {
    pushed = push_once(engine, request, image, log, answered);
  } catch (const HttpError& error) {
    if (answered || error.failure() == HttpFailure::cancelled) throw;
    log.line(fmt::format("{}: before a byte of answer came; the push is tried once more", error.what()));
    pushed = push_once(engine, request, image, log, answered);
  }
  if (pushed.digest.empty()) pushed.digest = digest_in_registry(engine, image, auth);
  if (pushed.digest.empty()) throw EngineError("the push ended without a digest");
  return pushed;
}

}  // namespace runner
