// steps/builtin/toolchain/maven_files.hpp -- the texts of Maven's settings.xml and toolchains.xml that
// setup-java writes. The settings name environment variables, never what is in them.
#pragma once
#include <string>
#include <string_view>

namespace runner {

struct MavenServer {
  std::string id, username_variable, password_variable;
};
std::string maven_settings(const MavenServer& server);

struct MavenToolchain {
  std::string version, vendor, id, home;
};
// `before`: the file as it was, or ""; an entry with the same id is replaced.
std::string maven_toolchains(std::string_view before, const MavenToolchain& toolchain);

}  // namespace runner
