#include "steps/clients/ssh/known_hosts.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/new_file.hpp"

namespace runner {
namespace {

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

bool hashed_matches(std::string_view field, std::string_view name) {  // |1|salt|hash
  const auto parts = split(field, '|');
  if (parts.size() != 4 || parts[1] != "1") return false;
  const auto salt = base64_decode(parts[2]), hash = base64_decode(parts[3]);
  return salt && hash && hmac_sha1(*salt, name) == *hash;
}

bool wildcard_matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    for (size_t skip = 0; skip <= name.size(); ++skip) {
      if (wildcard_matches(pattern.substr(1), name.substr(skip))) return true;
    }
    return false;
  }
  if (name.empty() || (pattern.front() != '?' && pattern.front() != name.front())) return false;
  return wildcard_matches(pattern.substr(1), name.substr(1));
}

std::string name_with_port(const SshAddress& address) {
  const auto host = lower(address.host);
  return address.port == 22 ? host : fmt::format("[{}]:{}", host, address.port);
}

// Keys of other types are never asked for, so they say nothing about the one that was shown.
bool usable(std::string_view type) {
  return type == "ssh-ed25519" || type == "ssh-rsa" || type.starts_with("ecdsa-sha2-nistp");
}

std::string_view take_field(std::string_view& line) {
  line = trim(line);
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto field = line.substr(0, end);
  line.remove_prefix(end);
  return field;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string HostKey::type() const {  // the key begins with its type: four bytes of length, then text
  if (blob.size() < 4) return "";
  uint32_t size = 0;
  for (size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(blob[i]);
  return size <= blob.size() - 4 ? blob.substr(4, size) : "";
}

std::string HostKey::fingerprint() const {
  auto text = base64(sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

bool known_host_matches(std::string_view names, std::string_view name) {
  if (names.starts_with('|')) return hashed_matches(names, name);
  bool found = false;
  for (auto pattern : split(names, ',')) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (!wildcard_matches(lower(pattern), name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

void KnownHosts::add_file(const std::filesystem::path& file) { add_text(file, read_text(file)); }

void KnownHosts::add_text(const std::filesystem::path& file, std::string_view text) {
  int number = 0;
  for (auto line : split_lines(text)) {
    ++number;
    KnownHost host{.file = file, .line = number, .marker = {}, .names = {}, .type = {}, .key = {}};
    if (trim(line).starts_with('#')) continue;
    if (trim(line).starts_with('@')) host.marker = take_field(line);
    host.names = take_field(line);
    host.type = take_field(line);
    auto blob = base64_decode(take_field(line));
    if (!blob || blob->empty() || host.marker == "@cert-authority") continue;
    host.key.blob = std::move(*blob);
    lines_.push_back(std::move(host));
  }
}

std::vector<const KnownHost*> KnownHosts::lines_of(const SshAddress& address) const {
  const auto name = name_with_port(address);
  std::vector<const KnownHost*> found;
  for (const auto& line : lines_) {
    if (known_host_matches(line.names, name)) found.push_back(&line);
  }
  return found;
}

HostKeyVerdict KnownHosts::judge(const SshAddress& address, const HostKey& key) const {
  using Kind = HostKeyVerdict::Kind;
  const KnownHost *known = nullptr, *other = nullptr;
  for (const auto* line : lines_of(address)) {
    const bool same = line->key.blob == key.blob;
    if (same && line->marker == "@revoked") return {Kind::revoked, line};
    if (!line->marker.empty()) continue;
    if (same) known = line;
    if (!usable(line->type)) continue;
    // the line to show: one of the same type if there is one
    if (!same && (other == nullptr || (other->type != key.type() && line->type == key.type()))) other = line;
  }
  if (known != nullptr) return {Kind::known, known};
  if (other != nullptr) return {Kind::changed, other};
  if (address.port == 22) return {};
  // As ssh does: a key known for the host without a port vouches for this port, but does not refuse another
  // key.
  const auto plain = judge({address.host, 22}, key);
  return plain.kind == Kind::changed ? HostKeyVerdict{} : plain;
}

std::vector<std::string> KnownHosts::types(const SshAddress& address) const {
  std::vector<std::string> types;
  for (const auto* line : lines_of(address)) {
    if (line->marker.empty() && usable(line->type)) types.push_back(line->type);
  }
  if (types.empty() && address.port != 22) return this->types({address.host, 22});
  return types;
}

void remember_host_key(const std::filesystem::path& file, const SshAddress& address, const HostKey& key) {
  std::filesystem::create_directories(file.parent_path());
  const auto lock_file = file.string() + ".lock", fresh = file.string() + ".new";
  const Fd lock(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) throw Error("lock {}: {}", lock_file, std::strerror(errno));
  auto text = read_text(file);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  const auto line = fmt::format("{} {} {}\n", name_with_port(address), key.type(), base64(key.blob));
  if (text.find(line) != std::string::npos) return;  // another job was first
  text += line;
  const Fd out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out) throw Error("write {}: {}", fresh, std::strerror(errno));
  write_all(out.get(), text, fresh);
  std::filesystem::rename(fresh, file);
}

}  // namespace runner
