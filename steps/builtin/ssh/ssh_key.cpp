// shimataro/ssh-key-action: puts a private key, known hosts and configuration into ~/.ssh, and takes them
// away again.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/ssh/github_hosts.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace ssh_key_action {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstalled =
    "SSH key is already installed. Set \"if_key_exists\" to \"replace\" or \"ignore\" in order to avoid this "
    "error.";

// Version 1 had other names.
std::string either(const StepInputs& step, const char* name, const char* first_name) {
  auto value = step.input(name);
  return value.empty() ? step.input(first_name) : value;
}

std::string key_of(const StepInputs& step) { return either(step, "key", "private-key"); }
std::string hosts_of(const StepInputs& step) { return either(step, "known_hosts", "known-hosts"); }

fs::path home_of(const StepHost& host) {
  const auto home = env_value(host.env(), "HOME");
  return home.empty() ? host.user_home() : fs::path(home);
}

// Every text stands on lines of its own.
std::string as_lines(std::string text) {
  text = replace_all(std::move(text), "\r\n", "\n");
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text;
}

std::string known_hosts_text(const StepInputs& step) {
  std::string text;
  for (const auto* line : kGithubHosts) text += fmt::format("{}\n", line);
  const auto given = hosts_of(step);
  return given == "unnecessary" || given == "no" ? text : text + as_lines(given);
}

// What was written into ~/.ssh and what stood there before, for the step's post.
class Changes {
 public:
  Changes(StepHost& host, fs::path folder) : host_(host), folder_(std::move(folder)) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    suffix_ = fmt::format(".bak-{}", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    host_.save_state("folder", folder_.string());
    host_.save_state("backup-suffix", suffix_);
  }

  void append(const std::string& name, const std::string& text) {
    const auto before = back_up(name, false);
    write(name, before + (before.empty() || before.ends_with('\n') ? "" : "\n") + text, 0600);
  }
  void replace(const std::string& name, const std::string& text, mode_t mode) {
    back_up(name, true);
    write(name, text, mode);
  }
  const std::vector<std::string>& backed_up() const { return backed_up_; }
  const std::string& suffix() const { return suffix_; }

 private:
  // The text that stood there. The old file itself is set aside: its mode and owner come back with it.
  std::string back_up(const std::string& name, bool replaced) {
    const auto file = folder_ / name;
    if (!fs::exists(file)) return "";
    auto text = replaced ? std::string() : read_file(file);
    fs::rename(file, file.string() + suffix_);
    backed_up_.push_back(name);
    return text;
  }
  void write(const std::string& name, const std::string& text, mode_t mode) {
    host_.save_state("files", host_.state("files") + name + "\n");
    write_private_file(folder_ / name, text);
    ::chmod((folder_ / name).c_str(), mode);
  }

  StepHost& host_;
  fs::path folder_;
  std::string suffix_;
  std::vector<std::string> backed_up_;
};

void check(const StepInputs& step) {
  if (key_of(step).empty()) throw InputError("Input required and not supplied: key");
  if (hosts_of(step).empty() && step.version().at_least(2))
    throw InputError("Input required and not supplied: known_hosts");
  const auto name = step.input("name");
  if (name.find('/') != std::string::npos || name == "." || name == ".." || name == "config" ||
      name == "known_hosts" || name == "authorized_keys")
    throw InputError(fmt::format("name: \"{}\" cannot be the name of a key in ~/.ssh", name));
}

// if_key_exists: is the key to be written?
bool take_key(const StepInputs& step, const fs::path& file) {
  if (!fs::exists(file)) return true;
  const auto choice = step.input("if_key_exists");
  if (choice == "replace") return true;
  if (choice == "ignore") return false;
  throw InputError(kInstalled);
}

StepResult run(StepHost& host) {
  check(host);
  const auto folder = home_of(host) / ".ssh";
  const auto name = host.input("name");
  const bool key_wanted = take_key(host, folder / name);
  if (!fs::exists(folder)) host.save_state("made", "true");
  make_private_folder(folder);
  Changes changes(host, folder);
  changes.append("known_hosts", known_hosts_text(host));
  if (key_wanted) changes.replace(name, as_lines(key_of(host)), 0400);
  if (const auto text = host.input("public-key"); !text.empty())
    changes.replace(name + ".pub", as_lines(text), 0444);
  if (const auto text = host.input("config"); !text.empty()) changes.append("config", as_lines(text));
  host.log(fmt::format("SSH key has been stored to {} successfully.", folder.string()));
  if (!changes.backed_up().empty()) {
    host.log(fmt::format("Following files have been backed up in suffix \"{}\"; {}", changes.suffix(),
                         fmt::join(changes.backed_up(), ", ")));
  }
  return {};
}

// Our files go, those that stood there before come back; what others put there meanwhile stays.
StepResult post(StepHost& host) {
  const fs::path folder = host.state("folder");
  const auto suffix = host.state("backup-suffix"), names = host.state("files");
  if (folder.empty()) return {};
  std::error_code error;
  std::vector<std::string> restored;
  for (const auto line : split_lines(names)) {
    const auto file = folder / line;
    fs::remove(file, error);
    fs::rename(file.string() + suffix, file, error);
    if (!error) restored.emplace_back(line);
  }
  if (!restored.empty())
    host.log(
        fmt::format("Following files in suffix \"{}\" are restored; {}", suffix, fmt::join(restored, ", ")));
  if (host.state("made") == "true" && fs::is_empty(folder, error)) fs::remove(folder, error);
  host.log(fmt::format("SSH key in {} has been removed successfully.", folder.string()));
  return {};
}

std::vector<std::string> effects(const StepInputs& step) {
  return {
      fmt::format("put the key {} and known hosts into ~/.ssh for the rest of the job", step.input("name"))};
}

std::vector<std::string> problems(const StepInputs& step) {
  std::vector<std::string> found;
  try {
    check(step);
  } catch (const InputError& error) {
    found.emplace_back(error.what());
  }
  const auto choice = step.input("if_key_exists");
  const std::vector<std::string> choices{"fail", "ignore", "replace"};
  if (!expr::has_expression(choice) && std::find(choices.begin(), choices.end(), choice) == choices.end()) {
    found.push_back(fmt::format("if_key_exists is \"{}\"; expected: fail, ignore or replace{}", choice,
                                did_you_mean(choice, choices)));
  }
  return found;
}

}  // namespace
}  // namespace ssh_key_action

BuiltinAction ssh_key() {
  using namespace ssh_key_action;
  return {
      .spec = {.uses = "shimataro/ssh-key-action",
               .doc =
                   "Puts a private key, known hosts and configuration into ~/.ssh for the rest of the job.",
               .inputs = {{.name = "key", .doc = "text of the private key; needed", .secret = true},
                          {.name = "name", .doc = "name of its file", .fallback = "id_rsa"},
                          {.name = "known_hosts",
                           .doc =
                               "lines for known_hosts, or \"unnecessary\"; those of github.com come along"},
                          {.name = "config", .doc = "lines for ~/.ssh/config"},
                          {.name = "if_key_exists", .doc = "fail, ignore or replace", .fallback = "fail"},
                          {.name = "private-key", .doc = "v1: key", .secret = true},
                          {.name = "public-key", .doc = "v1: text of the public key"},
                          {.name = "known-hosts", .doc = "v1: known_hosts"}},
               .outputs = {},
               .first_major = 1,
               .last_major = 2},
      .run = run,
      .post = post,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
