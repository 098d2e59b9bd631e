// steps/system/process.hpp -- runs one program to its end, launched by vfork; waiting and killing are ours.
// Whoever uses it must never wait for "any child": the program's end would be stolen from here.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/system/environment.hpp"

namespace runner {

class Drain;

struct Command {
  std::vector<std::string> argv;  // argv[0]: an absolute path
  Environment env;                // all of it: nothing is inherited
  std::filesystem::path cwd;
  std::string input{};  // what it reads as its standard input: never on the disk, seen by nobody else
};

struct Exit {
  int code = 0;  // 128 + signal when killed by one
  int signal = 0;
};

enum class Stream { out, err };
// Pieces end anywhere; an empty one says that after some output nothing came for kQuiet.
using OutputSink = std::function<void(Stream, std::string_view piece)>;
inline constexpr std::chrono::milliseconds kQuiet{100};

// How a stop is carried out (execution.md 1.9).
struct KillTimes {
  std::chrono::milliseconds after_interrupt{7500}, after_terminate{2500};
  std::chrono::milliseconds after_exit{5000};
};

// Runs `command` in a process group of its own with only its own stdin, default signals and none of our
// files. When `stop` is asked: SIGINT to the program, then SIGTERM to the program, then SIGKILL to its group;
// whenever a stop ended it, what is left of its group is killed too. `hard` (second Ctrl-C) kills at once.
// Output held open by background children is read for `times.after_exit` after the program ended, then handed
// to `drain` (without one it is closed). Throws Error when the program cannot be started; what `sink` throws
// kills the program.
Exit run_process(const Command& command, const OutputSink& sink, const std::stop_token& stop,
                 const std::stop_token& hard, const KillTimes& times = {}, Drain* drain = nullptr);

// What a program printed, kept whole; `code` as Exit's.
struct ProgramOutput {
  int code = 0;
  std::string out, err;
};
// run_process() for a program whose output is an answer. `also` gets it as it comes.
ProgramOutput capture(const Command& command, const std::stop_token& stop, const OutputSink& also = {});

// `name` looked up in the folders of `path` (as PATH); nothing when it is not there. A name with '/' is
// checked as it is, below `cwd` when relative.
std::optional<std::string> find_program(std::string_view name, std::string_view path,
                                        const std::filesystem::path& cwd);

}  // namespace runner
