// Any bytes as .secrets: no crash, and no message holds what the file holds but names.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/cli/value_files.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace runner;
  const std::string text(data, data + size);
  try {
    for (const auto& [name, value] : parse_dotenv(text, "f")) {
      if (name.empty()) std::abort();
    }
  } catch (const UsageError& error) {
    // Values of the seeds are of capital letters and digits with a sign: no message has such a word of its
    // own.
    const std::string_view message = error.what();
    for (size_t at = text.find("K3Y+"); at != std::string::npos; at = text.find("K3Y+", at + 1)) {
      if (message.find("K3Y+") != std::string_view::npos) std::abort();
    }
  }
  return 0;
}
