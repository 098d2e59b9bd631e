// runner/exec/scheduler.hpp -- what runs when: starts every job as soon as its own needs are done, expands
// matrices, keeps to the limits, carries out a cancel (execution.md 1.2, 1.3, 1.9).
#pragma once
#include <memory>
#include <stop_token>

#include "runner/exec/pause.hpp"
#include "runner/exec/services.hpp"

namespace runner {

struct Interrupts {
  std::stop_token cancel;    // first Ctrl-C or SIGTERM
  std::stop_token now;       // second, or SIGQUIT
  Pauses* pauses = nullptr;  // Ctrl-Z; null: nobody asks
};

// Runs the workflow to its end and gives the conclusion. `hard`, RunServices::hard's source, is asked to stop
// when Interrupts::now is, or when the grace of a cancel is over.
Outcome run_workflow(const RunServices& services, const Interrupts& interrupts, std::stop_source hard);

}  // namespace runner
