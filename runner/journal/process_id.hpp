// runner/journal/process_id.hpp -- a process by number, start and boot: a number alone is given out again.
#pragma once
#include <string>
#include <string_view>

namespace runner {

std::string this_process();               // "PID:START:BOOT"
bool is_alive(std::string_view process);  // of a text that this_process() gave, here or in another process

}  // namespace runner
