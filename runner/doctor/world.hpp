// runner/doctor/world.hpp -- what `runner doctor` asks of the machine. The real one is made by
// system_world(); tests have their own. Only reads.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/order/request.hpp"
#include "steps/system/http.hpp"

namespace runner {

struct EngineReport {
  std::string error;  // why it cannot be used; empty: it answers
  std::string address, version, os, architecture;
  bool buildkit = false;                // offers the newer builder
  std::vector<std::string> emulated{};  // further platforms the kernel hands to an emulator
};

struct FolderReport {
  bool exists = false, writable = false, open_to_others = false;
  uint64_t free_bytes = 0;  // of its file system, or that of the nearest folder above that exists
};

class DoctorWorld {
 public:
  virtual ~DoctorWorld() = default;
  virtual std::optional<std::string> find_program(const std::string& name) const = 0;
  // The first line of what a program says of its version; "" when it fails.
  virtual std::string version_line(const std::vector<std::string>& command) const = 0;
  virtual bool has_docker_plugin(const std::string& name) const = 0;  // docker-buildx, docker-compose
  virtual EngineReport engine() const = 0;
  virtual FolderReport folder(const std::filesystem::path& path) const = 0;
  // "" when something listens; else why not. `banner`: it must say that it speaks ssh.
  virtual std::string connect(const std::string& host, int port, bool banner) const = 0;
  virtual std::optional<std::string> read(const std::filesystem::path& file) const = 0;
};

std::unique_ptr<DoctorWorld> system_world(const Environment& environment, const Folders& folders, Http& http);

}  // namespace runner
