// steps/clients/docker/build/status.hpp -- BuildKit's reports about a build as values. The numbers of the
// fields are those of its StatusResponse.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct BuildVertex {  // one operation of the build
  std::string digest, name, error;
  bool cached = false;
  std::optional<double> started, completed;  // seconds since 1970
};

struct VertexStatus {  // something counted within it: a layer on its way
  std::string id, vertex;
  uint64_t current = 0, total = 0;
  std::optional<double> started, completed;
};

struct VertexLog {
  std::string vertex, text;
  double time = 0;
};

struct VertexWarning {
  std::string vertex, text;
};

struct BuildStatus {
  std::vector<BuildVertex> vertexes;
  std::vector<VertexStatus> statuses;
  std::vector<VertexLog> logs;
  std::vector<VertexWarning> warnings;
};

BuildStatus read_build_status(std::string_view message);  // throws Error for one that is damaged

}  // namespace runner
