// A value that names a file: file:// and fileb://, with $VARIABLES and ~ as the CLI expands them.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "parser/base/text.hpp"
#include "steps/aws_cli/parameters.hpp"
#include "steps/system/fd.hpp"

namespace runner::aws {
namespace {

std::string variable(const Environment& env, const std::string& name, std::string fallback) {
  const auto found = env.find(name);
  return found == env.end() ? std::move(fallback) : found->second;
}

bool is_name_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// $NAME and ${NAME}; what is not set stays as it is.
std::string expand_variables(std::string_view text, const Environment& env) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const bool braced = text.compare(at, 2, "${") == 0;
    size_t end = at + (braced ? 2 : 1);
    while (end < text.size() && (braced ? text[end] != '}' : is_name_part(text[end]))) ++end;
    const auto name = text.substr(at + (braced ? 2 : 1), end - at - (braced ? 2 : 1));
    if (text[at] != '$' || name.empty() || (braced && end == text.size())) {
      result += text[at++];
      continue;
    }
    if (braced) ++end;
    result += variable(env, std::string(name), std::string(text.substr(at, end - at)));
    at = end;
  }
  return result;
}

std::filesystem::path expanded(std::string_view path, const ValueSources& sources) {
  std::string text(path);
  if (text == "~" || text.rfind("~/", 0) == 0) text = variable(sources.env, "HOME", "~") + text.substr(1);
  return expand_variables(text, sources.env);
}

// Nothing, and errno, where it cannot be read.
std::optional<std::string> read_bytes(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string bytes;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = ::read(file.get(), buffer, sizeof buffer)) > 0)
    bytes.append(buffer, static_cast<size_t>(count));
  if (count < 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string value_or_file(std::string_view option, const std::string& value, const ValueSources& sources) {
  const bool binary = value.rfind("fileb://", 0) == 0;
  if (!binary && value.rfind("file://", 0) != 0) return value;
  const auto path = expanded(std::string_view(value).substr(binary ? 8 : 7), sources);
  const auto bytes = read_bytes(sources.directory / path);
  if (!bytes)
    refuse_value(
        fmt::format("Error parsing parameter '--{}': Unable to load paramfile {}: [Errno {}] {}: '{}'",
                    option, value, errno, std::strerror(errno), path.string()));
  if (!binary && !valid_utf8(*bytes))
    refuse_value(
        fmt::format("Error parsing parameter '--{}': Unable to load paramfile ({}), text contents could not "
                    "be decoded.  If this is a binary file, please use the fileb:// prefix instead of the "
                    "file:// prefix.",
                    option, path.string()));
  return *bytes;
}

}  // namespace runner::aws
