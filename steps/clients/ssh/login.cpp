#include "steps/clients/ssh/login.hpp"

#include <stdlib.h>

#include <cstring>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/private_key.hpp"

namespace runner {
namespace {

using Agent = Handle<LIBSSH2_AGENT, libssh2_agent_free>;

// libssh2 frees the answers with free().
void answer_prompts(const char*, int, const char*, int, int count, const LIBSSH2_USERAUTH_KBDINT_PROMPT*,
                    LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, void** abstract) {
  const auto& answer = static_cast<SshLink*>(*abstract)->interactive_answer;
  for (int i = 0; i < count; ++i) {
    responses[i].text = ::strdup(answer.c_str());
    responses[i].length = responses[i].text == nullptr ? 0 : static_cast<unsigned>(answer.size());
  }
}

class Authenticator {
 public:
  Authenticator(SshLink& link, const SshLogin& login) : link_(link), login_(login) {}

  bool run() {
    const bool unasked = login_.password.empty() && !login_.keys.empty();
    // The likeliest way first, without a round trip to ask for the ways there are.
    if (unasked && try_key(login_.keys.front())) return true;
    if (!ask_methods()) return true;
    if (!login_.password.empty() && try_password()) return true;
    for (size_t i = unasked ? 1 : 0; i < login_.keys.size(); ++i) {
      if (try_key(login_.keys[i])) return true;
    }
    return !login_.agent_socket.empty() && try_agent();
  }
  const std::string& attempted() const { return attempted_; }
  const std::string& offered() const { return offered_; }
  const std::string& reasons() const { return reasons_; }

 private:
  unsigned user_size() const { return static_cast<unsigned>(login_.user.size()); }
  bool offers(std::string_view method) const {
    if (!asked_) return true;
    for (const auto offer : split(offered_, ',')) {
      if (offer == method) return true;
    }
    return false;
  }
  void attempt(std::string_view method) {
    if (!attempted_.ends_with(method)) attempted_.append(" ").append(method);
  }
  void note(std::string_view origin, std::string_view reason) {
    reasons_ += fmt::format("\n{}: {}", origin, reason);
  }
  bool lost() const { return libssh2_session_last_errno(link_.session()) == LIBSSH2_ERROR_SOCKET_DISCONNECT; }

  // False: the server wants no authentication at all.
  bool ask_methods() {
    const char* list = link_.finish_pointer(
        [&] { return libssh2_userauth_list(link_.session(), login_.user.c_str(), user_size()); });
    asked_ = true;
    if (list != nullptr) {
      offered_ = list;
      return true;
    }
    if (libssh2_userauth_authenticated(link_.session()) != 0) return false;
    throw Error("ssh: handshake failed: {}", link_.last_error());
  }

  bool try_password() {
    if (offers("password")) {
      attempt("password");
      const int error = link_.finish([&] {
        return libssh2_userauth_password_ex(link_.session(), login_.user.c_str(), user_size(),
                                            login_.password.c_str(),
                                            static_cast<unsigned>(login_.password.size()), nullptr);
      });
      if (error == 0) return by("password");
      note("password", error == LIBSSH2_ERROR_PASSWORD_EXPIRED ? "it has expired" : "refused");
    }
    if (!offers("keyboard-interactive") || lost()) return false;
    attempt("keyboard-interactive");
    link_.interactive_answer = login_.password;
    const int error = link_.finish([&] {
      return libssh2_userauth_keyboard_interactive_ex(link_.session(), login_.user.c_str(), user_size(),
                                                      answer_prompts);
    });
    return error == 0 && by("keyboard-interactive");
  }

  bool try_key(const SshKey& key) {
    if (const auto problem = private_key_problem(key.text, !login_.passphrase.empty())) {
      note(key.origin, *problem);
      return false;
    }
    if (!offers("publickey") || lost()) return false;
    attempt("publickey");
    const char* passphrase = login_.passphrase.empty() ? nullptr : login_.passphrase.c_str();
    const int error = link_.finish([&] {
      return libssh2_userauth_publickey_frommemory(link_.session(), login_.user.c_str(), user_size(), nullptr,
                                                   0, key.text.data(), key.text.size(), passphrase);
    });
    if (error == 0) return by(key.origin);
    const bool refused =
        error == LIBSSH2_ERROR_AUTHENTICATION_FAILED || error == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED;
    if (refused) return false;
    const bool unread = error == LIBSSH2_ERROR_FILE || error == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED;
    const auto locked = unread ? locked_key_problem(key.text) : "";
    note(key.origin, locked.empty() ? link_.last_error() : locked);
    return false;
  }

  bool try_agent() {
    if (!offers("publickey") || lost()) return false;
    const Agent agent(libssh2_agent_init(link_.session()));
    libssh2_agent_set_identity_path(agent.get(), login_.agent_socket.c_str());
    if (libssh2_agent_connect(agent.get()) != 0 || libssh2_agent_list_identities(agent.get()) != 0) {
      note("SSH_AUTH_SOCK", link_.last_error());
      return false;
    }
    libssh2_agent_publickey* identity = nullptr;
    while (libssh2_agent_get_identity(agent.get(), &identity, identity) == 0) {
      attempt("publickey");
      const int error =
          link_.finish([&] { return libssh2_agent_userauth(agent.get(), login_.user.c_str(), identity); });
      if (error == 0) return by("SSH_AUTH_SOCK");
    }
    return false;
  }

  bool by(std::string_view method) {
    link_.arrival.method = method;
    return true;
  }

  SshLink& link_;
  const SshLogin& login_;
  std::string attempted_ = "none", offered_, reasons_;
  bool asked_ = false;
};

}  // namespace

void authenticate(SshLink& link, const SshServer& server) {
  if (server.timeout) link.set_deadline(std::chrono::steady_clock::now() + *server.timeout);
  Authenticator authenticator(link, server.login);
  bool accepted = false;
  try {
    accepted = authenticator.run();
  } catch (const SshTimeout&) {
    throw SshTimeout("ssh: handshake failed: {} did not answer the login: i/o timeout",
                     server.address.text());
  }
  link.set_deadline(std::nullopt);
  if (accepted) return;
  throw Error(
      "ssh: handshake failed: ssh: unable to authenticate, attempted methods [{}], no supported methods "
      "remain\n{}@{} accepts: {}{}",
      authenticator.attempted(), server.login.user, server.address.text(), authenticator.offered(),
      authenticator.reasons());
}

}  // namespace runner
