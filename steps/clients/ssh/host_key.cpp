// The first half of login.hpp: connect, shake hands, judge the host key.
#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/login.hpp"

namespace runner {
namespace {

struct KeyType {
  std::string_view type, methods;  // as in a key, as negotiated
};
constexpr std::array kKeyTypes{KeyType{"ssh-ed25519", "ssh-ed25519"},
                               KeyType{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
                               KeyType{"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
                               KeyType{"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
                               KeyType{"ssh-rsa", "rsa-sha2-512,rsa-sha2-256,ssh-rsa"}};
// GCM not first: libssh2 1.11.1 leaks two small buffers with it at every key exchange.
constexpr const char* kSafeCiphers =
    "aes256-ctr,aes128-ctr,aes192-ctr,aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@"
    "openssh.com";

// Known types first: a server shows the key that can be compared, if it has it.
std::string methods_by_preference(const std::vector<std::string>& known) {
  std::string first, rest;
  for (const auto& kind : kKeyTypes) {
    auto& list = std::find(known.begin(), known.end(), kind.type) != known.end() ? first : rest;
    list.append(list.empty() ? "" : ",").append(kind.methods);
  }
  return first.empty() ? rest : rest.empty() ? first : first + "," + rest;
}

void prefer(SshLink& link, int what, const std::string& methods, std::string_view input) {
  if (libssh2_session_method_pref(link.session(), what, methods.c_str()) != 0) {
    throw Error("{}: none of \"{}\" is known here", input, methods);
  }
}

std::optional<Instant> deadline_of(const SshServer& server) {
  if (!server.timeout) return std::nullopt;
  return std::chrono::steady_clock::now() + *server.timeout;
}

std::unique_ptr<SshLink> shake_hands(const MakeLink& make, const SshServer& server,
                                     const std::string& methods) {
  const auto deadline = deadline_of(server);
  auto link = make(deadline);
  link->set_deadline(deadline);
  prefer(*link, LIBSSH2_METHOD_HOSTKEY, methods, "host key types");
  if (!server.insecure_ciphers || !server.ciphers.empty()) {
    const auto ciphers = server.ciphers.empty() ? kSafeCiphers : replace_all(server.ciphers, " ", "");
    prefer(*link, LIBSSH2_METHOD_CRYPT_CS, ciphers, "cipher");
    prefer(*link, LIBSSH2_METHOD_CRYPT_SC, ciphers, "cipher");
  }
  int error = 0;
  try {
    error = link->finish([&] { return libssh2_session_handshake(link->session(), link->socket()); });
  } catch (const SshTimeout&) {
    throw SshTimeout("ssh: handshake failed: {} did not answer: i/o timeout", server.address.text());
  }
  if (error == LIBSSH2_ERROR_BANNER_RECV || error == LIBSSH2_ERROR_BANNER_NONE) {
    throw SshUnreachable("ssh: handshake failed: {} did not greet as an SSH server does ({})",
                         server.address.text(), link->last_error());
  }
  if (error != 0) throw Error("ssh: handshake failed: {}: {}", server.address.text(), link->last_error());
  return link;
}

HostKey shown_key(const SshLink& link) {
  size_t size = 0;
  int type = 0;
  const char* bytes = libssh2_session_hostkey(link.session(), &size, &type);
  if (bytes == nullptr) throw Error("ssh: handshake failed: the server showed no host key");
  return {.blob = std::string(bytes, size)};
}

void note(SshLink& link, const HostKey& key, HostKeyTrust trust) {
  link.arrival.key_type = key.type(), link.arrival.fingerprint = key.fingerprint(),
  link.arrival.trust = trust;
  if (const char* banner = libssh2_session_banner_get(link.session())) link.arrival.software = banner;
}

std::string_view bare_fingerprint(std::string_view text) {
  if (text.starts_with("SHA256:")) text.remove_prefix(7);
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

std::unique_ptr<SshLink> link_with_fingerprint(const MakeLink& make, const SshServer& server) {
  std::string shown;
  for (const auto& kind : kKeyTypes) {
    std::unique_ptr<SshLink> link;
    try {
      link = shake_hands(make, server, std::string(kind.methods));
    } catch (const SshTimeout&) {
      throw;
    } catch (const SshStopped&) {
      throw;
    } catch (const Error&) {
      if (&kind == &kKeyTypes.back() && shown.empty()) throw;
      continue;  // the server has no key of this type
    }
    const auto key = shown_key(*link);
    if (bare_fingerprint(key.fingerprint()) == bare_fingerprint(server.fingerprint)) {
      note(*link, key, HostKeyTrust::fingerprint);
      return link;
    }
    shown += fmt::format("\n  {} {}", key.type(), key.fingerprint());
  }
  throw Error(
      "ssh: handshake failed: ssh: host key fingerprint mismatch\n{} is expected to have {}, it has:{}",
      server.address.text(), server.fingerprint, shown);
}

[[noreturn]] void refuse_changed(const SshServer& server, const HostKey& key, const KnownHost& old) {
  throw Error(
      "ssh: handshake failed: the host key of {} has changed\nit shows {} {}\n{}:{} holds {} {}\n"
      "If the server was set up anew, delete that line; if not, somebody may be listening in.",
      server.address.text(), key.type(), key.fingerprint(), old.file.string(), old.line, old.type,
      old.key.fingerprint());
}

[[noreturn]] void refuse_unknown(const SshServer& server, const HostKey& key) {
  throw Error(
      "ssh: handshake failed: the host key of {} is unknown, and strict host keys are asked for\n"
      "it shows {} {}: if that is right, give it as the input `fingerprint` or add it to ~/.ssh/known_hosts",
      server.address.text(), key.type(), key.fingerprint());
}

// False: it is known to none, and that is allowed.
bool judge(const KnownHosts& known, const SshServer& server, const HostKeyRules& rules, const HostKey& key) {
  const auto verdict = known.judge(server.address, key);
  switch (verdict.kind) {
    case HostKeyVerdict::Kind::known:
      return true;
    case HostKeyVerdict::Kind::changed:
      refuse_changed(server, key, *verdict.line);
    case HostKeyVerdict::Kind::revoked:
      throw Error("ssh: handshake failed: the host key of {} is revoked: {}:{}", server.address.text(),
                  verdict.line->file.string(), verdict.line->line);
    case HostKeyVerdict::Kind::unknown:
      break;
  }
  if (rules.strict) refuse_unknown(server, key);
  if (!rules.remember) return false;
  remember_host_key(rules.own_file, server.address, key);
  rules.say(fmt::format("{} is new: its host key {} {} is remembered in {}", server.address.text(),
                        key.type(), key.fingerprint(), rules.own_file.string()));
  return false;
}

}  // namespace

std::unique_ptr<SshLink> trusted_link(const MakeLink& make, const SshServer& server,
                                      const HostKeyRules& rules) {
  if (!server.fingerprint.empty()) return link_with_fingerprint(make, server);
  KnownHosts known;
  for (const auto& file : rules.files) known.add_file(file);
  known.add_file(rules.own_file);
  auto link = shake_hands(make, server, methods_by_preference(known.types(server.address)));
  const auto key = shown_key(*link);
  note(*link, key, judge(known, server, rules, key) ? HostKeyTrust::known : HostKeyTrust::unknown);
  return link;
}

}  // namespace runner
