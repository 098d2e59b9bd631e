#include "tests/support/ssh_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/system/fd.hpp"

namespace runner::test {
namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";

std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return text;
}

int free_port() {
  const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// In the child. sshd insists on /run/sshd; in a namespace of its own it gets one without touching the
// machine's.
void hide_machine(const std::string& passwd, const std::string& shadow, const std::string& tiny) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0) {
    ::_exit(90);
  }
  ::mkdir("/run/sshd", 0755);
  if (!tiny.empty() && ::mount("tmpfs", tiny.c_str(), "tmpfs", 0, "size=256k,mode=1777") != 0) ::_exit(94);
  if (passwd.empty()) return;
  if (::mount(passwd.c_str(), "/etc/passwd", nullptr, MS_BIND, nullptr) != 0) ::_exit(91);
  if (::mount(shadow.c_str(), "/etc/shadow", nullptr, MS_BIND, nullptr) != 0) ::_exit(92);
}

// Reads sshd's messages until it listens; false when it ends before.
bool wait_until_listening(const std::filesystem::path& log, int pipe) {
  std::string text;
  char piece[512];
  while (text.find("Server listening") == std::string::npos) {
    const auto size = ::read(pipe, piece, sizeof piece);
    if (size <= 0) break;
    text.append(piece, static_cast<size_t>(size));
  }
  std::ofstream(log, std::ios::app) << text;
  return text.find("Server listening") != std::string::npos;
}

}  // namespace

std::string current_user() {
  const auto* entry = ::getpwuid(::getuid());
  return entry == nullptr ? "root" : entry->pw_name;
}

bool is_root() { return ::getuid() == 0; }

std::string make_key(const std::filesystem::path& file, const std::string& type,
                     const std::string& passphrase) {
  const std::string bits = type == "rsa" ? " -b 3072" : "";
  return output_of(fmt::format("ssh-keygen -q -t {}{} -C test -N '{}' -f '{}' </dev/null", type, bits,
                               passphrase, file.string()));
}

std::filesystem::path key_file(const std::string& name) {
  static const TempDir folder;
  static const std::map<std::string, std::string> types{
      {"ed25519", "ed25519"},      {"rsa", "rsa"},      {"ecdsa", "ecdsa"},      {"locked", "ed25519"},
      {"stranger", "ed25519"},     {"host_rsa", "rsa"}, {"host_ecdsa", "ecdsa"}, {"host_ed25519", "ed25519"},
      {"other_ed25519", "ed25519"}};
  const auto file = folder.path() / name;
  if (!std::filesystem::exists(file)) make_key(file, types.at(name), name == "locked" ? "open sesame" : "");
  return file;
}

std::string fingerprint_of(const std::string& name) {
  const auto text = output_of(fmt::format("ssh-keygen -l -f '{}.pub'", key_file(name).string()));
  return std::string(split(text, ' ').at(1));
}

SshServer::SshServer(const Options& options) {
  for (int attempt = 0; attempt < 5; ++attempt) {  // another program may take the port meanwhile
    port_ = free_port();
    write_configuration(options);
    if (start(options)) return;
    ::waitpid(pid_, nullptr, 0);
  }
  throw std::runtime_error("sshd does not start:\n" + log());
}

SshServer::~SshServer() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  raise_event(done_);  // a session may still hold the pipe
}

void SshServer::write_configuration(const Options& options) {
  std::string accepted;
  for (const auto* name : {"ed25519", "rsa", "ecdsa", "locked"})
    accepted += read_file(key_file(name).string() + ".pub");
  folder_.write("authorized_keys", accepted);
  std::string text = fmt::format(
      "ListenAddress 127.0.0.1:{}\nPidFile {}/pid\nAuthorizedKeysFile {}/authorized_keys\nPermitRootLogin "
      "yes\n"
      "StrictModes no\nUsePAM {}\nPasswordAuthentication {}\nKbdInteractiveAuthentication {}\nMaxStartups "
      "100\n"
      "Subsystem sftp internal-sftp\nLogLevel VERBOSE\n",
      port_, folder().string(), folder().string(), options.pam ? "yes" : "no",
      options.password.empty() || options.pam ? "no" : "yes", options.pam ? "yes" : "no");
  for (const auto& key : options.host_keys) text += "HostKey " + key_file(key).string() + "\n";
  folder_.write("sshd_config", text + options.extra + "\n");
  if (options.user.empty()) return;
  ::chmod(folder().c_str(), 0755);
  const auto home = folder() / "home";
  std::filesystem::create_directories(home);
  static_cast<void>(::chown(home.c_str(), 54321, 54321));
  const auto hash = output_of(fmt::format("openssl passwd -6 '{}'", options.password));
  folder_.write("passwd", read_file("/etc/passwd") + fmt::format("{}:x:54321:54321::{}:{}\n", options.user,
                                                                 home.string(), options.shell));
  folder_.write("shadow", read_file("/etc/shadow") +
                              fmt::format("{}:{}:19000:0:99999:7:::\n", options.user, trim(hash)));
  ::chmod((folder() / "shadow").c_str(), 0600);
}

bool SshServer::start(const Options& options) {
  const auto config = (folder() / "sshd_config").string(), log = (folder() / "log").string();
  const auto passwd = options.user.empty() ? "" : (folder() / "passwd").string();
  const auto shadow = (folder() / "shadow").string();
  const auto tiny = options.tiny_disk ? (folder() / "tiny").string() : "";
  if (options.tiny_disk) std::filesystem::create_directories(tiny);
  auto pipe = make_pipe();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (is_root()) hide_machine(passwd, shadow, tiny);
    ::dup2(pipe.write.get(), STDERR_FILENO);
    ::execl(kSshd, kSshd, "-D", "-e", "-f", config.c_str(), static_cast<char*>(nullptr));
    ::_exit(93);
  }
  pipe.write.reset();
  if (!wait_until_listening(log, pipe.read.get())) return false;
  done_ = make_event();
  copier_ = std::jthread([log, from = std::move(pipe.read), done = done_.get()] {
    std::ofstream out(log, std::ios::app);
    std::array<pollfd, 2> watched{pollfd{from.get(), POLLIN, 0}, pollfd{done, POLLIN, 0}};
    std::array<char, 4096> piece{};
    while (::poll(watched.data(), 2, -1) > 0 && watched[1].revents == 0) {
      const auto size = ::read(from.get(), piece.data(), piece.size());
      if (size <= 0) break;
      out.write(piece.data(), size).flush();
    }
  });
  return true;
}

std::string SshServer::known_hosts_line(const std::string& key) const {
  const auto text = read_file(key_file(key).string() + ".pub");
  const auto fields = split(text, ' ');
  return fmt::format("[127.0.0.1]:{} {} {}\n", port_, fields.at(0), fields.at(1));
}

std::string SshServer::log() const { return read_file(folder() / "log"); }

}  // namespace runner::test
