#include "runner/place/host_place.hpp"

#include <sys/random.h>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"

namespace runner {
namespace {

std::string new_tracking_id() {
  char bytes[16];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) throw Error("take random bytes");
  return "github_" + hex({bytes, sizeof bytes});
}

}  // namespace

HostPlace::HostPlace(Reaper& reaper, const KillTimes& times, Environment environment)
    : reaper_(reaper),
      times_(times),
      tracking_id_(new_tracking_id()),
      start_(reaper.begin_job()),
      environment_(std::move(environment)) {
  environment_["RUNNER_TRACKING_ID"] = tracking_id_;
}

std::optional<std::string> HostPlace::find_program(std::string_view name, std::string_view path,
                                                   const std::filesystem::path& folder) const {
  return runner::find_program(name, path, folder);
}

Exit HostPlace::run(const Command& command, const OutputSink& sink, const Stops& stops) {
  return run_process(command, sink, stops.stop, stops.hard, times_, &drain_);
}

std::vector<std::string> HostPlace::end() {
  std::vector<std::string> ended;
  for (const auto& orphan : reaper_.end_job(tracking_id_, start_))
    ended.push_back(fmt::format("pid ({}) ({})", orphan.pid, orphan.name));
  return ended;
}

}  // namespace runner
