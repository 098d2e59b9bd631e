// steps/clients/git/git_credentials.hpp -- a token or ssh key for git, left in a checkout for the job's later
// git commands and taken away again (builtin-actions.md section 1, "Credentials").
#pragma once
#include <filesystem>
#include <string>

#include "steps/clients/git/git_program.hpp"
#include "steps/step.hpp"

namespace runner {

// Reads the inputs ssh-key, ssh-known-hosts, ssh-strict, ssh-user and writes what ssh needs below
// RUNNER_TEMP; else the header for `token`. Masks it.
GitAccess make_access(StepHost& host, const std::string& server, const std::string& token);

// Leaves `access` in the configuration of the repository in `folder`. Before v6 the header itself, later the
// name of a file in RUNNER_TEMP. Saves in the step's state what forget_access() removes.
void persist_access(StepHost& host, const std::filesystem::path& folder, const GitAccess& access);
void forget_access(StepHost& host);

// What an earlier checkout left in the repository in `folder`: a second header would go along with the new
// one.
void remove_earlier_access(StepHost& host, const std::filesystem::path& folder, const std::string& server);

}  // namespace runner
