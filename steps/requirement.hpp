// steps/requirement.hpp -- what a step stands on and a machine may lack, as a built-in action says it for
// `runner doctor`.
#pragma once
#include <string>
#include <vector>

namespace runner {

struct Requirement {
  enum class Kind {
    program,   // name: as in PATH
    engine,    // the Docker Engine
    platform,  // name: what images are built for, "linux/arm64"
    ssh_host,  // name: "host" or "host:port"
    registry,  // name: "ghcr.io", "127.0.0.1:5000"
  } kind = Kind::program;
  std::string name{};
};

}  // namespace runner
