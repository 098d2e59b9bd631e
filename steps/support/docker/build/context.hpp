// steps/support/docker/build/context.hpp -- what a build gets to see: the Dockerfile, and a tar of a folder
// or of a commit, filtered by .dockerignore. Nothing is copied on the way.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "steps/support/repository.hpp"
#include "steps/support/tar_writer.hpp"

namespace runner {

struct BuildContext {
  std::string dockerfile;  // its name inside the tar
  std::string dockerfile_text;
  bool rewritten = false;  // dockerfile_text goes along in place of what the file holds
  // Classic builders take out of a context what .dockerignore lists: so they can be kept from copying an
  // added Dockerfile into images. BuildKit takes out nothing.
  bool hide_added_dockerfile = true;
  std::function<void(TarWriter&, const BuildContext&)> content{};  // empty: the engine fetches the context

  void write(TarWriter& tar) const { content(tar, *this); }  // everything but the tar's end
};

// `dockerfile`: its path; empty: Dockerfile, or dockerfile, in the folder. It may lie outside. Throws Error
// with the original's texts: failed to read dockerfile, no permission to read.
BuildContext folder_context(const std::filesystem::path& folder, const std::filesystem::path& dockerfile);

// The files of a commit below `folder` ("" for all), never those of the work tree. `dockerfile` is relative
// to it.
BuildContext commit_context(const Repository& repository, const std::string& sha, const std::string& folder,
                            const std::string& dockerfile);

}  // namespace runner
