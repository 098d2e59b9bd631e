#include "steps/support/ssh/private_key.hpp"

#include "parser/base/text.hpp"

namespace runner {
namespace {

bool openssh_key_encrypted(std::string_view key) {
  std::string body;
  for (const auto line : split_lines(key)) {
    if (!line.starts_with("-----")) body += line;
  }
  const auto bytes = base64_decode(body);
  constexpr std::string_view kMagic("openssh-key-v1\0", 15);
  if (!bytes || !std::string_view(*bytes).starts_with(kMagic)) return false;
  // the name of the cipher comes first, as length and text
  return std::string_view(*bytes).substr(kMagic.size(), 8) != std::string_view("\0\0\0\4none", 8);
}

bool encrypted(std::string_view key) {
  if (key.find("BEGIN OPENSSH PRIVATE KEY") != std::string_view::npos) return openssh_key_encrypted(key);
  return key.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string_view::npos ||
         key.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

}  // namespace

std::string normalized_private_key(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string key;
  for (const auto line : split_lines(trim(text))) key.append(trim(line)).append("\n");
  return key;
}

std::optional<std::string> private_key_problem(std::string_view key, bool has_passphrase) {
  if (key.starts_with("PuTTY-User-Key-File")) {
    return "ssh: no key found: this key is in PuTTY's format; export it as an OpenSSH key "
           "(puttygen KEY.ppk -O private-openssh -o KEY)";
  }
  if (key.starts_with("ssh-") || key.starts_with("ecdsa-") ||
      key.find("BEGIN PUBLIC KEY") != std::string_view::npos ||
      key.find("BEGIN SSH2 PUBLIC KEY") != std::string_view::npos) {
    return "ssh: no key found: this is a public key; the private one is needed";
  }
  if (key.find("-----BEGIN ") == std::string_view::npos ||
      key.find("PRIVATE KEY-----") == std::string_view::npos) {
    return "ssh: no key found: the text has no line \"-----BEGIN ... PRIVATE KEY-----\"";
  }
  if (key.find("-----END ") == std::string_view::npos) {
    return "ssh: no key found: the line \"-----END ... PRIVATE KEY-----\" is missing: the key is cut short";
  }
  if (split_lines(key).size() < 3) {
    return "ssh: no key found: the whole key stands on one line; its line breaks were lost when it was "
           "stored";
  }
  if (!has_passphrase && encrypted(key)) {
    return "ssh: this private key is passphrase protected, and `passphrase` is empty";
  }
  return std::nullopt;
}

}  // namespace runner
