// actions/setup-java: JAVA_HOME and PATH lead to a JDK on this machine; Maven's settings; the caches of
// Maven, Gradle and sbt.
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/toolchain/java_tool.hpp"
#include "steps/builtin/toolchain/maven_files.hpp"
#include "steps/builtin/toolchain/version_files.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace setup_java_action {
namespace {

namespace fs = std::filesystem;

struct BuildTool {
  std::string_view name;
  std::vector<std::string> paths;
  std::string files;  // what the key is made of
};
const std::vector<BuildTool>& build_tools() {
  static const std::vector<BuildTool> all{
      {"maven", {"~/.m2/repository"}, "**/pom.xml"},
      {"gradle",
       {"~/.gradle/caches", "~/.gradle/wrapper"},
       "**/*.gradle*\n**/gradle-wrapper.properties\nbuildSrc/**/Versions.kt\nbuildSrc/**/Dependencies.kt\n"
       "gradle/*.versions.toml\n**/versions.properties"},
      {"sbt",
       {"~/.ivy2/cache", "~/.sbt", "~/.cache/coursier", "!~/.sbt/*.lock", "!~/**/ivydata-*.properties"},
       "**/*.sbt\n**/project/build.properties\n**/project/**.scala\n**/project/**.sbt"}};
  return all;
}

JavaRequest request_of(const StepInputs& inputs, std::string version) {
  JavaRequest request{std::move(version), lower(inputs.input("distribution"))};
  if (request.distribution == "adopt-openj9") request.distribution = "semeru";  // their names since 2021
  if (request.distribution.starts_with("adopt")) request.distribution = "temurin";
  request.compiler = !inputs.input("java-package").starts_with("jre");
  return request;
}

std::vector<JavaRequest> wanted(StepHost& host) {
  auto versions = line_inputs(host, "java-version");
  if (versions.empty()) versions = line_inputs(host, "version");
  std::vector<JavaRequest> requests;
  for (auto& version : versions) requests.push_back(request_of(host, std::move(version)));
  if (!requests.empty()) return requests;
  const auto name = host.input("java-version-file");
  if (name.empty()) throw InputError("java-version or java-version-file input expected");
  const auto file = host.workspace() / name;
  if (!fs::exists(file))
    throw InputError(fmt::format("The specified java version file: {} does not exist", name));
  auto request = request_of(host, "");
  const auto told = java_in_file(file.filename().string(), read_file(file), request.distribution);
  request.version = told.version;
  // from v5 on what the file tells counts
  if (!told.distribution.empty() && (request.distribution.empty() || host.version().at_least(5)))
    request.distribution = told.distribution;
  if (request.version.empty())
    throw InputError(fmt::format("No supported version was found in file {}", name));
  return {request};
}

// "JAVA_HOME_17_X64"
std::string numbered_home(const Jdk& jdk) {
  return fmt::format("JAVA_HOME_{}_{}", jdk.version.major(), upper(machine_architecture()));
}

Jdk use_java(StepHost& host, const JavaRequest& request, const std::vector<Jdk>& found,
             const Surroundings& around) {
  const auto jdk = choose_jdk(request, found);
  if (!jdk) throw InputError(jdk_missing(request, found, around));
  if (!request.distribution.empty() && jdk->distribution != request.distribution) {
    host.notice(fmt::format("There is no {} {} on this machine: the JDK of {}, {} in {}, stands in",
                            request.distribution, request.version, jdk->distribution,
                            jdk->version.full_text(), jdk->home.string()));
  }
  host.log(fmt::format("Java {} of {} from {} ({})", jdk->version.full_text(), jdk->distribution, jdk->from,
                       jdk->home.string()));
  host.set_env(numbered_home(*jdk), jdk->home.string());
  if (boolean_input(host, "set-default")) {
    host.set_env("JAVA_HOME", jdk->home.string());
    host.add_path((jdk->home / "bin").string());
  }
  const auto asked = host.input("distribution");
  const bool of_file = request.distribution != request_of(host, "").distribution;
  host.set_output("distribution", of_file ? request.distribution : asked.empty() ? jdk->distribution : asked);
  host.set_output("path", jdk->home.string());
  host.set_output("version", jdk->version.full_text());
  host.note("Java " + jdk->version.full_text());
  return *jdk;
}

fs::path maven_folder(const StepHost& host) {
  const auto path = host.input("settings-path");
  return path.empty() ? fs::path(env_value(host.env(), "HOME")) / ".m2" : host.workspace() / path;
}

// Of --host-home: the user's own settings are only replaced by a workflow that asks for a server.
bool is_own_settings(const StepHost& host, const fs::path& file) {
  return fs::exists(file) && file.parent_path() == host.user_home() / ".m2" && !host.given("server-id") &&
         !host.given("settings-path");
}

std::string either(const StepHost& host, std::string_view name, std::string_view old_name) {
  auto value = host.input(name);
  return value.empty() ? host.input(old_name) : value;
}

void write_settings(StepHost& host) {
  const auto folder = maven_folder(host), file = folder / "settings.xml";
  if (is_own_settings(host, file) || (fs::exists(file) && !boolean_input(host, "overwrite-settings"))) {
    return host.log("Skipping generation " + file.string() +
                    " because file already exists and overwriting is not requested");
  }
  auto username = either(host, "server-username-env-var", "server-username");
  auto password = either(host, "server-password-env-var", "server-password");
  if (username.empty()) username = "GITHUB_ACTOR";
  if (password.empty()) password = "GITHUB_TOKEN";
  fs::create_directories(folder);
  replace_private_file(file, maven_settings({host.input("server-id"), username, password}));
  host.log(fmt::format("Writing {} for server-id {}: username ${}, password ${}", file.string(),
                       host.input("server-id"), username, password));
}

void write_toolchain(StepHost& host, const JavaRequest& request, const Jdk& jdk, const std::string& id) {
  const auto folder = maven_folder(host), file = folder / "toolchains.xml";
  // of --host-home: the user's own file is only changed by a workflow that names the entry
  const bool named =
      host.given("mvn-toolchain-id") || host.given("mvn-toolchain-vendor") || host.given("settings-path");
  if (folder == host.user_home() / ".m2" && !named) return;
  auto vendor = host.input("mvn-toolchain-vendor");
  if (vendor.empty()) vendor = request.distribution.empty() ? jdk.distribution : request.distribution;
  fs::create_directories(folder);
  const auto before = fs::exists(file) ? read_file(file) : "";
  replace_private_file(
      file, maven_toolchains(before, {request.version, vendor,
                                      id.empty() ? vendor + "_" + request.version : id, jdk.home.string()}));
}

void restore(StepHost& host, const std::string& name) {
  const auto tool = std::find_if(build_tools().begin(), build_tools().end(),
                                 [&](const auto& item) { return item.name == name; });
  if (tool == build_tools().end()) throw InputError("unknown package manager specified: " + name);
  auto files = host.raw_input("cache-dependency-path");
  if (trim(files).empty()) files = tool->files;
  const auto hash =
      hash_files(host.workspace(), {files}, {.home = env_value(host.env(), "HOME"), .stop = host.stop()});
  if (hash.empty()) {
    throw InputError(
        fmt::format("No file in {} matched to [{}], make sure you have checked out the target repository",
                    host.workspace().string(), replace_all(std::string(trim(files)), "\n", ",")));
  }
  auto paths = line_inputs(host, "cache-path");
  if (paths.empty()) paths = tool->paths;
  ManagedCache cache{.manager = name, .request = {.paths = std::move(paths), .key = {}}};
  cache.request.key = fmt::format("setup-java-Linux-{}-{}-{}", machine_architecture(), name, hash);
  restore_managed_cache(host, cache);
  host.set_output("cache-primary-key", cache.request.key);
}

void refuse(const StepHost& host) {
  if (lower(host.input("distribution")) == "jdkfile" || !host.input("jdkFile").empty() ||
      !host.input("jdk-file").empty())
    throw InputError(
        "distribution jdkfile is not done here: unpack the JDK below ~/.jdks, and name its distribution");
  if (!host.input("gpg-private-key").empty())
    throw InputError(
        "gpg-private-key is not done here: import the key in a step of its own, with gpg --batch --import");
}

StepResult run(StepHost& host) {
  refuse(host);
  if (host.input("distribution").empty() && host.version().at_least(2) &&
      host.input("java-version-file").empty())
    throw InputError("Input required and not supplied: distribution");
  check_architecture(host.input("architecture"));
  const auto around = surroundings_of(host);
  const auto requests = wanted(host);
  const auto ids = line_inputs(host, "mvn-toolchain-id");
  if (!ids.empty() && ids.size() != requests.size())
    throw InputError(
        fmt::format("mvn-toolchain-id has {} lines, and java-version {}", ids.size(), requests.size()));
  const auto found = installed_jdks(around);
  for (size_t at = 0; at < requests.size(); ++at) {
    const auto jdk = use_java(host, requests[at], found, around);
    if (host.version().at_least(3)) write_toolchain(host, requests[at], jdk, ids.empty() ? "" : ids[at]);
  }
  write_settings(host);
  if (const auto tool = host.input("cache"); !tool.empty()) restore(host, tool);
  return {};
}

StepResult post(StepHost& host) {
  return is_true(host.input("cache-read-only")) ? StepResult{} : save_managed_cache(host);
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::string wanted;
  for (const auto& version : line_inputs(inputs, "java-version"))
    wanted += (wanted.empty() ? "" : ", ") + version;
  if (wanted.empty()) wanted = "of " + inputs.input("java-version-file");
  std::vector<std::string> lines{"put Java " + wanted + " on PATH and into JAVA_HOME"};
  if (inputs.given("server-id"))
    lines.push_back("write Maven's settings.xml for the server " + inputs.input("server-id"));
  if (const auto tool = inputs.input("cache"); !tool.empty()) lines.push_back("restore the cache of " + tool);
  return lines;
}

bool is_known(const std::string& text) { return !expr::has_expression(text); }

std::vector<std::string> problems(const StepInputs& inputs) try {
  std::vector<std::string> lines;
  const auto distribution = lower(inputs.input("distribution")), tool = inputs.input("cache");
  const auto& known = java_distributions();
  if (is_known(distribution) && !distribution.empty() &&
      std::find(known.begin(), known.end(), distribution) == known.end())
    lines.push_back(fmt::format("No supported distribution was found for input {}{}", distribution,
                                did_you_mean(distribution, known)));
  const std::vector<std::string> tools{"maven", "gradle", "sbt"};
  if (is_known(tool) && !tool.empty() && std::find(tools.begin(), tools.end(), tool) == tools.end())
    lines.push_back(fmt::format("unknown package manager specified: {}{}", tool, did_you_mean(tool, tools)));
  const auto versions = line_inputs(inputs, "java-version");
  if (versions.empty() || !is_known(inputs.input("java-version")) || !is_known(distribution) ||
      distribution == "jdkfile")
    return lines;
  const auto around = surroundings_of(inputs);
  const auto found = installed_jdks(around);
  for (const auto& version : versions) {
    const auto request = request_of(inputs, version);
    if (!choose_jdk(request, found)) lines.push_back(jdk_missing(request, found, around));
  }
  return lines;
} catch (const InputError& error) {
  return {error.what()};
}

}  // namespace
}  // namespace setup_java_action

BuiltinAction setup_java() {
  using namespace setup_java_action;
  return {
      .spec =
          {.uses = "actions/setup-java",
           .doc = "JAVA_HOME and PATH for a JDK that is on this machine, and Maven's settings.",
           .inputs =
               {{.name = "java-version",
                 .doc = "17, 17.0.3+7, 21-ea, latest; the last of several lines is the default"},
                {.name = "version", .doc = "the old name of java-version"},
                {.name = "java-version-file", .doc = ".java-version, .tool-versions, .sdkmanrc"},
                {.name = "distribution", .doc = "temurin, zulu, ...; another one may stand in"},
                {.name = "java-package", .doc = "jdk, or jre where no compiler is needed", .fallback = "jdk"},
                {.name = "architecture", .doc = "that of this machine"},
                {.name = "jdkFile", .doc = "refused"},
                {.name = "jdk-file", .doc = "refused"},
                {.name = "check-latest", .doc = "accepted: the newest here is taken", .fallback = "false"},
                {.name = "force-download", .doc = "accepted", .fallback = "false"},
                {.name = "set-default",
                 .doc = "false: only JAVA_HOME_<version>_<architecture>",
                 .fallback = "true"},
                {.name = "verify-signature", .doc = "accepted", .fallback = "false"},
                {.name = "verify-signature-public-key", .doc = "accepted"},
                {.name = "server-id", .doc = "in Maven's settings.xml", .fallback = "github"},
                {.name = "server-username", .doc = "the variable with the user's name"},
                {.name = "server-username-env-var", .doc = "the same"},
                {.name = "server-password", .doc = "the variable with the password"},
                {.name = "server-password-env-var", .doc = "the same"},
                {.name = "settings-path", .doc = "folder of settings.xml, else ~/.m2"},
                {.name = "overwrite-settings", .doc = "false: leave one that is there", .fallback = "true"},
                {.name = "gpg-private-key", .doc = "refused", .secret = true},
                {.name = "gpg-passphrase", .doc = "accepted"},
                {.name = "gpg-passphrase-env-var", .doc = "accepted"},
                {.name = "cache", .doc = "maven, gradle or sbt"},
                {.name = "cache-jdk", .doc = "accepted"},
                {.name = "cache-dependency-path", .doc = "files that say what is needed; globs"},
                {.name = "cache-path", .doc = "folders instead of the usual ones"},
                {.name = "cache-read-only", .doc = "true: save nothing", .fallback = "false"},
                {.name = "job-status", .doc = "accepted"},
                {.name = "token", .doc = "accepted", .secret = true},
                {.name = "mvn-toolchain-id", .doc = "in Maven's toolchains.xml, a line each version"},
                {.name = "mvn-toolchain-vendor", .doc = "in Maven's toolchains.xml"},
                {.name = "show-download-progress", .doc = "accepted", .fallback = "false"},
                {.name = "problem-matcher", .doc = "accepted", .fallback = "true"}},
           .outputs = {{"distribution", "the one asked for"},
                       {"version", "its whole version"},
                       {"path", "JAVA_HOME"},
                       {"cache-hit", "true for the very key, with a cache"},
                       {"cache-primary-key", "the key that was asked for"}},
           .first_major = 1,
           .last_major = 5},
      .run = run,
      .post = post,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
