// steps/aws_cli/custom_commands.hpp -- commands that are no operation of a service's model: one row each.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/aws_cli/command.hpp"

namespace runner::aws {

struct CustomCommand {
  std::string_view service, command;  // "ecr", "get-login-password"
  int (*run)(CommandLine& line);
};

std::vector<std::string> custom_command_names();  // "ecr get-login-password"
const CustomCommand* find_custom_command(std::string_view service,
                                         std::string_view command);  // null when none

int ecr_login_password(CommandLine& line);
int ecr_public_login_password(CommandLine& line);
int configure_set(CommandLine& line);
int configure_get(CommandLine& line);
int configure_list(CommandLine& line);
int configure_list_profiles(CommandLine& line);

}  // namespace runner::aws
