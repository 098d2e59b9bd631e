// steps/clients/docker/build/file_sync.hpp -- hands BuildKit a build's files in the session: the context, and
// beside it the Dockerfile, which so is in no image unless the context has it.
#pragma once
#include <string>

#include "steps/clients/docker/build/context.hpp"
#include "steps/clients/docker/build/grpc_server.hpp"

namespace runner {

// The method's name among GrpcMethods.
inline constexpr const char* kFileSyncMethod = "/moby.filesync.v1.FileSync/DiffCopy";

// `context` must outlive the session. May be called by several threads at a time.
GrpcExchange file_sync(const BuildContext& context);

std::string synced_dockerfile(const BuildContext& context);  // dockerfile= of POST /build

}  // namespace runner
