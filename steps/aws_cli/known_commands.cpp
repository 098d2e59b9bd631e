#include "steps/aws_cli/known_commands.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/core.h>

#include "steps/aws_cli/custom_commands.hpp"
#include "steps/aws_cli/options.hpp"
#include "steps/aws_cli/s3_request.hpp"
#include "steps/clients/aws/model.hpp"
#include "steps/system/fd.hpp"

namespace runner::aws {
namespace {

bool is_known(const std::string& service, const std::string& command) {
  if (service == "s3") return is_s3_command(command);
  if (find_custom_command(service, command) != nullptr) return true;
  const auto* table = find_service(service);
  return table != nullptr && table->operation(command) != nullptr;
}

bool is_waiter(const std::string& service, const std::string& waiter) {
  const auto* table = find_service(service);
  return table != nullptr && table->waiter(waiter) != nullptr;
}

std::vector<std::string> words_of(const std::vector<std::string>& args) {
  try {
    return read_globals(args).words;
  } catch (const UsageError252&) {
    return {};
  }
}

}  // namespace

std::vector<std::string> known_commands() {
  std::vector<std::string> names = custom_command_names();
  for (const auto& command : s3_commands()) names.push_back("s3 " + command);
  for (const auto service : service_names()) {
    const auto* table = find_service(service);
    for (const auto& operation : table->operations)
      names.push_back(fmt::format("{} {}", service, kebab_case(operation.name)));
    for (const auto& waiter : table->waiters)
      names.push_back(fmt::format("{} wait {}", service, kebab_case(waiter.name)));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string command_name(const std::vector<std::string>& args) {
  const auto words = words_of(args);
  if (words.size() < 2) return {};
  if (words[1] == "wait" && words.size() > 2)
    return is_waiter(words[0], words[2]) ? fmt::format("{} wait {}", words[0], words[2]) : "";
  return is_known(words[0], words[1]) ? words[0] + " " + words[1] : "";
}

void record_command(const std::filesystem::path& record, const std::string& command, int status) {
  const Fd file(::open(record.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return;
  const auto line = fmt::format("{{\"command\":\"{}\",\"status\":{}}}\n", command, status);
  static_cast<void>(!::write(file.get(), line.data(), line.size()));  // one call: steps call aws at once
}

}  // namespace runner::aws
