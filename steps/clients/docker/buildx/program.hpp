// steps/clients/docker/buildx/program.hpp -- the program `docker buildx`, where it is installed. What it is
// asked to do is known to those who call it.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"
#include "steps/system/process.hpp"

namespace runner {

class Buildx {
 public:
  using LineSink = std::function<void(Stream stream, std::string_view line)>;

  // Nothing where `docker buildx version` does not answer.
  static std::optional<Buildx> find(Environment env, std::filesystem::path folder, std::stop_token stop);
  // With the job's own docker configuration, so that no builder is left in the user's.
  static std::optional<Buildx> find(StepHost& host);

  const Environment& env() const { return env_; }
  // `docker buildx ARGUMENTS...`: its exit code. `more` is added to the environment. Throws Error when the
  // program cannot be started.
  int run(const std::vector<std::string>& arguments, const LineSink& line,
          const Environment& more = {}) const;

 private:
  Buildx() = default;

  std::string program_;
  Environment env_;
  std::filesystem::path folder_;
  std::stop_token stop_;
};

}  // namespace runner
