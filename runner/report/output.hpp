// runner/report/output.hpp -- writes whole texts to a descriptor that belongs to someone else. Never flushes
// to disk.
#pragma once
#include <string_view>

namespace runner {

// False with errno once nothing can be written: a reader that went away or a full disk does not end a run.
bool write_all(int fd, std::string_view text);

}  // namespace runner
