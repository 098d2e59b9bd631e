#include "runner/journal/process_id.hpp"

#include <unistd.h>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

// Empty when there is no such process, or only its dead body waits for its parent.
std::string start_of(std::string_view pid) {
  const auto stat = read_if_there(fmt::format("/proc/{}/stat", pid));
  const auto name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return {};
  const auto fields = split(std::string_view(stat).substr(name_end + 2), ' ');
  constexpr size_t kState = 0, kStart = 19;  // counted from field 3, proc(5)
  if (fields.size() <= kStart || fields[kState] == "Z" || fields[kState] == "X") return {};
  return std::string(fields[kStart]);
}

std::string boot() { return std::string(trim(read_if_there("/proc/sys/kernel/random/boot_id"))); }

}  // namespace

std::string this_process() {
  const auto pid = fmt::format("{}", ::getpid());
  return fmt::format("{}:{}:{}", pid, start_of(pid), boot());
}

bool is_alive(std::string_view process) {
  const auto parts = split(process, ':');
  if (parts.size() != 3 || parts[0].find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto start = start_of(parts[0]);
  return !start.empty() && start == parts[1] && boot() == parts[2];
}

}  // namespace runner
