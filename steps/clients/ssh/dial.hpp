// steps/clients/ssh/dial.hpp -- a TCP connection, non-blocking, within a deadline.
#pragma once
#include <optional>
#include <string>

#include "steps/clients/ssh/address.hpp"
#include "steps/clients/ssh/wait.hpp"

namespace runner {

enum class IpVersion { any, v4, v6 };

// Tries every address the name has. Throws Error ("dial tcp HOST:22: connection refused"), SshTimeout,
// SshStopped.
Fd dial(const SshAddress& address, IpVersion version, std::optional<Instant> deadline, Waiter& waiter);

}  // namespace runner
