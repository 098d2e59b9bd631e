// steps/clients/docker/reference.hpp -- names of images: "host:port/path/name:tag". Docker Hub's own names
// have no host; what stands for them in files and requests is asked of the engine.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace runner {

constexpr auto kDockerHub = "registry-1.docker.io";  // where its images are, whatever a file calls it

struct ImageReference {
  std::string host;  // host[:port]; empty: Docker Hub
  std::string path;  // without host and tag
  std::string tag;   // "latest" where none is given
  std::string name() const { return host.empty() ? path : host + "/" + path; }
  std::string text() const { return name() + ":" + tag; }
};

// Throws InputError with docker's text: invalid reference format, repository name must be lowercase.
ImageReference parse_image_reference(std::string_view text);

// The key of a registry in config.json: scheme and path cut off.
std::string registry_host(std::string_view address);

}  // namespace runner
