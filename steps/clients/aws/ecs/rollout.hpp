// steps/clients/aws/ecs/rollout.hpp -- a rolling deployment of an ECS service: its events as they come, and a
// truthful end, also after the service went back by itself.
#pragma once
#include <chrono>
#include <string>

#include "steps/clients/aws/ecs/service.hpp"
#include "steps/step.hpp"

namespace runner::aws {

struct WaitLimits {
  std::chrono::seconds whole{1800};
  std::chrono::seconds longest_pause{15};
};

// Pauses that grow to the longest; false when the time is over or the job is to stop.
class Pauses {
 public:
  Pauses(StepHost& host, WaitLimits limits) : host_(host), limits_(limits) {}
  bool pause();

 private:
  StepHost& host_;
  WaitLimits limits_;
  std::chrono::milliseconds next_{2000}, waited_{0};
};

// `updated`: the service as UpdateService answered; `before`: as it was. Success when it is stable on the
// definition that the update asked for.
StepResult wait_for_rollout(StepHost& host, Client& ecs, const EcsTarget& target, const Json& before,
                            const Json& updated, WaitLimits limits);

}  // namespace runner::aws
