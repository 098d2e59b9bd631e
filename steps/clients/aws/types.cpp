#include "steps/clients/aws/types.hpp"

#include <fmt/core.h>

namespace runner::aws {
namespace {

std::string told(const std::string& code, const std::string& operation, const std::string& message,
                 int retries) {
  if (code.empty()) return message;
  return fmt::format("An error occurred ({}) when calling the {} operation{}: {}", code, operation,
                     retries > 0 ? fmt::format(" (reached max retries: {})", retries) : "", message);
}

}  // namespace

ServiceError::ServiceError(std::string code, std::string operation, std::string message, int status,
                           int retries)
    : Error("{}", told(code, operation, message, retries)),
      code_(std::move(code)),
      operation_(std::move(operation)),
      message_(std::move(message)),
      status_(status) {}

}  // namespace runner::aws
