#include "steps/clients/ssh/sftp_session.hpp"

#include <fmt/core.h>

namespace runner {

SftpFile::~SftpFile() {
  if (handle_ == nullptr) return;
  try {
    link_.finish([&] { return libssh2_sftp_close_handle(handle_); });
  } catch (const std::exception&) {  // cancelled or cut off: the session frees what is left
    return;
  }
}

SftpSession::SftpSession(SshLink& link)
    : link_(link), sftp_(link.finish_pointer([&] { return libssh2_sftp_init(link.session()); })) {
  if (!sftp_) throw Error("start SFTP: {}", link.last_error());
}

std::optional<LIBSSH2_SFTP_ATTRIBUTES> SftpSession::look(const std::string& path) {
  LIBSSH2_SFTP_ATTRIBUTES found{};
  const int error = link_.finish([&] {
    return libssh2_sftp_stat_ex(sftp_.get(), path.data(), sftp_size(path), LIBSSH2_SFTP_LSTAT, &found);
  });
  return error == 0 ? std::optional(found) : std::nullopt;
}

int SftpSession::unlink(const std::string& path) {
  return link_.finish([&] { return libssh2_sftp_unlink_ex(sftp_.get(), path.data(), sftp_size(path)); });
}

std::optional<uint64_t> SftpSession::free_bytes(const std::string& path) {
  LIBSSH2_SFTP_STATVFS found{};
  const int error =
      link_.finish([&] { return libssh2_sftp_statvfs(sftp_.get(), path.data(), path.size(), &found); });
  return error == 0 ? std::optional<uint64_t>(found.f_bavail * found.f_frsize) : std::nullopt;
}

std::string SftpSession::reason(const std::string& path) {
  if (libssh2_session_last_errno(link_.session()) != LIBSSH2_ERROR_SFTP_PROTOCOL) return link_.last_error();
  const auto error = libssh2_sftp_last_error(sftp_.get());
  if (error == LIBSSH2_FX_NO_SUCH_FILE) return "no such file";
  if (error == LIBSSH2_FX_PERMISSION_DENIED) return "permission denied";
  constexpr uint64_t kFull = 64 * 1024;  // less than a page or two may be free of a disk that is full
  if (const auto free = free_bytes(path); free && *free < kFull) return "no space left on the server";
  return fmt::format("SFTP error {}", error);
}

}  // namespace runner
