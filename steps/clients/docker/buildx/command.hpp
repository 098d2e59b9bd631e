// steps/clients/docker/buildx/command.hpp -- the inputs of docker/build-push-action as the command line of
// `docker buildx build`. Reaches nothing.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "steps/step.hpp"

namespace runner {

// What the command line names beside the inputs.
struct BuildxPlaces {
  std::string context, dockerfile;  // dockerfile empty: the context's own
  std::string builder;              // empty: the current one
  std::filesystem::path image_id_file, metadata_file;
  std::map<std::string, std::filesystem::path> secret_files;  // by id
};

struct BuildxCommand {
  std::vector<std::string> arguments;  // after `docker buildx`
  Environment env;                     // added to the step's: values of build arguments, which may be secret
};

BuildxCommand buildx_build_command(const StepInputs& inputs, const BuildxPlaces& places);

}  // namespace runner
