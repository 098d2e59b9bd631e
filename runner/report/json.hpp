// runner/report/json.hpp -- the JSON lines reporter with the clock of a test.
#pragma once
#include <functional>
#include <memory>

#include "runner/report/event_line.hpp"

namespace runner {

// `on_lost`: told what could not be written; a run goes on without.
std::unique_ptr<Reporter> make_json_reporter(int fd, std::function<SystemTime()> now,
                                             std::function<void(int error_number)> on_lost = {});

}  // namespace runner
