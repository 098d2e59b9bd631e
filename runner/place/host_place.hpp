// runner/place/host_place.hpp -- a job's processes on this machine, as its user's.
#pragma once
#include <string>
#include <vector>

#include "runner/place/job_place.hpp"
#include "runner/place/orphans.hpp"
#include "steps/system/drain.hpp"

namespace runner {

class HostPlace : public JobPlace {
 public:
  // `environment`: what the job inherits of the runner's own. Whatever starts from now on may be the job's.
  HostPlace(Reaper& reaper, const KillTimes& times, Environment environment);

  std::string shown(const std::filesystem::path& path) const override { return path.string(); }
  std::optional<std::string> find_program(std::string_view name, std::string_view path,
                                          const std::filesystem::path& folder) const override;
  Environment environment() const override { return environment_; }
  Exit run(const Command& command, const OutputSink& sink, const Stops& stops) override;
  std::vector<std::string> end() override;

 private:
  Reaper& reaper_;
  KillTimes times_;
  std::string tracking_id_;  // RUNNER_TRACKING_ID: marks the job's processes
  JobStart start_;
  Environment environment_;
  Drain drain_;  // takes what they print after their step
};

}  // namespace runner
