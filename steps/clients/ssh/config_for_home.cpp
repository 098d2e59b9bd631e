// The last part of program.hpp.
#include <fstream>
#include <sstream>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/program.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// What ssh looks for when no configuration names a key.
constexpr const char* kDefaultKeys[] = {"id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// As a word of an ssh configuration: quoted, and a % stands for itself.
std::string word(const fs::path& path) { return "\"" + replace_all(path.string(), "%", "%%") + "\""; }

std::string keys_in(const fs::path& folder) {
  std::string lines;
  std::error_code error;
  for (const auto* name : kDefaultKeys) {
    if (fs::exists(folder / name, error)) lines += fmt::format("IdentityFile {}\n", word(folder / name));
  }
  return lines;
}

// The job's own configuration, with its ~ spelled out.
std::string own_text(const fs::path& home) {
  auto text = text_of(home / ".ssh" / "config");
  text = replace_all(std::move(text), "~/", home.string() + "/");
  return replace_all(std::move(text), "%d/", home.string() + "/") + "\n";
}

}  // namespace

// Of most options the first value counts, so the job's come first; keys are collected from all.
std::string config_for_home(const fs::path& home, const fs::path& user_home) {
  const auto own = home / ".ssh", users = user_home / ".ssh";
  return own_text(home) +
         fmt::format("Host *\n{}UserKnownHostsFile {} {} {} {}\n", keys_in(own), word(own / "known_hosts"),
                     word(own / "known_hosts2"), word(users / "known_hosts"), word(users / "known_hosts2")) +
         fmt::format("Include {}\nHost *\n{}Include /etc/ssh/ssh_config\n", word(users / "config"),
                     keys_in(users));
}

}  // namespace runner
