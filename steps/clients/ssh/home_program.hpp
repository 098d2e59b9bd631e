// steps/clients/ssh/home_program.hpp -- this program under the names `ssh`, `scp` and `sftp`. OpenSSH takes ~
// from the password database, so that what a job writes into the ~/.ssh of its own HOME would not be seen:
// the next program of that name on PATH is run with a configuration that says where it is.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

inline constexpr const char* kSshPrograms[] = {"ssh", "scp", "sftp"};

bool is_ssh_program(const char* program);  // argv[0] names it so
int ssh_main(char** argv);                 // comes back only when there is nothing to run

// Do the options (of `name`, without it) already say which configuration to read (-F)?
bool names_configuration(std::string_view name, const std::vector<std::string>& arguments);

}  // namespace runner
