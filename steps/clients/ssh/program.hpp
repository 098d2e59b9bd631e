// steps/clients/ssh/program.hpp -- the ssh program, for steps that run it or run what runs it (rsync, git):
// with the step's key, and with our rule for host keys. What it needs lies in a private folder and goes away
// with this object; the connection itself is the program's business.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner {

struct SshProgramOptions {
  std::string key;           // as the user pasted it
  std::string passphrase{};  // of the key; reaches the program by its environment and an askpass of ours
  std::string passphrase_input = "passphrase";  // for messages
  std::string key_name = "key";                 // of the file
  std::string known_hosts{};                    // lines that count beside the user's and ours
  bool strict = false;                          // refuse unknown host keys, whatever the user's option says
};

class SshProgram {
 public:
  // Throws InputError when there is no ssh on PATH, or for a key that cannot be one.
  // Where nothing may change, no host key is remembered.
  SshProgram(const StepSite& site, const SshProgramOptions& options);
  ~SshProgram();
  SshProgram(const SshProgram&) = delete;
  SshProgram& operator=(const SshProgram&) = delete;

  // For a program that starts `ssh`, by that name: ours comes first on its PATH.
  const Environment& env() const { return env_; }
  const std::filesystem::path& path() const { return wrapper_; }  // stands for `ssh`
  const std::filesystem::path& key_file() const { return key_file_; }

  // "HOST is new: its host key TYPE SHA256:... is remembered in FILE", of what was remembered since.
  std::vector<std::string> remembered() const;

 private:
  void write_key(const SshProgramOptions& options);

  std::filesystem::path folder_, wrapper_, key_file_, own_hosts_;
  Environment env_;
  std::string known_before_;
};

// What ssh printed, in words, when it is about host keys or the login; "" for anything else.
std::string explain_ssh_error(std::string_view output, std::string_view server);

// The ssh configuration that makes ~/.ssh mean `home`, and below it `user_home`: ssh itself takes ~ from the
// password database and knows nothing of HOME.
std::string config_for_home(const std::filesystem::path& home, const std::filesystem::path& user_home);

}  // namespace runner
