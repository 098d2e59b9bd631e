// Timeouts while the program is stopped.
#include "runner/exec/deadlines.hpp"

#include <future>

#include <doctest/doctest.h>

namespace runner {
namespace {

TEST_CASE("deadlines: nothing becomes due while they are held, and all comes later by as much") {
  using std::chrono::milliseconds;
  Deadlines deadlines;
  std::promise<Deadlines::Clock::time_point> called;
  auto when = called.get_future();
  const auto due = Deadlines::Clock::now() + milliseconds(100);
  const auto handle = deadlines.at(due, [&] { called.set_value(Deadlines::Clock::now()); });
  const auto held = Deadlines::Clock::now();
  deadlines.hold();
  CHECK(when.wait_for(milliseconds(300)) == std::future_status::timeout);
  deadlines.release();
  const auto released = Deadlines::Clock::now();
  REQUIRE(when.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  CHECK(when.get() >= due + (released - held) - milliseconds(5));
}

}  // namespace
}  // namespace runner
