// steps/clients/ssh/ssh.hpp -- a login on a server over SSH, and commands run there. Over libssh2, which does
// not show here. A connection belongs to one thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/ssh/address.hpp"
#include "steps/clients/ssh/arrival.hpp"
#include "steps/clients/ssh/dial.hpp"
#include "steps/clients/ssh/wait.hpp"
#include "steps/system/process.hpp"

namespace runner {

class SshLink;

struct SshKey {
  std::string origin;  // for messages: "key", "key_path"
  std::string text;    // normalized
};

struct SshLogin {
  std::string user, password, passphrase;
  std::vector<SshKey> keys;
  std::string agent_socket;  // "" for none
};

struct SshServer {
  SshAddress address;
  IpVersion version = IpVersion::any;
  SshLogin login;
  std::string fingerprint;  // "SHA256:..."; empty: the known hosts decide
  std::string ciphers;      // comma list; empty: the safe ones
  bool insecure_ciphers = false;
  std::optional<std::chrono::milliseconds> timeout =
      std::chrono::seconds(30);  // to connect, and again to log in
};

struct HostKeyRules {
  std::vector<std::filesystem::path> files;   // read
  std::filesystem::path own_file;             // read and added to
  bool strict = false;                        // an unknown key is refused
  bool remember = true;                       // an unknown key is added to own_file
  std::function<void(std::string_view)> say;  // told about a key seen for the first time
};

struct SshCommand {
  std::string line;  // for the login shell
  std::function<size_t(char* buffer, size_t size)>
      input;  // fills the buffer for stdin, 0 at the end; may be empty
  OutputSink output;
  std::optional<std::chrono::milliseconds> timeout;
  bool terminal = false;  // stderr comes as stdout, lines end in CR LF
};

struct SshExit {
  int status = 0;      // 128 + the signal's number when one killed it
  std::string signal;  // "KILL"
  bool timed_out = false, stopped = false;
  bool refused = false;  // the server runs no commands (only SFTP, say)
};

struct SftpEntry {
  enum class Kind { file, folder, symlink } kind = Kind::file;
  std::string name;  // relative to the folder
  uint32_t mode = 0644;
  int64_t modified = 0;
  std::string link;
  std::function<size_t(char* buffer, size_t size)> content;
};

struct RemoteFile {
  char kind = '-';  // as ls shows it: '-', 'd', 'l' or another
  uint64_t size_bytes = 0;
};

struct SftpFolder {  // what is there, looked at without a shell
  bool there = false;
  std::optional<uint64_t> free_bytes;
  std::map<std::string, RemoteFile> found;
};

class SshConnection {
 public:
  // `jump`: the login goes through this server; null: directly. Throws Error with the texts a user knows from
  // ssh-action, SshTimeout, SshStopped.
  SshConnection(const SshServer& server, const SshServer* jump, const HostKeyRules& rules,
                const std::stop_token& stop);
  ~SshConnection();
  const SshArrival& arrival() const;
  const SshArrival* jump_arrival() const;  // null without a jump host

  // When time is over or a stop was asked the command is sent INT, TERM and KILL in turn. Throws Error when
  // the connection breaks.
  SshExit run(const SshCommand& command);

  // Writes entries below `folder` (made if missing) as tar would: a symlink where a folder must stand is
  // replaced. `next` gives null at the end.
  void upload(const std::string& folder, const std::function<const SftpEntry*()>& next);
  // Deletes a folder and all in it over SFTP; nothing there is fine.
  void remove(const std::string& folder);
  // Looks for `names` below `folder`, over SFTP.
  SftpFolder look(const std::string& folder, const std::vector<std::string>& names);

 private:
  Waiter waiter_;
  std::unique_ptr<SshLink> jump_, link_;  // the jump host's goes last
};

}  // namespace runner
