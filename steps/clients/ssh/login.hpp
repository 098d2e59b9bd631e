// steps/clients/ssh/login.hpp -- handshake, host key check and authentication on a fresh link.
#pragma once
#include <functional>
#include <memory>

#include "steps/clients/ssh/known_hosts.hpp"
#include "steps/clients/ssh/link.hpp"
#include "steps/clients/ssh/ssh.hpp"

namespace runner {

using MakeLink = std::function<std::unique_ptr<SshLink>(std::optional<Instant> deadline)>;

// A link whose server has shown a key that `server` and `rules` accept. May connect more than once: the
// server shows one key at a time, and the fingerprint given may be another one's.
std::unique_ptr<SshLink> trusted_link(const MakeLink& make, const SshServer& server,
                                      const HostKeyRules& rules);

void authenticate(SshLink& link, const SshServer& server);

}  // namespace runner
