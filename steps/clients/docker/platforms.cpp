#include "steps/clients/docker/platforms.hpp"

#include <array>
#include <set>
#include <utility>

#include <fmt/core.h>

namespace runner {

std::vector<std::string> runnable_platforms(const EngineFacts& engine,
                                            const std::filesystem::path& emulators) {
  static constexpr std::array<std::pair<const char*, const char*>, 9> kNames{{
      {"qemu-aarch64", "linux/arm64"},
      {"qemu-arm", "linux/arm/v7"},
      {"qemu-x86_64", "linux/amd64"},
      {"qemu-i386", "linux/386"},
      {"qemu-ppc64le", "linux/ppc64le"},
      {"qemu-riscv64", "linux/riscv64"},
      {"qemu-s390x", "linux/s390x"},
      {"qemu-mips64", "linux/mips64"},
      {"qemu-mips64el", "linux/mips64le"},
  }};
  const auto native = fmt::format("{}/{}", engine.os, engine.architecture);
  std::set<std::string> others;
  for (const auto& [name, platform] : kNames) {
    std::error_code ignored;
    if (platform != native && std::filesystem::exists(emulators / name, ignored)) others.insert(platform);
  }
  std::vector<std::string> all{native};
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace runner
