// steps/clients/ssh/exec.hpp -- one command over one channel of a link.
#pragma once
#include "steps/clients/ssh/link.hpp"
#include "steps/clients/ssh/ssh.hpp"

namespace runner {

SshExit run_over(SshLink& link, const SshCommand& command);

}  // namespace runner
