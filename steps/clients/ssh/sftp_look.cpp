// The second half of sftp.hpp: looking and deleting.
#include <array>

#include <fmt/core.h>

#include "steps/clients/ssh/sftp.hpp"
#include "steps/clients/ssh/sftp_session.hpp"

namespace runner {
namespace {

char kind_of(const LIBSSH2_SFTP_ATTRIBUTES& found) {
  if (LIBSSH2_SFTP_S_ISDIR(found.permissions)) return 'd';
  if (LIBSSH2_SFTP_S_ISLNK(found.permissions)) return 'l';
  return LIBSSH2_SFTP_S_ISREG(found.permissions) ? '-' : '?';
}

class Remover {
 public:
  explicit Remover(SshLink& link) : link_(link), sftp_(link) {}

  void remove(const std::string& path) {
    const auto there = sftp_.look(path);
    if (!there) return;
    if (kind_of(*there) != 'd') {
      if (sftp_.unlink(path) != 0) throw Error("delete {} on the server: {}", path, sftp_.reason(path));
      return;
    }
    for (const auto& name : names_in(path)) remove(path + "/" + name);
    const int error =
        link_.finish([&] { return libssh2_sftp_rmdir_ex(sftp_.get(), path.data(), sftp_size(path)); });
    if (error != 0) throw Error("delete the folder {} on the server: {}", path, sftp_.reason(path));
  }

 private:
  std::vector<std::string> names_in(const std::string& path) {
    const SftpFile folder(link_, link_.finish_pointer([&] {
      return libssh2_sftp_open_ex(sftp_.get(), path.data(), sftp_size(path), 0, 0, LIBSSH2_SFTP_OPENDIR);
    }));
    if (!folder) throw Error("read the folder {} on the server: {}", path, sftp_.reason(path));
    std::vector<std::string> names;
    std::array<char, 4096> name{};
    for (;;) {
      const int size = link_.finish([&] {
        return libssh2_sftp_readdir_ex(folder.get(), name.data(), name.size(), nullptr, 0, nullptr);
      });
      if (size < 0) throw Error("read the folder {} on the server: {}", path, sftp_.reason(path));
      if (size == 0) return names;
      const std::string_view found(name.data(), static_cast<size_t>(size));
      if (found != "." && found != "..") names.emplace_back(found);
    }
  }

  SshLink& link_;
  SftpSession sftp_;
};

}  // namespace

void remove_over(SshLink& link, const std::string& folder) { Remover(link).remove(folder); }

SftpFolder look_over(SshLink& link, const std::string& folder, const std::vector<std::string>& names) {
  SftpSession sftp(link);
  SftpFolder result;
  result.there = sftp.look(folder).has_value();
  result.free_bytes = sftp.free_bytes(result.there ? folder : ".");
  if (!result.there) return result;
  for (const auto& name : names) {
    if (const auto found = sftp.look(folder + "/" + name))
      result.found[name] = {.kind = kind_of(*found), .size_bytes = found->filesize};
  }
  return result;
}

}  // namespace runner
