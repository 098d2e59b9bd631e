#include "steps/clients/ssh/private_key.hpp"

#include "parser/base/text.hpp"

namespace runner {
namespace {

// Of a key in OpenSSH's own format: what it is encrypted with, "none" for not at all; "" in other formats.
std::string openssh_cipher(std::string_view key) {
  if (key.find("BEGIN OPENSSH PRIVATE KEY") == std::string_view::npos) return "";
  std::string body;
  for (const auto line : split_lines(key)) {
    if (!line.starts_with("-----")) body += line;
  }
  const auto bytes = base64_decode(body).value_or("");
  constexpr std::string_view kMagic("openssh-key-v1\0", 15);
  // the name of the cipher comes first, as length and text
  if (!std::string_view(bytes).starts_with(kMagic) || bytes.size() < kMagic.size() + 4) return "";
  return bytes.substr(kMagic.size() + 4, static_cast<unsigned char>(bytes[kMagic.size() + 3]));
}

bool is_encrypted_key(std::string_view key) {
  if (const auto cipher = openssh_cipher(key); !cipher.empty()) return cipher != "none";
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
  if (!has_passphrase && is_encrypted_key(key)) {
    return "ssh: this private key is passphrase protected, and `passphrase` is empty";
  }
  return std::nullopt;
}

std::string locked_key_problem(std::string_view key) {
  if (!is_encrypted_key(key)) return "";
  const auto cipher = openssh_cipher(key);
  if (cipher.starts_with("chacha20"))
    return "ssh: this private key is encrypted with " + cipher +
           ", which cannot be read here; `ssh-keygen -p -Z aes256-ctr -f KEY` encrypts it otherwise";
  return "ssh: the `passphrase` given does not open this private key";
}

}  // namespace runner
