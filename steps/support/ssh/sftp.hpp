// steps/support/ssh/sftp.hpp -- files written over SFTP, for servers that have no tar.
#pragma once
#include "steps/support/ssh/link.hpp"
#include "steps/support/ssh/ssh.hpp"

namespace runner {

void upload_over(SshLink& link, const std::string& folder, const std::function<const SftpEntry*()>& next);

}  // namespace runner
