// steps/support/ssh/exec.hpp -- one command over one channel of a link.
#pragma once
#include "steps/support/ssh/link.hpp"
#include "steps/support/ssh/ssh.hpp"

namespace runner {

SshExit run_over(SshLink& link, const SshCommand& command);

}  // namespace runner
