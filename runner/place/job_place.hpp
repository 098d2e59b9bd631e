// runner/place/job_place.hpp -- where the processes of a job run: on this machine, later in a container or on
// another one. What the job's folders are called there may differ from what they are called here.
#pragma once
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/system/process.hpp"

namespace runner {

struct Stops {
  std::stop_token stop;  // the step is asked to end, and has some time for it
  std::stop_token hard;  // at once
};

class JobPlace {
 public:
  virtual ~JobPlace() = default;

  // How a path of this machine is called there.
  virtual std::string shown(const std::filesystem::path& path) const = 0;
  // A program by name, in the folders of `path` (as PATH), as it is called there.
  virtual std::optional<std::string> find_program(std::string_view name, std::string_view path,
                                                  const std::filesystem::path& folder) const = 0;
  // What every process there has in its environment before anything of the job is added.
  virtual Environment environment() const = 0;
  // As run_process(); what the program leaves in the background goes on until end().
  virtual Exit run(const Command& command, const OutputSink& sink, const Stops& stops) = 0;
  // Whatever of the job still runs there ends now; gives a line for each: "pid (7) (sleep)".
  virtual std::vector<std::string> end() = 0;
};

}  // namespace runner
