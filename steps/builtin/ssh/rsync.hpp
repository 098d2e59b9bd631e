// steps/builtin/ssh/rsync.hpp -- the rsync program in a step: a run with its output in the log, the meaning
// of its exit codes, and what a dry run says would change.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/ssh/program.hpp"
#include "steps/step.hpp"
#include "steps/system/process.hpp"

namespace runner {

// Throws InputError that says how to get it when there is no rsync on PATH.
std::string find_rsync(const StepInputs& step, const std::filesystem::path& folder);

// As one word for sh, in quotes when it needs them.
std::string as_shell_word(std::string_view text);

// Runs a program in the workspace, with `ssh` in front on PATH; no shell sees the words. What it prints is
// logged as it comes.
ProgramOutput run_beside_ssh(StepHost& host, const SshProgram& ssh, std::vector<std::string> words,
                             const std::string& input = {});
// The same with rsync, whose command line is logged first.
ProgramOutput run_rsync(StepHost& host, const SshProgram& ssh, std::vector<std::string> arguments);

// Why it failed and what helps; "" for success. `server` as messages name it.
std::string rsync_failure(const ProgramOutput& done, std::string_view server);

// "USER@HOST:PATH". A path in quotes is meant without them; nothing else in it is looked at, as it is one
// word here and rsync quotes it for the server. Throws InputError for a user or host that rsync would take
// for an option.
std::string rsync_destination(std::string_view user, std::string_view host, std::string_view path);
std::string_view without_quotes(std::string_view text);

struct RsyncChanges {
  std::vector<std::string> added, changed, removed;  // paths below the destination
  uint64_t bytes = 0;                                // of added and changed
};
// `arguments`: sources, destination and options as words. Runs with --dry-run. Throws Error when it fails.
RsyncChanges compare_with_rsync(PlanHost& host, const SshProgram& ssh, std::vector<std::string> arguments,
                                std::string_view server);
// "send 3 files to web:/srv: 1 new, 2 changed; 12.0 KiB", "delete ...", then names, when they are few.
std::vector<std::string> describe(const RsyncChanges& changes, std::string_view destination);

}  // namespace runner
