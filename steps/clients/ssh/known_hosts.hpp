// steps/clients/ssh/known_hosts.hpp -- host keys seen before: the user's files, which are only read, and a
// file of our own in the same format.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/ssh/address.hpp"

namespace runner {

struct HostKey {
  std::string blob;                 // as the server sent it
  std::string type() const;         // "ssh-ed25519"
  std::string fingerprint() const;  // "SHA256:" and 43 characters
};

struct KnownHost {  // one line of a file
  std::filesystem::path file;
  int line = 0;
  std::string marker;  // "@revoked", "@cert-authority" or ""
  std::string names;   // comma list of patterns, or "|1|salt|hash"
  std::string type;
  HostKey key;
};

struct HostKeyVerdict {
  enum class Kind { known, unknown, changed, revoked } kind = Kind::unknown;
  const KnownHost* line = nullptr;  // the one that decided
};

class KnownHosts {
 public:
  KnownHosts() = default;
  void add_file(const std::filesystem::path& file);  // a file that is not there is empty
  void add_text(const std::filesystem::path& file, std::string_view text);

  // `name` in lower case or upper; entries of "[host]:port" come first, then those of the host alone.
  HostKeyVerdict judge(const SshAddress& address, const HostKey& key) const;
  std::vector<std::string> types(const SshAddress& address) const;  // of the keys known for it

 private:
  std::vector<const KnownHost*> lines_of(const SshAddress& address) const;
  std::vector<KnownHost> lines_;
};

// Adds a line to `file` (0600), replaced as a whole; safe beside other threads and processes. Throws Error.
void remember_host_key(const std::filesystem::path& file, const SshAddress& address, const HostKey& key);

bool known_host_matches(std::string_view names, std::string_view name);  // the first field of a line

}  // namespace runner
