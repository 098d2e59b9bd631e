#include "steps/builtin/toolchain/installed.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/system/environment.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

// The tool cache of hosted runners: complete only with the mark beside the folder.
constexpr ToolPlace kToolCaches[] = {{"the tool cache", "RUNNER_TOOL_CACHE", "", ""},
                                     {"the tool cache", "AGENT_TOOLSDIRECTORY", "/opt/hostedtoolcache", ""}};

// Programs of all kinds are here: such a folder cannot go in front of PATH for one of them.
constexpr std::string_view kSharedFolders[] = {
    "/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin", "/usr/local/sbin", "/snap/bin", "/opt/bin"};

bool is_program(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::end(at); at.increment(error))
    entries.push_back(at->path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

// "*", "go*", "cpython-*", "python3.*": a single star.
bool fits(std::string_view pattern, std::string_view name) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const auto head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

class Search {
 public:
  Search(const ToolKind& kind, const Surroundings& around) : kind_(kind), around_(around) {}

  std::vector<InstalledTool> find() {
    for (const auto& cache : kToolCaches) look_in_tool_cache(cache);
    for (const auto& place : kind_.places) look_in_place(place);
    const auto path = path_of(around_.env);
    for (const auto folder : split(path, ':')) look_in_path(folder);
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.version > b.version; });
    return std::move(found_);
  }

 private:
  void look_in_tool_cache(const ToolPlace& cache) {
    const auto root = folder_of(cache, around_);
    if (root.empty() || kind_.cached_as.empty()) return;
    for (const auto& version : sorted_entries(root / kind_.cached_as)) {
      const auto folder = version / machine_architecture();
      std::error_code error;
      if (!fs::exists(folder.string() + ".complete", error)) continue;
      if (!add_from(folder / "bin", version.filename().string(), cache.manager))
        add_from(folder, version.filename().string(), cache.manager);
    }
  }

  void look_in_place(const ToolPlace& place) {
    const auto root = folder_of(place, around_);
    if (root.empty()) return;
    look_below(root, fs::path(place.programs), place.manager);
  }

  void look_below(const fs::path& root, const fs::path& pattern, std::string_view manager) {
    fs::path before = root, after;
    std::string star;
    for (const auto& part : pattern) {
      if (star.empty() && part.string().find('*') != std::string::npos)
        star = part.string();
      else if (star.empty())
        before /= part;
      else
        after /= part;
    }
    if (star.empty()) {
      add_from(before, "", manager);
      return;
    }
    for (const auto& version : sorted_entries(before)) {
      if (fits(star, version.filename().string()))
        add_from(version / after, version.filename().string(), manager);
    }
  }

  void look_in_path(std::string_view name) {
    if (name.empty() || !name.starts_with('/')) return;
    const fs::path folder(name);
    // what stands for a program here is a version manager, whose versions are found in its own place
    if (folder.filename() == "shims" || name.ends_with("/.volta/bin")) return;
    if (!searched_.insert(folder.lexically_normal()).second) return;
    for (const auto& program : kind_.programs) {
      if (program.find('*') == std::string_view::npos) {
        add(folder / program, "", "PATH");
        continue;
      }
      for (const auto& file : sorted_entries(folder)) {
        const auto file_name = file.filename().string();
        // python3.11, not python3.11-config
        if (fits(program, file_name) &&
            file_name.find_first_not_of("0123456789.", program.size() - 1) == std::string::npos)
          add(file, "", "PATH");
      }
    }
  }

  bool add_from(const fs::path& folder, const std::string& version, std::string_view from) {
    return std::any_of(kind_.programs.begin(), kind_.programs.end(),
                       [&](const auto& program) { return add(folder / program, version, from); });
  }

  bool add(const fs::path& file, const std::string& folder_name, std::string_view from) {
    if (!is_program(file)) return false;
    std::error_code error;
    const auto program = fs::canonical(file, error);
    if (error) return false;
    const auto folder = fs::canonical(file.parent_path(), error);
    if (!known_.insert(program).second) return true;
    const auto version = version_of(file, folder_name);
    if (!version) return false;
    InstalledTool tool{*version, folder.filename() == "bin" ? folder.parent_path() : folder, file,
                       std::string(from)};
    tool.program = folder / file.filename();
    tool.shared = std::find(std::begin(kSharedFolders), std::end(kSharedFolders), folder.string()) !=
                      std::end(kSharedFolders) ||
                  folder == around_.user_home / ".local/bin" || folder == around_.user_home / "bin";
    found_.push_back(std::move(tool));
    return true;
  }

  // A folder's name tells it when it is a whole version; else the program must.
  std::optional<SemanticVersion> version_of(const fs::path& program, const std::string& folder_name) const {
    int parts = 0;
    const auto plain = std::string_view(folder_name).substr(0, folder_name.find("-linux"));
    if (auto version = find_version(plain, &parts); version && parts == 3) return version;
    std::vector<std::string> argv{program.string()};
    argv.insert(argv.end(), kind_.ask.begin(), kind_.ask.end());
    return find_version(ask_tool(std::move(argv), around_));
  }

  const ToolKind& kind_;
  const Surroundings& around_;
  std::set<fs::path> known_, searched_;
  std::vector<InstalledTool> found_;
};

std::string list_of(const std::vector<InstalledTool>& tools) {
  std::string list;
  for (const auto& tool : tools) {
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", tool.version.full_text(),
                        tool.from == "PATH" ? tool.program.parent_path().string() : tool.from);
  }
  return list.empty() ? "none" : list;
}

std::string looked_in(const ToolKind& kind) {
  std::string list = "PATH, the tool cache";
  std::set<std::string_view> named;
  for (const auto& place : kind.places) {
    if (named.insert(place.manager).second) list += fmt::format(", {}", place.manager);
  }
  return list;
}

// That of a manager which is here, else the one for everybody.
std::string_view command_for(const ToolKind& kind, const Surroundings& around) {
  for (const auto& place : kind.places) {
    std::error_code error;
    const auto folder = folder_of(place, around);
    if (!place.command.empty() && !folder.empty() && fs::is_directory(folder, error)) return place.command;
  }
  return kind.command;
}

}  // namespace

Surroundings surroundings_of(const StepHost& host) {
  return {host.env(), host.user_home(), host.workspace(), host.stop()};
}

Surroundings surroundings_of(const StepInputs& inputs) {
  return {inputs.env(), env_value(inputs.env(), "HOME"), "/", {}};
}

fs::path folder_of(const ToolPlace& place, const Surroundings& around) {
  if (!place.variable.empty()) {
    if (const auto folder = env_value(around.env, place.variable); !folder.empty()) return folder;
  }
  if (!place.folder.starts_with('~')) return place.folder;
  if (around.user_home.empty()) return {};
  return around.user_home / place.folder.substr(2);
}

std::vector<InstalledTool> installed_tools(const ToolKind& kind, const Surroundings& around) {
  return Search(kind, around).find();
}

std::string tool_missing(const ToolKind& kind, std::string_view wanted, const std::string& version_to_get,
                         const std::vector<InstalledTool>& found, const Surroundings& around) {
  return fmt::format("{} {} is not on this machine. Found: {}. Looked in: {}. Get it with: {}", kind.name,
                     wanted, list_of(found), looked_in(kind),
                     replace_all(std::string(command_for(kind, around)), "{}", version_to_get));
}

std::string machine_architecture() {
  utsname machine{};
  ::uname(&machine);
  return std::string_view(machine.machine) == "aarch64" ? "arm64" : "x64";
}

void check_architecture(std::string_view wanted) {
  auto name = lower(wanted);
  if (name == "amd64" || name == "x86_64") name = "x64";
  if (name == "aarch64") name = "arm64";
  if (name.empty() || name == machine_architecture()) return;
  throw InputError(
      fmt::format("architecture: {} asked for, and this machine is {}", wanted, machine_architecture()));
}

}  // namespace runner
