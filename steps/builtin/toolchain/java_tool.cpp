#include "steps/builtin/toolchain/java_tool.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/version_range.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

struct Vendor {
  std::string_view word;  // in the line IMPLEMENTOR
  std::string_view distribution;
};
constexpr Vendor kVendors[] = {{"adoptium", "temurin"},
                               {"adoptopenjdk", "adopt"},
                               {"azul", "zulu"},
                               {"amazon", "corretto"},
                               {"microsoft", "microsoft"},
                               {"bellsoft", "liberica"},
                               {"international business", "semeru"},
                               {"ibm", "semeru"},
                               {"graalvm community", "graalvm-community"},
                               {"graalvm", "graalvm"},
                               {"oracle", "oracle"},
                               {"sap", "sapmachine"},
                               {"alibaba", "dragonwell"},
                               {"jetbrains", "jetbrains"},
                               {"tencent", "kona"}};

constexpr ToolPlace kPlaces[] = {
    {"SDKMAN", "SDKMAN_DIR", "~/.sdkman", "candidates/java", "sdk install java {}-tem"},
    {"~/.jdks", "", "~/.jdks", "."},
    {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/java", "mise install java@temurin-{}"},
    {"asdf", "ASDF_DATA_DIR", "~/.asdf", "installs/java", "asdf install java latest:temurin-{}"},
    {"jabba", "JABBA_HOME", "~/.jabba", "jdk", "jabba install temurin@{}"},
    {"/usr/lib/jvm", "", "/usr/lib/jvm", "."},
    {"/opt/java", "", "/opt/java", "."}};

std::string release_value(std::string_view text, std::string_view name) {
  for (const auto line : split_lines(text)) {
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && line.substr(0, equals) == name)
      return replace_all(std::string(trim(line.substr(equals + 1))), "\"", "");
  }
  return {};
}

// 1.8.0_392 is 8.0.392; 11.0.3.1 is 11.0.3+1; 25 is 25.0.0.
std::optional<SemanticVersion> java_version(std::string text, std::string_view runtime) {
  if (text.starts_with("1.")) text = replace_all(text.substr(2), "_", ".");
  text = replace_all(std::move(text), "_", ".");
  if (text.starts_with("8.0.")) text = "8.0." + text.substr(text.rfind('.') + 1);
  const auto early = text.find("-ea") != std::string::npos || runtime.find("-ea") != std::string_view::npos;
  auto version = find_version(text.substr(0, text.find('-')));
  if (!version) return {};
  const auto parts = split(text, '.');
  if (parts.size() > 3) version->build = {std::string(parts[3])};
  if (const auto plus = runtime.find('+'); plus != std::string_view::npos && version->build.empty()) {
    const auto build = runtime.substr(plus + 1);
    version->build = {
        std::string(build.substr(0, std::min(build.find_first_not_of("0123456789"), build.size())))};
  }
  if (early) version->prerelease = {"ea"};
  return version;
}

std::string distribution_of(const std::string& implementor) {
  const auto name = lower(implementor);
  for (const auto& vendor : kVendors) {
    if (name.find(vendor.word) != std::string::npos) return std::string(vendor.distribution);
  }
  return implementor.empty() ? "unknown" : implementor;
}

std::optional<Jdk> read_jdk(const fs::path& home, std::string_view from) {
  std::error_code error;
  if (!fs::exists(home / "bin/java", error) || !fs::exists(home / "release", error)) return {};
  const auto text = read_file(home / "release");
  const auto runtime = release_value(text, "JAVA_RUNTIME_VERSION");
  const auto version = java_version(release_value(text, "JAVA_VERSION"), runtime);
  if (!version) return {};
  return Jdk{*version, distribution_of(release_value(text, "IMPLEMENTOR")), fs::canonical(home, error),
             std::string(from), fs::exists(home / "bin/javac", error)};
}

class JdkSearch {
 public:
  explicit JdkSearch(const Surroundings& around) : around_(around) {}
  std::vector<Jdk> find() {
    for (const auto* variable : {"RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"})
      look_in_tool_cache(env_value(around_.env, variable));
    look_in_tool_cache("/opt/hostedtoolcache");
    for (const auto& place : kPlaces) {
      const auto folder = folder_of(place, around_);
      if (!folder.empty()) look_below((folder / place.programs).lexically_normal(), place.manager);
    }
    for (const auto& [name, value] : around_.env) {
      if (name.starts_with("JAVA_HOME")) add(value, name);
    }
    look_in_path();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.version > b.version; });
    return std::move(found_);
  }

 private:
  void look_in_tool_cache(const fs::path& cache) {
    std::error_code error;
    for (const auto& kind : fs::directory_iterator(cache, error)) {
      if (!kind.path().filename().string().starts_with("Java_")) continue;
      for (const auto& version : fs::directory_iterator(kind.path(), error)) {
        const auto folder = version.path() / machine_architecture();
        if (fs::exists(folder.string() + ".complete", error)) add(folder, "the tool cache");
      }
    }
  }
  void look_below(const fs::path& folder, std::string_view from) {
    std::error_code error;
    std::vector<fs::path> homes;
    for (const auto& entry : fs::directory_iterator(folder, error)) homes.push_back(entry.path());
    std::sort(homes.begin(), homes.end());
    for (const auto& home : homes) add(home, from);
  }
  void look_in_path() {
    const auto path = path_of(around_.env);
    for (const auto folder : split(path, ':')) {
      std::error_code error;
      const auto java = fs::canonical(fs::path(folder) / "java", error);
      if (!error) add(java.parent_path().parent_path(), "PATH");
    }
  }
  void add(const fs::path& home, std::string_view from) {
    auto jdk = read_jdk(home, from);
    if (jdk && known_.insert(jdk->home).second) found_.push_back(std::move(*jdk));
  }

  const Surroundings& around_;
  std::set<fs::path> known_;
  std::vector<Jdk> found_;
};

std::string wanted_text(const JavaRequest& request) {
  return (request.distribution.empty() ? "" : request.distribution + " ") + request.version +
         (request.compiler ? "" : " (a JRE will do)");
}

// Temurin's lists call the build 11 "11.0.LTS" or "11.0".
std::vector<std::string> build_number(std::vector<std::string> build) {
  if (build.size() > 1 && lower(build.back()) == "lts") build.pop_back();
  if (build.size() > 1 && build.back() == "0") build.pop_back();
  return build;
}

bool fits(const JavaRequest& request, const Jdk& jdk) {
  if (request.compiler && !jdk.compiler) return false;
  auto text = lower(request.version);
  const bool early = text.ends_with("-ea");
  if (early) text.resize(text.size() - 3);
  if (early != !jdk.version.prerelease.empty()) return false;
  if (text == "latest") return true;
  const auto exact = parse_semantic_version(text);
  auto version = jdk.version;
  version.prerelease.clear();
  if (exact && !exact->build.empty())
    return *exact == version && build_number(exact->build) == build_number(version.build);
  return VersionRange::parse(text)->contains(version);
}

}  // namespace

std::vector<Jdk> installed_jdks(const Surroundings& around) { return JdkSearch(around).find(); }

std::optional<Jdk> choose_jdk(const JavaRequest& request, const std::vector<Jdk>& found) {
  auto text = lower(request.version);
  if (text.ends_with("-ea")) text.resize(text.size() - 3);
  if (text != "latest" && !VersionRange::parse(text))
    throw InputError(
        fmt::format("The version specified is not valid: java-version \"{}\" is neither a version, as 17 "
                    "or 17.0.3+7, nor a range of them",
                    request.version));
  const Jdk* other = nullptr;
  for (const auto& jdk : found) {
    if (!fits(request, jdk)) continue;
    if (request.distribution.empty() || jdk.distribution == request.distribution) return jdk;
    if (other == nullptr) other = &jdk;
  }
  return other == nullptr ? std::nullopt : std::optional(*other);
}

std::string jdk_missing(const JavaRequest& request, const std::vector<Jdk>& found,
                        const Surroundings& around) {
  std::string list, command = "apt-get install openjdk-{}-jdk-headless, or sdk install java (SDKMAN)";
  for (const auto& jdk : found) {
    list += fmt::format("{}{} {}{} ({})", list.empty() ? "" : ", ", jdk.distribution, jdk.version.full_text(),
                        jdk.compiler ? "" : " without a compiler", jdk.home.string());
  }
  std::string looked = "the tool cache";
  for (const auto& place : kPlaces) {
    looked += fmt::format(", {}", place.manager);
    std::error_code error;
    if (!place.command.empty() && command.starts_with("apt") &&
        fs::is_directory(folder_of(place, around), error))
      command = place.command;
  }
  const auto version = find_version(request.version);
  return fmt::format(
      "Java {} is not on this machine. Found: {}. Looked in: {}, JAVA_HOME, PATH. Get it with: {}",
      wanted_text(request), list.empty() ? "none" : list, looked,
      replace_all(std::move(command), "{}", version ? std::to_string(version->major()) : "21"));
}

const std::vector<std::string>& java_distributions() {
  static const std::vector<std::string> all{
      "temurin",           "zulu",   "adopt",  "adopt-hotspot", "adopt-openj9", "liberica",   "microsoft",
      "corretto",          "semeru", "oracle", "graalvm",       "dragonwell",   "sapmachine", "jetbrains",
      "graalvm-community", "kona",   "jdkfile"};
  return all;
}

}  // namespace runner
