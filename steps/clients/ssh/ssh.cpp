#include "steps/clients/ssh/ssh.hpp"

#include "steps/clients/ssh/exec.hpp"
#include "steps/clients/ssh/link.hpp"
#include "steps/clients/ssh/login.hpp"
#include "steps/clients/ssh/sftp.hpp"

namespace runner {
namespace {

std::unique_ptr<SshLink> log_in(const MakeLink& make, const SshServer& server, const HostKeyRules& rules) {
  auto link = trusted_link(make, server, rules);
  authenticate(*link, server);
  return link;
}

MakeLink direct(const SshServer& server, Waiter& waiter) {
  return [&](std::optional<Instant> deadline) {
    return std::make_unique<SshLink>(dial(server.address, server.version, deadline, waiter), waiter);
  };
}

MakeLink through(SshLink& jump, const SshServer& server) {
  return [&](std::optional<Instant> deadline) {
    jump.set_deadline(deadline);
    auto link = std::make_unique<SshLink>(jump, server.address);
    jump.set_deadline(std::nullopt);
    return link;
  };
}

}  // namespace

SshConnection::SshConnection(const SshServer& server, const SshServer* jump, const HostKeyRules& rules,
                             const std::stop_token& stop)
    : waiter_(stop) {
  if (jump != nullptr) {
    jump_ = log_in(direct(*jump, waiter_), *jump, rules);
    link_ = log_in(through(*jump_, server), server, rules);
  } else {
    link_ = log_in(direct(server, waiter_), server, rules);
  }
}

SshConnection::~SshConnection() = default;

const SshArrival& SshConnection::arrival() const { return link_->arrival; }

const SshArrival* SshConnection::jump_arrival() const { return jump_ ? &jump_->arrival : nullptr; }

SshExit SshConnection::run(const SshCommand& command) { return run_over(*link_, command); }

void SshConnection::upload(const std::string& folder, const std::function<const SftpEntry*()>& next) {
  upload_over(*link_, folder, next);
}

void SshConnection::remove(const std::string& folder) { remove_over(*link_, folder); }

SftpFolder SshConnection::look(const std::string& folder, const std::vector<std::string>& names) {
  return look_over(*link_, folder, names);
}

}  // namespace runner
