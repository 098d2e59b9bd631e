// The role of the EC2 instance this is. On another machine nothing is asked: it would cost a second.
#include <charconv>
#include <filesystem>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";

bool is_true(std::string_view text) { return equal_ignoring_case(text, "true"); }

bool file_says(const char* file, std::string_view beginning) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return false;
  try {
    return lower(read_file(file)).starts_with(beginning);
  } catch (const Error&) {
    return false;
  }
}

bool is_instance() {
  return file_says("/sys/class/dmi/id/sys_vendor", "amazon ec2") ||
         file_says("/sys/class/dmi/id/bios_vendor", "amazon ec2") ||
         file_says("/sys/class/dmi/id/board_asset_tag", "i-") || file_says("/sys/hypervisor/uuid", "ec2");
}

int number_of(const std::string& text, int fallback) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number > 0 ? number : fallback;
}

class Metadata {
 public:
  Metadata(const Chain& chain, std::string endpoint) : chain_(chain), endpoint_(std::move(endpoint)) {
    const auto& env = chain.world.env;
    seconds_ = number_of(env_value(env, "AWS_METADATA_SERVICE_TIMEOUT"), 1);
    attempts_ = number_of(env_value(env, "AWS_METADATA_SERVICE_NUM_ATTEMPTS"), 1);
  }

  // The short-lived token of version 2; false: there is no such service.
  bool open() {
    const auto answer = ask("PUT", "/latest/api/token", {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}});
    const bool old = !answer || answer->status == 403 || answer->status == 404 || answer->status == 405;
    if (old) return !is_true(env_value(chain_.world.env, "AWS_EC2_METADATA_V1_DISABLED"));
    if (answer->status == 200) token_ = trim(answer->body);
    return answer->status == 200;
  }

  std::optional<std::string> get(const std::string& path) {
    std::vector<std::pair<std::string, std::string>> headers;
    if (!token_.empty()) headers.emplace_back("x-aws-ec2-metadata-token", token_);
    const auto answer = ask("GET", path, std::move(headers));
    if (!answer || answer->status != 200) return std::nullopt;
    return answer->body;
  }

 private:
  std::optional<HttpResponse> ask(const char* method, const std::string& path,
                                  std::vector<std::pair<std::string, std::string>> headers) {
    HttpRequest request;
    request.method = method;
    request.url = endpoint_ + path;
    request.headers = std::move(headers);
    request.connect_timeout = request.timeout = std::chrono::seconds(seconds_);
    request.proxy = HttpProxy{};
    request.stop = chain_.world.stop;
    for (int attempt = 1; attempt <= attempts_; ++attempt) {
      try {
        return chain_.world.http.send(request);
      } catch (const HttpError&) {
        if (chain_.world.stop.stop_requested()) throw;
      }
    }
    return std::nullopt;
  }

  const Chain& chain_;
  std::string endpoint_, token_;
  int seconds_ = 1, attempts_ = 1;
};

}  // namespace

std::optional<Credentials> instance_credentials(const Chain& chain) {
  const auto& env = chain.world.env;
  if (is_true(env_value(env, "AWS_EC2_METADATA_DISABLED"))) return std::nullopt;
  auto endpoint = env_value(env, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty()) endpoint = chain.setting("ec2_metadata_service_endpoint");
  if (endpoint.empty() && !is_instance()) return std::nullopt;
  if (endpoint.empty()) endpoint = "http://169.254.169.254";
  while (endpoint.ends_with('/')) endpoint.pop_back();
  Metadata metadata(chain, endpoint);
  if (!metadata.open()) return std::nullopt;
  const auto role = metadata.get(std::string(kRoles));
  if (!role || trim(*role).empty()) return std::nullopt;
  const std::string name(trim(split_lines(*role).front()));
  const auto text = metadata.get(std::string(kRoles) + name);
  const auto json = read_ordered_json(text.value_or(""));
  if (!json.is_object() || !json.contains("AccessKeyId")) return std::nullopt;
  return read_credentials(json, {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"},
                          fmt::format("role {} of this instance", name));
}

}  // namespace runner::aws
