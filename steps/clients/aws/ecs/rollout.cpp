#include "steps/clients/aws/ecs/rollout.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/step_session.hpp"

namespace runner::aws {
namespace {

class Rollout {
 public:
  Rollout(StepHost& host, Client& ecs, const EcsTarget& target, const Json& before, const Json& updated)
      : host_(host), ecs_(ecs), target_(target), events_(before) {
    const auto wanted = primary_deployment(updated);
    id_ = text_of(wanted, "id");
    definition_ = text_of(wanted, "taskDefinition");
    tell(updated);
  }

  StepResult wait(WaitLimits limits) {
    Pauses pauses(host_, limits);
    while (true) {
      const auto service = describe_service(ecs_, target_);
      tell(service);
      if (const auto why = gone_wrong(service); !why.empty()) return ended_badly(service, why);
      if (is_stable(service)) {
        host_.log(fmt::format("The {} is stable: {}", target_.text(), live_text(service)));
        return {};
      }
      host_.progress(live_text(service));
      if (pauses.pause()) continue;
      if (host_.stop().stop_requested()) return cancelled(service);
      return ended_badly(service,
                         fmt::format("{{\"state\":\"TIMEOUT\",\"reason\":\"Waiter has timed out\"}}: the "
                                     "{} was not stable after {} min",
                                     target_.text(), limits.whole.count() / 60));
    }
  }

 private:
  // The service says it has failed, or it is on its way elsewhere. "" while neither.
  std::string gone_wrong(const Json& service) const {
    const auto ours = deployment_of(service, id_), primary = primary_deployment(service);
    if (text_of(ours, "rolloutState") == "FAILED") {
      return fmt::format("Deployment {} of {} failed: {}", id_, short_arn(definition_),
                         text_of(ours, "rolloutStateReason"));
    }
    if (id_.empty() || text_of(primary, "id") == id_) return {};
    if (ours.is_null()) {
      return fmt::format(
          "Deployment {} not found after stabilization. The service may have been rolled back by the "
          "deployment "
          "circuit breaker",
          id_);
    }
    return fmt::format(
        "Deployment {} of {} is no longer the one that the service is to reach: that is {} of {} "
        "now (rolled back, or another deployment began)",
        id_, short_arn(definition_), text_of(primary, "id"), short_arn(text_of(primary, "taskDefinition")));
  }

  void tell(const Json& service) {
    for (const auto& event : events_.news(service)) host_.log(event);
    const int failed = number_of(deployment_of(service, id_), "failedTasks");
    if (failed <= failed_) return;
    failed_ = failed;
    host_.log(fmt::format("{} of {} stopped", failed == 1 ? "1 task" : fmt::format("{} tasks", failed),
                          short_arn(definition_)));
    tell_reasons();
  }

  void tell_reasons() {
    for (const auto& reason : stopped_reasons(ecs_, target_, definition_)) {
      if (std::find(told_.begin(), told_.end(), reason) != told_.end()) continue;
      told_.push_back(reason);
      host_.log("  stopped task: " + reason);
    }
  }

  StepResult ended_badly(const Json& service, const std::string& why) {
    tell_reasons();
    auto text = fmt::format("{}.\nIn the {} {}.", why, target_.text(), live_text(service));
    for (const auto& reason : told_) text += "\nA task stopped: " + reason;
    return failure(text);
  }

  StepResult cancelled(const Json& service) const {
    return {Outcome::cancelled, fmt::format("cancelled while the {} was deployed, which goes on there: {}",
                                            target_.text(), live_text(service))};
  }

  StepHost& host_;
  Client& ecs_;
  const EcsTarget& target_;
  ServiceEvents events_;
  std::string id_, definition_;
  std::vector<std::string> told_;
  int failed_ = 0;
};

}  // namespace

bool Pauses::pause() {
  if (host_.stop().stop_requested() || waited_ >= limits_.whole) return false;
  const auto now =
      std::min<std::chrono::milliseconds>({next_, limits_.longest_pause, limits_.whole - waited_});
  host_.sleep(now);
  waited_ += now;
  next_ = std::min<std::chrono::milliseconds>(next_ * 3 / 2, limits_.longest_pause);
  return !host_.stop().stop_requested();
}

StepResult wait_for_rollout(StepHost& host, Client& ecs, const EcsTarget& target, const Json& before,
                            const Json& updated, WaitLimits limits) {
  return Rollout(host, ecs, target, before, updated).wait(limits);
}

}  // namespace runner::aws
