#include "runner/cli/values.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "parser/base/error.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// Signals are taken in another thread: Ctrl-C does not end a read() here. False once it was pressed.
bool wait_for_input(int fd, const std::stop_token& cancel) {
  constexpr int kTickMs = 50;
  pollfd waited{fd, POLLIN, 0};
  while (!cancel.stop_requested()) {
    if (::poll(&waited, 1, kTickMs) > 0) return true;
  }
  return false;
}

// Asked on the terminal itself, so that input and output may be redirected; not shown while it is typed.
std::string ask(const std::string& name, const std::stop_token& cancel) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  termios shown{};
  if (fd < 0 || ::tcgetattr(fd, &shown) != 0) {
    throw UsageError("--secret {}: no value: not in the environment, and there is no terminal to ask on",
                     name);
  }
  auto hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(fd, TCSAFLUSH, &hidden);
  const auto prompt = fmt::format("secret {}: ", name);
  [[maybe_unused]] auto written = ::write(fd, prompt.data(), prompt.size());
  std::string value;
  char c = 0;
  while (wait_for_input(fd, cancel) && ::read(fd, &c, 1) == 1 && c != '\n') value += c;
  ::tcsetattr(fd, TCSAFLUSH, &shown);
  written = ::write(fd, "\n", 1);
  ::close(fd);
  if (cancel.stop_requested()) throw UsageError("stopped while asking for the secret {}", name);
  return value;
}

std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0) throw UsageError("{}: expected NAME=VALUE, and there is no name before '='", option);
  if (equals == std::string::npos) throw UsageError("{}: found \"{}\", expected NAME=VALUE", option, text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// From the folder up to the repository's root.
std::vector<fs::path> folders_above(const fs::path& folder) {
  std::vector<fs::path> folders{folder};
  std::error_code error;
  while (!fs::exists(folders.back() / ".git", error)) {
    if (!folders.back().has_relative_path()) return {folder};  // in no repository
    folders.push_back(folders.back().parent_path());
  }
  return folders;
}

class Reader {
 public:
  using Kind = ValueSource::Kind;
  Reader(const Tools& tools, const fs::path& folder, GivenValues& values)
      : tools_(tools), folders_(folders_above(folder)), values_(values) {}

  Pairs default_file(const std::string& name, Kind kind) {
    for (const auto& folder : folders_) {
      if (fs::is_regular_file(folder / name)) return file(folder / name, kind);
    }
    return {};
  }
  Pairs named_file(const std::string& name, Kind kind) {
    const auto path = tools_.directory / name;
    std::error_code error;  // <(a command) is a file too
    if (!fs::exists(path, error) || fs::is_directory(path, error))
      throw UsageError("there is no file {}", path.string());
    return file(path, kind);
  }

  // .secrets.NAME: what a job with `environment: NAME` sees on top.
  void environments(const std::string& base, ValueSet& set, Kind kind) {
    std::set<std::string> found;
    std::error_code error;
    for (const auto& folder : folders_) {
      for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(base + ".") || !entry.is_regular_file() || !found.insert(name).second) continue;
        for (auto& [key, value] : file(entry.path(), kind))
          set.environments[name.substr(base.size() + 1)][key] = value;
      }
    }
  }

 private:
  Pairs file(const fs::path& path, Kind kind) {
    if (kind == Kind::secrets && fs::is_regular_file(path) && readable_by_others(path))
      values_.warnings.push_back(
          fmt::format("other users can read {}: chmod 600 {}", path.string(), path.filename().string()));
    auto pairs = read_dotenv(path);
    ValueSource source{path, kind, pairs};
    if (kind == Kind::secrets || kind == Kind::env) {
      for (auto& pair : source.values) pair.second.clear();
    }
    values_.sources.push_back(std::move(source));
    return pairs;
  }

  const Tools& tools_;
  std::vector<fs::path> folders_;  // the nearest first
  GivenValues& values_;
};

void read_secrets(const RunOptions& options, const Tools& tools, Reader& reader, ValueSet& secrets) {
  constexpr auto kKind = ValueSource::Kind::secrets;
  for (auto& [name, value] : reader.default_file(".secrets", kKind)) secrets.common[name] = value;
  for (const auto& file : options.secret_files) {
    for (auto& [name, value] : reader.named_file(file, kKind)) secrets.common[name] = value;
  }
  for (const auto& text : options.secrets) {
    if (text.find('=') != std::string::npos) {
      auto [name, value] = name_and_value("--secret", text);
      secrets.common[name] = value;
    } else if (const auto own = tools.environment.find(text); own != tools.environment.end()) {
      secrets.common[text] = own->second;
    } else {
      secrets.common[text] = ask(text, tools.interrupts.cancel);
    }
  }
  reader.environments(".secrets", secrets, kKind);
}

void read_variables(const RunOptions& options, Reader& reader, ValueSet& variables) {
  constexpr auto kKind = ValueSource::Kind::variables;
  for (auto& [name, value] : reader.default_file(".vars", kKind)) variables.common[name] = value;
  for (const auto& file : options.variable_files) {
    for (auto& [name, value] : reader.named_file(file, kKind)) variables.common[name] = value;
  }
  for (const auto& text : options.variables) {
    auto [name, value] = name_and_value("--var", text);
    variables.common[name] = value;
  }
  reader.environments(".vars", variables, kKind);
}

void read_env(const RunOptions& options, const Tools& tools, Reader& reader, GivenValues& values) {
  const auto take = [&](const Pairs& pairs, const std::string& file) {
    for (const auto& [name, value] : pairs) values.env[name] = value, values.env_origin[name] = file;
  };
  if (!options.no_env_file) take(reader.default_file(".env", ValueSource::Kind::env), ".env");
  for (const auto& file : options.env_files) take(reader.named_file(file, ValueSource::Kind::env), file);
  for (const auto& text : options.env) {
    auto name = text, value = std::string();
    if (text.find('=') != std::string::npos) {
      std::tie(name, value) = name_and_value("--env", text);
    } else {
      const auto own = tools.environment.find(text);
      if (own == tools.environment.end())
        throw UsageError("--env {}: the environment has no such variable", text);
      value = own->second;
    }
    values.env[name] = value;
    values.env_origin.erase(name);
  }
}

}  // namespace

GivenValues read_values(const RunOptions& options, const Tools& tools, const fs::path& folder) {
  GivenValues values;
  Reader reader(tools, folder, values);
  constexpr auto kInputs = ValueSource::Kind::inputs;
  read_secrets(options, tools, reader, values.secrets);
  read_variables(options, reader, values.variables);
  read_env(options, tools, reader, values);
  for (auto& pair : reader.default_file(".input", kInputs)) values.common_inputs.push_back(std::move(pair));
  for (const auto& file : options.input_files) {
    for (auto& pair : reader.named_file(file, kInputs)) values.inputs.push_back(std::move(pair));
  }
  for (const auto& text : options.inputs) values.inputs.push_back(name_and_value("--input", text));
  return values;
}

}  // namespace runner
