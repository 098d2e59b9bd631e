#include "steps/clients/aws/s3/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "parser/base/text.hpp"
#include "steps/system/handle.hpp"

namespace runner::aws::s3 {
namespace {

using Dir = Handle<DIR, closedir>;

Time time_of(const struct stat& info) {
  return Time(std::chrono::duration_cast<Time::duration>(std::chrono::seconds(info.st_mtim.tv_sec) +
                                                         std::chrono::nanoseconds(info.st_mtim.tv_nsec)));
}

// Why it is passed over; "" when it is not. `info` is filled in either case that matters.
std::string_view obstacle(int folder, const char* name, struct stat& info) {
  if (::fstatat(folder, name, &info, 0) != 0) return "File does not exist.";
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
    return "File is character special device, block special device, FIFO, or socket.";
  if (::faccessat(folder, name, R_OK, AT_EACCESS) != 0) return "File/Directory is not readable.";
  // A key is text: the object could not be named.
  if (!valid_utf8(name)) return "File name is not valid UTF-8.";
  return "";
}

bool is_link(int folder, const char* name) {
  struct stat info {};
  return ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

std::string warning(const std::string& path, std::string_view why) {
  return fmt::format("warning: Skipping file {}. {}", path, why);
}

}  // namespace

LocalWalk::LocalWalk(const std::string& folder, bool follow_links, OnWarning on_warning, OnLink on_link)
    : root_size_(folder.size()),
      follow_links_(follow_links),
      on_warning_(std::move(on_warning)),
      on_link_(std::move(on_link)) {
  const auto name = folder.size() > 1 ? folder.substr(0, folder.size() - 1) : folder;
  if ((!follow_links || on_link_) && is_link(AT_FDCWD, name.c_str()) && !(follow_links && on_link_(name)))
    return;
  open(folder);
}

void LocalWalk::open(const std::string& folder) {
  const Dir dir(::opendir(folder.c_str()));
  if (!dir) return;
  const int fd = ::dirfd(dir.get());
  Folder found{folder, {}};
  while (const auto* item = ::readdir(dir.get())) {
    const std::string_view name = item->d_name;
    if (name == "." || name == "..") continue;
    const bool may_be_link = item->d_type == DT_LNK || item->d_type == DT_UNKNOWN;
    if (may_be_link && (!follow_links_ || on_link_) && is_link(fd, item->d_name) &&
        !(follow_links_ && on_link_(folder + std::string(name))))
      continue;
    struct stat info {};
    if (const auto why = obstacle(fd, item->d_name, info); !why.empty()) {
      on_warning_(warning(folder + std::string(name), why));
      continue;
    }
    found.names.push_back({std::string(name) + (S_ISDIR(info.st_mode) ? "/" : ""),
                           static_cast<uint64_t>(info.st_size), time_of(info)});
  }
  // With its '/', a folder stands where its files' keys do: a-b, a.b, a/x, a0.
  std::ranges::sort(found.names, {}, &Name::name);
  open_.push_back(std::move(found));
}

std::optional<Entry> LocalWalk::next() {
  while (!open_.empty()) {
    auto& folder = open_.back();
    if (folder.at == folder.names.size()) {
      open_.pop_back();
      continue;
    }
    auto& name = folder.names[folder.at++];
    auto path = folder.path + name.name;
    if (path.ends_with('/')) {
      open(path);
      continue;
    }
    auto relative = path.substr(root_size_);
    return Entry{std::move(path), std::move(relative), name.size, name.modified};
  }
  return std::nullopt;
}

std::optional<Entry> single_file(const std::string& path, bool follow_links,
                                 const LocalWalk::OnWarning& on_warning, const LocalWalk::OnLink& on_link) {
  const auto plain = path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  if ((!follow_links || on_link) && is_link(AT_FDCWD, plain.c_str()) && !(follow_links && on_link(plain)))
    return std::nullopt;
  struct stat info {};
  if (const auto why = obstacle(AT_FDCWD, path.c_str(), info); !why.empty()) {
    on_warning(warning(path, why));
    return std::nullopt;
  }
  return Entry{path, path.substr(path.rfind('/') + 1), static_cast<uint64_t>(info.st_size), time_of(info)};
}

}  // namespace runner::aws::s3
