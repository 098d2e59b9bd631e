// steps/clients/docker/buildx/builder.hpp -- a job's own builder of `docker buildx`: described by
// docker/setup-buildx-action, made when the first build needs it, removed in that step's post. The
// description goes from step to step in a file of the job's temp folder.
#pragma once
#include <string>
#include <vector>

#include "steps/clients/docker/buildx/program.hpp"
#include "steps/step.hpp"

namespace runner {

struct JobBuilder {
  std::string name;                    // "builder-<uuid>", or the one the user chose
  bool named = false;                  // by the user: it may be there already
  bool use = true;                     // for builds that name no builder
  std::vector<std::string> arguments;  // of `docker buildx create`, without the name
  std::vector<std::string> endpoint;   // none or one, the last argument
  bool made = false;
};

// From the inputs of docker/setup-buildx-action; a configuration written inline becomes a file. Nothing where
// the engine's own builder is asked for.
std::optional<JobBuilder> wanted_builder(StepHost& host);
void remember_builder(StepHost& host, const JobBuilder& builder);

// The builder that the input `builder` means: one of the job's is made if it is not there yet; "" is the
// current one. Throws Error when it cannot be made.
std::string ready_builder(StepHost& host, const Buildx& buildx, const std::string& asked, bool in_container);

// False when it never was made. Throws Error when it cannot be removed.
bool remove_builder(StepHost& host, const std::string& name, bool keep_state);

}  // namespace runner
