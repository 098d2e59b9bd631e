// steps/aws_cli/known_commands.hpp -- which command lines of `aws` are built in, by their names: for `runner
// actions aws`, and for the record that a run keeps of those its steps called.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace runner::aws {

std::vector<std::string> known_commands();  // "ecs wait services-stable", "s3 sync": sorted

// The known command that `args`, as of run_aws(), call; "" for any other.
std::string command_name(const std::vector<std::string>& args);

// Adds a line to the run's record: {"command":"s3 sync","status":0}. What cannot be written is left out: no
// deploy depends on its record.
void record_command(const std::filesystem::path& record, const std::string& command, int status);

}  // namespace runner::aws
