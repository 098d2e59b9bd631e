// runner/doctor/checks.hpp -- the checks of `runner doctor`, in the order they are told.
#pragma once
#include <filesystem>
#include <vector>

#include "runner/doctor/findings.hpp"
#include "runner/doctor/needs.hpp"
#include "runner/doctor/world.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

struct Examined {
  const Needs& needs;
  const DoctorWorld& world;
  std::filesystem::path directory;  // the repository's root, or where the command was started
  Folders folders;
  bool own_aws = true;  // `aws` in scripts is at hand without a program
  ExposedSecrets exposed{};
};

std::vector<Finding> examine(const Examined& examined);

// One file each.
void check_machine(const Examined& examined, std::vector<Finding>& findings);
void check_docker(const Examined& examined, std::vector<Finding>& findings);
void check_programs(const Examined& examined, std::vector<Finding>& findings);
void check_network(const Examined& examined, std::vector<Finding>& findings);
void check_values(const Examined& examined, std::vector<Finding>& findings);
void check_workflows(const Examined& examined, std::vector<Finding>& findings);
void check_actrc(const Examined& examined, std::vector<Finding>& findings);

}  // namespace runner
