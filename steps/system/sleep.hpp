// steps/system/sleep.hpp -- waiting that ends at once when the job is cancelled.
#pragma once
#include <chrono>
#include <stop_token>

namespace runner {

bool sleep_for(std::chrono::milliseconds time, const std::stop_token& stop);  // false: it was cancelled

}  // namespace runner
