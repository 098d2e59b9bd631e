#include "runner/cli/wipe_arguments.hpp"

#include <cstring>
#include <string_view>

namespace runner {
namespace {

bool hides_value(std::string_view name) {
  return name == "-s" || name == "--secret" || name == "--token" || name == "--env";
}

void overwrite(char* text) { std::memset(text, '*', std::strlen(text)); }

}  // namespace

void wipe_secret_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto equals = argument.find('=');
    if (hides_value(argument) && i + 1 < argc) {
      char* value = argv[++i];
      char* start = argument == "--token" ? value : std::strchr(value, '=');
      if (start != nullptr) overwrite(start);
    } else if (hides_value(argument.substr(0, equals)) && equals != std::string_view::npos) {
      overwrite(argv[i] + equals + 1);
    } else if (argument.starts_with('-') && !argument.starts_with("--")) {  // -sNAME=VALUE, -qs NAME=VALUE
      const auto letter = argument.find('s');
      if (letter == std::string_view::npos) continue;
      if (letter + 1 < argument.size())
        overwrite(argv[i] + letter + 1);
      else if (i + 1 < argc && std::strchr(argv[i + 1], '=') != nullptr)
        overwrite(std::strchr(argv[++i], '='));
    }
  }
}

}  // namespace runner
