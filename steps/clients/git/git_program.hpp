// steps/clients/git/git_program.hpp -- the git program, for what needs a network and the user's ways of
// logging in: other repositories, submodules, large files. A checkout of the user's own repository does not
// come here.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"
#include "steps/system/process.hpp"

namespace runner {

struct GitAccess {            // how git logs in; no header and no command: as the user would
  std::string server{};       // "https://host/": nobody else gets the header
  std::string header{};       // AUTHORIZATION: basic ...
  std::string ssh_command{};  // GIT_SSH_COMMAND
  bool offline = false;  // nobody is asked: with the job's own HOME, and in no repository above the folder
};

class GitProgram {
 public:
  // Throws InputError when there is no git on PATH; `why` says what wanted it.
  GitProgram(StepSite& site, std::filesystem::path folder, const GitAccess& access, const std::string& why);

  // Output goes to the log; throws InputError with git's last lines when it fails.
  void run(std::vector<std::string> arguments);
  std::string read(std::vector<std::string> arguments);  // standard output; throws as run()
  bool try_run(std::vector<std::string> arguments);
  // As run(); up to three attempts, as long as it looks like the network.
  void run_over_network(const std::vector<std::string>& arguments);

 private:
  ProgramOutput execute(std::vector<std::string> arguments, bool log);

  StepSite& site_;
  std::filesystem::path folder_;
  std::string program_;
  Environment env_;
};

}  // namespace runner
