// runner/place/node.hpp -- the Node.js that runs JavaScript actions (execution.md 8.4).
#pragma once
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "steps/system/environment.hpp"

namespace runner {

// Looked for once, when it is asked for first: no step can change it.
class NodeProgram {
 public:
  // `given` (--node) when it is not empty; else the first on PATH; else the newest that a version manager of
  // the user or the tool cache has.
  NodeProgram(std::string given, Environment env, std::filesystem::path user_home)
      : given_(std::move(given)), env_(std::move(env)), home_(std::move(user_home)) {}

  const std::optional<std::string>& path() const;
  // What to do where there is none: "a/b@v1 needs Node.js ...".
  std::string missing(const std::string& uses) const;

 private:
  std::string given_;
  Environment env_;
  std::filesystem::path home_;
  mutable std::once_flag once_;
  mutable std::optional<std::string> path_;
};

}  // namespace runner
