// steps/clients/docker/login.hpp -- keeps a registry's login for the rest of the job, checked with the engine
// where there is one, and takes it back in the step's post.
#pragma once
#include <string>

#include "steps/clients/docker/config.hpp"
#include "steps/step.hpp"

namespace runner {

// True when the engine asked the registry; without an engine the login is kept unchecked, with a warning.
// `slot` tells apart the logins of one step. Throws EngineError when the registry refuses.
bool keep_registry_login(StepHost& host, const std::string& registry, Credentials credentials,
                         const std::string& slot = "", const std::string& scope = "");

// "team/app", "team/app@push": the login holds for that repository and those below it only. Throws InputError
// for what is no scope; "" is one.
void check_login_scope(const std::string& scope);

// What the same step kept under `slot`; false when it kept none. Puts back what stood there before, so that a
// later login of the same job does not take an earlier one with it.
bool drop_registry_login(StepHost& host, const std::string& slot = "");

// For the steps planned after this one: nothing is asked, nothing is written. `key` as in DockerConfig.
void plan_registry_login(PlanHost& host, const std::string& key, const Credentials& credentials);

}  // namespace runner
