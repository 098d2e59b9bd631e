#include "steps/clients/ssh/copy.hpp"

#include <fstream>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/copy_stream.hpp"
#include "steps/clients/ssh/script.hpp"

namespace runner {
namespace {

constexpr int kNotFound = 127;  // a shell's status for a program that is not there
// Printed before anything else: without it no shell has read our line (ForceCommand, nologin).
constexpr std::string_view kShell = "runner: a shell\n";

// Feeds SFTP from the list.
class CopySource {
 public:
  explicit CopySource(const CopyList& list) : list_(list) {}
  const SftpEntry* next() {
    if (at_ == list_.items.size()) return nullptr;
    const auto& item = list_.items[at_++];
    entry_ = {};
    entry_.name = item.entry.name, entry_.link = item.entry.link;
    entry_.mode = item.entry.mode, entry_.modified = item.entry.modified;
    if (item.entry.kind == TarKind::folder) entry_.kind = SftpEntry::Kind::folder;
    if (item.entry.kind == TarKind::symlink) entry_.kind = SftpEntry::Kind::symlink;
    if (item.entry.kind == TarKind::file) open(item.source);
    return &entry_;
  }

 private:
  void open(const std::filesystem::path& path) {
    file_ = std::ifstream(path, std::ios::binary);
    if (!file_) throw Error("read {}", path.string());
    entry_.content = [this](char* buffer, size_t size) {
      file_.read(buffer, static_cast<std::streamsize>(size));
      return static_cast<size_t>(file_.gcount());
    };
  }
  const CopyList& list_;
  size_t at_ = 0;
  SftpEntry entry_;
  std::ifstream file_;
};

// What a tar that failed said of why: its last line only tells that it failed.
std::string_view telling_line(std::string_view said) {
  std::string_view telling;
  for (const auto line : split_lines(said)) {
    if (trim(line).empty() || line.find("Exiting with failure status") != std::string_view::npos) continue;
    if (line.find("No space left") != std::string_view::npos) return line;
    telling = line;
  }
  return telling;
}

class Copy {
 public:
  Copy(SshConnection& connection, const CopyOrder& order, const CopyWay& way, SshOutput& output)
      : connection_(connection), order_(order), way_(way), output_(output) {}

  void run() {
    for (const auto& target : order_.targets) {
      output_.line(fmt::format("{}copy {} to {}", way_.prefix, size_text(order_.list), target));
      const auto exit = unpack(target);
      if (!shell_) {
        output_.line(way_.prefix + "the server runs no commands: copying file by file over SFTP");
        send_files(target);
      } else if (exit.status == kNotFound && order_.tar == "tar") {
        output_.line(way_.prefix + "the server has no tar: copying file by file over SFTP");
        send_files(target);
      } else {
        check(exit, "tar on the server failed");
      }
    }
  }

 private:
  SshExit shell(const std::string& line, const std::function<size_t(char*, size_t)>& input,
                const OutputSink& sink) {
    const auto exit = connection_.run(
        {.line = line, .input = input, .output = sink, .timeout = way_.timeout, .terminal = false});
    if (exit.stopped) throw SshStopped();
    if (exit.timed_out) throw Error("Run Command Timeout");
    return exit;
  }

  std::string make_folder(const std::string& target) const {
    const auto path = remote_path(target);
    return fmt::format("{}mkdir -p -- {}", order_.rm ? fmt::format("rm -rf -- {} && ", path) : "", path);
  }

  SshExit unpack(const std::string& target) {
    const auto there = order_.tar == "tar" ? "command -v tar >/dev/null 2>&1 || exit 127; " : "";
    const auto line = fmt::format("echo '{}'; {}{} && {} -x{}f - {}-C {}", trim(kShell), there,
                                  make_folder(target), order_.tar, way_.gzip ? "z" : "",
                                  order_.overwrite ? "--overwrite " : "", remote_path(target));
    CopyStream stream(order_.list, way_.gzip);
    SshLines lines(output_, way_.prefix, way_.prefix);
    said_.clear();
    std::string first, early;  // of stdout and stderr, until we know who is speaking
    shell_ = false;
    const auto exit = shell(
        line, [&](char* buffer, size_t size) { return stream.read(buffer, size); },
        [&](Stream from, std::string_view piece) {
          if (shell_) return show(lines, piece);
          (from == Stream::out ? first : early) += piece;
          const auto at = first.find(kShell);
          if (at == std::string::npos) return;
          shell_ = true;
          show(lines, first.erase(at, kShell.size()) + early);
        });
    lines.finish();
    return exit;
  }

  void show(SshLines& lines, std::string_view piece) {
    lines.add(Stream::err, piece);
    said_ += piece;
  }

  void check(const SshExit& exit, std::string_view what) {
    if (exit.status == 0) return;
    const auto why = telling_line(said_);
    std::string system;
    const auto asked = shell("uname -s", {}, [&](Stream, std::string_view piece) { system += piece; });
    throw Error(
        "drone-scp error: {}: {}{}Process exited with status {}{}", what, why, why.empty() ? "" : ": ",
        exit.status,
        asked.status == 0 ? "" : " (the server does not seem to be a Unix: it does not know `uname`)");
  }

  void send_files(const std::string& target) {
    CopySource source(order_.list);
    const auto folder = shell_ ? folder_by_shell(target) : folder_without_shell(target);
    connection_.upload(folder, [&] { return source.next(); });
  }

  // The shell expands ~ and variables, SFTP does not.
  std::string folder_by_shell(const std::string& target) {
    std::string folder;
    said_.clear();
    const auto exit = shell(
        fmt::format("{} && cd -- {} >/dev/null && pwd", make_folder(target), remote_path(target)), {},
        [&](Stream stream, std::string_view piece) { (stream == Stream::out ? folder : said_) += piece; });
    check(exit, "making the folder failed");
    return std::string(trim(folder));
  }

  std::string folder_without_shell(const std::string& target) {
    auto folder = sftp_folder(target);
    if (order_.rm) connection_.remove(folder);
    return folder;
  }

  SshConnection& connection_;
  const CopyOrder& order_;
  const CopyWay& way_;
  SshOutput& output_;
  bool shell_ = false;  // the server has one
  std::string said_;    // by the server
};

}  // namespace

void copy_to_server(SshConnection& connection, const CopyOrder& order, const CopyWay& way,
                    SshOutput& output) {
  Copy(connection, order, way, output).run();
}

std::string size_text(uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
  if (bytes < 10'000'000'000) return fmt::format("{} MB", bytes / 1'000'000);
  return fmt::format("{} GB", bytes / 1'000'000'000);
}

std::string size_text(const CopyList& list) {
  return fmt::format("{} file{} ({})", list.files, list.files == 1 ? "" : "s", size_text(list.bytes));
}

std::string sftp_folder(std::string_view target) {
  if (target == "~") return ".";
  if (target.starts_with("~/")) target.remove_prefix(2);
  if (target.starts_with('~') || target.find('$') != std::string_view::npos)
    throw Error(
        "drone-scp error: target \"{}\": the server runs no commands, so only a shell could tell where that "
        "is",
        target);
  return target.empty() ? "." : std::string(target);
}

}  // namespace runner
