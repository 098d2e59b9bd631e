// The machine itself, looked at.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "runner/doctor/world.hpp"
#include "runner/report/log_text.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/platforms.hpp"
#include "steps/clients/ssh/dial.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLongest{5};

// The first bytes a server sends, up to its line end.
std::string read_banner(int fd, Waiter& waiter, Instant until) {
  std::string text;
  while (text.find('\n') == std::string::npos && text.size() < 4096) {
    if (!waiter.wait(fd, POLLIN, until)) return "it says nothing";
    char bytes[256];
    const auto count = ::recv(fd, bytes, sizeof bytes, 0);
    if (count <= 0) return "it closes the connection at once";
    text.append(bytes, static_cast<size_t>(count));
  }
  if (text.find("SSH-") != std::string::npos) return "";
  return fmt::format("it does not speak ssh, but says \"{}\"", one_line(to_valid_utf8(text.substr(0, 60))));
}

HttpResponse get(DockerEngine& engine, const char* path) {
  return engine.send({.method = "GET", .path = path, .headers = {}, .body = "", .read_body = {}});
}

class SystemWorld : public DoctorWorld {
 public:
  SystemWorld(Environment environment, Folders folders, Http& http)
      : environment_(std::move(environment)), folders_(std::move(folders)), http_(http) {}

  std::optional<std::string> find_program(const std::string& name) const override {
    return runner::find_program(name, path_of(environment_), "/");
  }

  std::string version_line(const std::vector<std::string>& command) const override {
    try {
      const auto done = capture({.argv = command, .env = environment_, .cwd = "/"}, {});
      return done.code == 0 ? one_line(first_line(done.out.empty() ? done.err : done.out)) : "";
    } catch (const Error&) {
      return "";
    }
  }

  bool has_docker_plugin(const std::string& name) const override {
    std::error_code error;
    for (const fs::path& folder :
         {folders_.user_home / ".docker/cli-plugins", fs::path("/usr/local/lib/docker/cli-plugins"),
          fs::path("/usr/local/libexec/docker/cli-plugins"), fs::path("/usr/lib/docker/cli-plugins"),
          fs::path("/usr/libexec/docker/cli-plugins")}) {
      if (fs::exists(folder / name, error)) return true;
    }
    return false;
  }

  EngineReport engine() const override {
    EngineReport report;
    try {
      const DockerUser user{environment_, folders_.user_home, folders_.user_home, {}};
      auto engine = docker_engine(user, http_, docker_config(user));
      report.address = engine.address().text;
      report.os = engine.facts().os, report.architecture = engine.facts().architecture;
      const auto version = read_json(get(engine, "/version").body);
      report.version = version.is_object() ? version.value("Version", "") : "";
      // "1": the classic builder is the default, "2": BuildKit is; no header: there is no choice
      const auto ping = get(engine, "/_ping");
      report.buildkit = !ping.header("Builder-Version").empty();
      report.emulated = runnable_platforms(engine.facts());
      report.emulated.erase(report.emulated.begin());  // its own
    } catch (const std::exception& error) {
      report.error = one_line(error.what());
    }
    return report;
  }

  FolderReport folder(const fs::path& path) const override {
    FolderReport report;
    struct stat facts {};
    report.exists = ::stat(path.c_str(), &facts) == 0;
    report.writable = report.exists && ::access(path.c_str(), W_OK | X_OK) == 0;
    report.open_to_others = report.exists && (facts.st_mode & 077) != 0;
    auto nearest = path;
    std::error_code error;
    while (!fs::exists(nearest, error) && nearest.has_relative_path()) nearest = nearest.parent_path();
    struct statvfs room {};
    if (::statvfs(nearest.c_str(), &room) == 0)
      report.free_bytes = static_cast<uint64_t>(room.f_bavail) * room.f_frsize;
    return report;
  }

  std::string connect(const std::string& host, int port, bool banner) const override {
    try {
      Waiter waiter{std::stop_token()};
      const auto until = std::chrono::steady_clock::now() + kLongest;
      const auto fd = dial({host, port}, IpVersion::any, until, waiter);
      return banner ? read_banner(fd.get(), waiter, until) : "";
    } catch (const Error& error) {
      return error.what();
    }
  }

  std::optional<std::string> read(const fs::path& file) const override {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return {};
    try {
      return read_file(file);
    } catch (const Error&) {
      return {};
    }
  }

 private:
  Environment environment_;
  Folders folders_;
  Http& http_;
};

}  // namespace

std::unique_ptr<DoctorWorld> system_world(const Environment& environment, const Folders& folders,
                                          Http& http) {
  return std::make_unique<SystemWorld>(environment, folders, http);
}

}  // namespace runner
