// steps/builtin/toolchain/java_tool.hpp -- JDKs on this machine, by the file "release" that each has: no
// program is started.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

struct Jdk {
  SemanticVersion version;   // 8.0.392 for 1.8.0_392; with its build number when it has one
  std::string distribution;  // as setup-java calls it; the vendor's own name where it has no such word
  std::filesystem::path home;
  std::string from;
  bool compiler = false;  // a JDK, not a JRE
};

struct JavaRequest {
  std::string version;       // "17", "17.0.3+7", "8", "21-ea", "latest", a range
  std::string distribution;  // "temurin", ...; "" is any
  bool compiler = true;
};

// The newest first; of equal ones those of the tool cache and of managers.
std::vector<Jdk> installed_jdks(const Surroundings& around);
// One of the distribution asked for, else any other. Throws InputError for what means no version.
std::optional<Jdk> choose_jdk(const JavaRequest& request, const std::vector<Jdk>& found);
std::string jdk_missing(const JavaRequest& request, const std::vector<Jdk>& found,
                        const Surroundings& around);

const std::vector<std::string>& java_distributions();  // all that setup-java knows

}  // namespace runner
