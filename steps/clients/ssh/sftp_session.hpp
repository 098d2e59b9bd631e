// steps/clients/ssh/sftp_session.hpp -- SFTP over a link: what writing, looking and deleting share. Private
// to steps/clients/ssh.
#pragma once
#include <optional>
#include <string>

#include <libssh2_sftp.h>

#include "steps/clients/ssh/link.hpp"

namespace runner {

using SftpHandle = Handle<LIBSSH2_SFTP, libssh2_sftp_shutdown>;

// An open file or folder. Closing takes an answer of the server: the end of this waits for it.
class SftpFile {
 public:
  SftpFile(SshLink& link, LIBSSH2_SFTP_HANDLE* handle) : link_(link), handle_(handle) {}
  ~SftpFile();
  SftpFile(const SftpFile&) = delete;
  SftpFile& operator=(const SftpFile&) = delete;
  LIBSSH2_SFTP_HANDLE* get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  SshLink& link_;
  LIBSSH2_SFTP_HANDLE* handle_;
};

inline unsigned sftp_size(const std::string& text) { return static_cast<unsigned>(text.size()); }

class SftpSession {
 public:
  explicit SftpSession(SshLink& link);  // throws Error
  LIBSSH2_SFTP* get() const { return sftp_.get(); }
  std::optional<LIBSSH2_SFTP_ATTRIBUTES> look(
      const std::string& path);  // at itself, not at where it leads to
  int unlink(const std::string& path);
  std::optional<uint64_t> free_bytes(const std::string& path);
  // Why the last call failed; SFTP has no word for a full disk, so that of `path` is asked for.
  std::string reason(const std::string& path);

 private:
  SshLink& link_;
  SftpHandle sftp_;
};

}  // namespace runner
