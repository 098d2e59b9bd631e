// steps/clients/docker/platforms.hpp -- which platforms this machine runs besides its own, by emulation.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "steps/clients/docker/engine.hpp"

namespace runner {

inline const std::filesystem::path kEmulators = "/proc/sys/fs/binfmt_misc";

// The engine's own first, then what the kernel hands to an emulator, sorted.
std::vector<std::string> runnable_platforms(const EngineFacts& engine,
                                            const std::filesystem::path& emulators = kEmulators);

}  // namespace runner
