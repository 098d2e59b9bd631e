// tests/support/git.hpp -- the git program, to make repositories and to compare with. Nobody's configuration
// counts.
#pragma once
#include <stdio.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace runner::test {

// Standard output of `git ARGUMENTS` (shell syntax) in `folder`, without the last line end. Throws when git
// fails.
inline std::string git(const std::filesystem::path& folder, const std::string& arguments) {
  static int clock = 1'700'000'000;  // each commit a second later, so that orders by date are stable
  const std::string when = "'" + std::to_string(++clock) + " +0200' ";
  const std::string command =
      "exec 2>&1; cd '" + folder.string() +
      "' && export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE=" + when +
      "GIT_COMMITTER_DATE=" + when +
      "; git() { command git -c user.name='A U Thor' -c user.email=a@example.com -c init.defaultBranch=main "
      "-c core.safecrlf=false -c protocol.file.allow=always \"$@\"; }; git " +
      arguments;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen: " + command);
  std::string text;
  char piece[4096];
  while (const size_t size = ::fread(piece, 1, sizeof piece, pipe)) text.append(piece, size);
  if (::pclose(pipe) != 0) throw std::runtime_error(command + "\n" + text);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

inline bool git_fails(const std::filesystem::path& folder, const std::string& arguments) {
  try {
    git(folder, arguments);
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

}  // namespace runner::test
