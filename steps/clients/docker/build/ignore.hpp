// steps/clients/docker/build/ignore.hpp -- .dockerignore: which paths of a build context stay behind.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

class DockerIgnore {
 public:
  DockerIgnore() = default;
  explicit DockerIgnore(std::string_view text);

  // `path` is relative to the context, '/' between parts. The last pattern that matches it or a folder above
  // wins.
  bool excludes(std::string_view path) const;
  // May a path below the excluded `folder` be let in again by a later pattern with '!'?
  bool may_include_below(std::string_view folder) const;
  // Lets `path` in whatever the file says: the Dockerfile is always sent.
  void keep(std::string path) { kept_.push_back(std::move(path)); }

 private:
  struct Pattern {
    std::string text;
    bool negated = false;
  };
  std::vector<Pattern> patterns_;
  std::vector<std::string> kept_;
};

}  // namespace runner
