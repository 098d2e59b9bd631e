// runner/journal/recorder.hpp -- stores a run below its folder: events.jsonl, and INDEX.log with the lines of
// each job. The events of a step say where in the log it begins and ends.
#pragma once
#include <filesystem>
#include <memory>

#include "runner/journal/journal.hpp"

namespace runner {

std::unique_ptr<Reporter> make_recorder(const RunRecord& run, Journal::Warn warn, const LogLimits& limits);

}  // namespace runner
