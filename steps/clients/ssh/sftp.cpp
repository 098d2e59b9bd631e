#include "steps/clients/ssh/sftp.hpp"

#include <set>
#include <vector>

#include <fmt/core.h>
#include <libssh2_sftp.h>

#include "steps/clients/ssh/sftp_session.hpp"

namespace runner {
namespace {

// libssh2 keeps as many write requests under way as fit into one call: over a long way a small buffer would
// wait.
constexpr size_t kBufferSize = 1200 * 1024;

class Upload {
 public:
  Upload(SshLink& link, std::string folder)
      : link_(link), sftp_(link), folder_(std::move(folder)), buffer_(kBufferSize) {
    make_parents(folder_ + "/");
  }

  void put(const SftpEntry& entry) {
    auto name = entry.name;
    while (name.ends_with('/')) name.pop_back();
    const auto path = name.empty() ? folder_ : folder_ + "/" + name;
    make_parents(path);
    switch (entry.kind) {
      case SftpEntry::Kind::folder:
        put_folder(path, entry);
        break;
      case SftpEntry::Kind::symlink:
        put_symlink(path, entry);
        break;
      case SftpEntry::Kind::file:
        put_file(path, entry);
        break;
    }
  }

  // Last of all: writing into a folder changes its time, and its mode may forbid writing.
  void finish() {
    for (auto at = folders_.rbegin(); at != folders_.rend(); ++at) set_attributes(at->first, at->second);
  }

 private:
  // Every folder in front of the last '/'; each is looked at once.
  void make_parents(const std::string& path) {
    for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const auto parent = path.substr(0, slash);
      if (made_.insert(parent).second) make_folder(parent, parent.size() <= folder_.size());
    }
  }

  void make_folder(const std::string& path, bool may_be_link) {
    const auto there = sftp_.look(path);
    if (there && LIBSSH2_SFTP_S_ISDIR(there->permissions)) return;
    if (there && LIBSSH2_SFTP_S_ISLNK(there->permissions) && may_be_link) return;
    if (there && sftp_.unlink(path) != 0)
      throw Error("replace {} on the server: {}", path, sftp_.reason(folder_));
    const int error =
        link_.finish([&] { return libssh2_sftp_mkdir_ex(sftp_.get(), path.data(), sftp_size(path), 0755); });
    if (error != 0) throw Error("make the folder {} on the server: {}", path, sftp_.reason(folder_));
    fresh_.insert(path);
  }

  void put_folder(const std::string& path, const SftpEntry& entry) {
    if (made_.insert(path).second) make_folder(path, path == folder_);
    folders_.emplace_back(path, entry);
  }

  void put_symlink(const std::string& path, const SftpEntry& entry) {
    sftp_.unlink(path);
    // OpenSSH takes the two names in this order, whatever the draft of the protocol says.
    const int error = link_.finish([&] {
      return libssh2_sftp_symlink_ex(sftp_.get(), entry.link.data(), sftp_size(entry.link),
                                     const_cast<char*>(path.data()), sftp_size(path), LIBSSH2_SFTP_SYMLINK);
    });
    if (error == 0) return;
    // libssh2 1.11.1 takes the request's number for the answer's status, so what is there now has to tell.
    const auto there = sftp_.look(path);
    if (!there || !LIBSSH2_SFTP_S_ISLNK(there->permissions))
      throw Error("make the symlink {} on the server", path);
  }

  void put_file(const std::string& path, const SftpEntry& entry) {
    write_file(path, entry);
    set_attributes(path, entry);
  }

  void write_file(const std::string& path, const SftpEntry& entry) {
    if (fresh_.count(path.substr(0, path.rfind('/'))) == 0) sftp_.unlink(path);
    constexpr unsigned long kFlags = LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC;
    const SftpFile file(link_, link_.finish_pointer([&] {
      return libssh2_sftp_open_ex(sftp_.get(), path.data(), sftp_size(path), kFlags,
                                  static_cast<long>(entry.mode & 0777), LIBSSH2_SFTP_OPENFILE);
    }));
    if (!file) throw Error("write {} on the server: {}", path, sftp_.reason(folder_));
    while (const auto size = entry.content(buffer_.data(), buffer_.size())) write(file.get(), path, size);
  }

  void write(LIBSSH2_SFTP_HANDLE* file, const std::string& path, size_t size) {
    for (size_t at = 0; at < size;) {
      const auto written =
          link_.finish([&] { return libssh2_sftp_write(file, buffer_.data() + at, size - at); });
      if (written < 0) throw Error("write {} on the server: {}", path, sftp_.reason(folder_));
      at += static_cast<size_t>(written);
    }
  }

  void set_attributes(const std::string& path, const SftpEntry& entry) {
    LIBSSH2_SFTP_ATTRIBUTES wanted{};
    wanted.flags = LIBSSH2_SFTP_ATTR_PERMISSIONS | LIBSSH2_SFTP_ATTR_ACMODTIME;
    wanted.permissions = entry.mode & 07777;
    wanted.atime = wanted.mtime = static_cast<unsigned long>(entry.modified);
    const int error = link_.finish([&] {
      return libssh2_sftp_stat_ex(sftp_.get(), path.data(), sftp_size(path), LIBSSH2_SFTP_SETSTAT, &wanted);
    });
    if (error != 0) throw Error("set mode and time of {} on the server: {}", path, sftp_.reason(folder_));
  }

  SshLink& link_;
  SftpSession sftp_;
  std::string folder_;
  std::vector<char> buffer_;
  std::set<std::string> made_, fresh_;  // folders that are there now; those that we made
  std::vector<std::pair<std::string, SftpEntry>> folders_;
};

}  // namespace

void upload_over(SshLink& link, const std::string& folder, const std::function<const SftpEntry*()>& next) {
  Upload upload(link, folder);
  while (const auto* entry = next()) upload.put(*entry);
  upload.finish();
}

}  // namespace runner
