// steps/clients/docker/build/context.hpp -- what a build gets to see: the files of a folder or of a commit,
// filtered by .dockerignore, and the Dockerfile, which need not be one of them. Nothing is copied on the way.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "steps/clients/docker/build/ignore.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/formats/tar_writer.hpp"

namespace runner {

// The context's files as one reader sees them; a second reader opens them anew.
struct ContextFiles {
  // Those that are not ignored, a folder before what is below it, names in order.
  std::function<void(const DockerIgnore&, const std::function<void(const TarEntry&)>&)> list;
  // The bytes of a listed file, as many as its entry says.
  std::function<void(const TarEntry&, const std::function<void(std::string_view)>&)> read;
};

struct BuildContext {
  std::string dockerfile;  // its name in the context; one that nothing there has when it lies outside
  std::string dockerfile_text;
  bool dockerfile_outside = false;
  bool rewritten = false;                        // dockerfile_text is not what the file holds
  std::optional<std::string> ignore_text{};      // .dockerignore
  std::optional<std::string> own_ignore_text{};  // <Dockerfile>.dockerignore, which beats it
  std::function<ContextFiles()> open{};          // empty: the engine fetches the context
  DockerIgnore ignore() const { return DockerIgnore(own_ignore_text.value_or(ignore_text.value_or(""))); }
};

// `dockerfile`: its path; empty: Dockerfile, or dockerfile, in the folder. It may lie outside. Throws Error
// with the original's texts: failed to read dockerfile, no permission to read.
BuildContext folder_context(const std::filesystem::path& folder, const std::filesystem::path& dockerfile);

// The files of a commit below `folder` ("" for all), never those of the work tree. `dockerfile` is relative
// to it.
BuildContext commit_context(const Repository& repository, const std::string& sha, const std::string& folder,
                            const std::string& dockerfile);

}  // namespace runner
