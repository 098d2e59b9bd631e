// steps/clients/aws/ecs/service.hpp -- an ECS service as DescribeServices shows it: what is live in it, what
// it says of a deployment, why its tasks stopped. Reads only.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/clients/aws/client.hpp"

namespace runner::aws {

struct EcsTarget {
  std::string cluster = "default", service;
  std::string text() const;  // "service web in cluster prd"
};

// Throws Error: "<arn> is MISSING", "Service is DRAINING".
Json describe_service(Client& ecs, const EcsTarget& target);

std::string text_of(const Json& object, const char* name);  // "" when absent or no text
int number_of(const Json& object, const char* name);        // 0 likewise

// The deployment that the service is to reach; an empty object when it shows none.
Json primary_deployment(const Json& service);
// "" when it is gone from the service.
Json deployment_of(const Json& service, std::string_view id);

// "live is web:7 (2 of 2 tasks running); web:8 has 0 of 2 tasks running".
std::string live_text(const Json& service);
// One deployment only, and as many tasks running as wanted: the CLI's services-stable.
bool is_stable(const Json& service);

// Reasons of the stopped tasks of this definition, the same ones told once: "essential container exited; app:
// exit code 1". Empty where none are known. Never throws: it explains another failure.
std::vector<std::string> stopped_reasons(Client& ecs, const EcsTarget& target, const std::string& definition);

// What has happened since the last look, the oldest first. The first look gives nothing.
class ServiceEvents {
 public:
  explicit ServiceEvents(const Json& service) { news(service); }
  std::vector<std::string> news(const Json& service);

 private:
  std::vector<std::string> seen_;
};

}  // namespace runner::aws
