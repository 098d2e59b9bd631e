#include "steps/clients/ssh/home_program.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/ssh/program.hpp"
#include "steps/system/new_file.hpp"
#include "steps/system/next_program.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// The options that a value follows.
struct Options {
  std::string_view name, with_value;
};
constexpr Options kOptions[] = {
    {"ssh", "BbcDEeFIiJLlmOoPpQRSWw"}, {"scp", "cDFiJloPSX"}, {"sftp", "BbcDFiJloPRSsX"}};

std::string_view base_name(std::string_view program) { return program.substr(program.rfind('/') + 1); }

// The configuration to read; "" when ~ means the same to ssh as to the job, or the job has no ~/.ssh.
std::string configuration() {
  const char* home = std::getenv("HOME");
  const auto* user = ::getpwuid(::getuid());
  std::error_code error;
  if (home == nullptr || user == nullptr || !fs::is_directory(fs::path(home) / ".ssh", error)) return "";
  if (fs::equivalent(home, user->pw_dir, error)) return "";
  auto file = fs::path(home) / ".ssh-config-of-job";
  NewFile text(home);
  text.write(config_for_home(home, user->pw_dir));
  text.keep_as(file);
  return file.string();
}

}  // namespace

bool is_ssh_program(const char* program) {
  const auto name = base_name(program == nullptr ? "" : program);
  return std::find(std::begin(kSshPrograms), std::end(kSshPrograms), name) != std::end(kSshPrograms);
}

bool names_configuration(std::string_view name, const std::vector<std::string>& arguments) {
  const auto* known = std::find_if(std::begin(kOptions), std::end(kOptions),
                                   [&](const auto& options) { return options.name == name; });
  if (known == std::end(kOptions)) return true;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (argument.size() < 2 || argument[0] != '-' || argument == "--") return false;
    const auto value_at = argument.find_first_of(known->with_value, 1);
    if (value_at == std::string::npos) continue;
    if (argument[value_at] == 'F') return true;
    if (value_at + 1 == argument.size()) ++i;
  }
  return false;
}

int ssh_main(char** argv) {
  const std::string name(base_name(argv[0]));
  const auto program = next_program(name);
  if (program.empty()) {
    std::fprintf(stderr, "%s: not found: apt-get install openssh-client\n", name.c_str());
    return 127;
  }
  std::vector<std::string> given;
  for (char** at = argv + 1; *at != nullptr; ++at) given.emplace_back(*at);
  std::vector<std::string> arguments{name};
  try {
    if (!names_configuration(name, given)) {
      if (const auto file = configuration(); !file.empty()) arguments.insert(arguments.end(), {"-F", file});
    }
  } catch (const std::exception& error) {  // a full disk: as without us
    std::fprintf(stderr, "%s: ~/.ssh of this job is not read: %s\n", name.c_str(), error.what());
  }
  arguments.insert(arguments.end(), given.begin(), given.end());
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  std::fprintf(stderr, "%s: start %s: %s\n", name.c_str(), program.c_str(), std::strerror(errno));
  return 126;
}

}  // namespace runner
