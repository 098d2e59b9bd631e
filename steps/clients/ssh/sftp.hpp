// steps/clients/ssh/sftp.hpp -- files written, looked at and deleted over SFTP, for servers that have no tar
// or no shell.
#pragma once
#include "steps/clients/ssh/link.hpp"
#include "steps/clients/ssh/ssh.hpp"

namespace runner {

void upload_over(SshLink& link, const std::string& folder, const std::function<const SftpEntry*()>& next);
void remove_over(SshLink& link, const std::string& folder);
SftpFolder look_over(SshLink& link, const std::string& folder, const std::vector<std::string>& names);

}  // namespace runner
