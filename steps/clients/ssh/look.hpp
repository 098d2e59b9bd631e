// steps/clients/ssh/look.hpp -- what a plan may know of servers before the run: whether they can be reached,
// trusted and logged in to, and what a copy would find there. Reads only; remembers no host key.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "steps/clients/ssh/copy.hpp"
#include "steps/clients/ssh/ssh.hpp"
#include "steps/step.hpp"

namespace runner {

struct ServerFacts {
  bool shell = false;           // it runs commands
  std::string system, machine;  // "Linux", "aarch64"
  bool tar = true;
};

// Lines about one server, once it is logged in to; "where" comes in front of each.
using LookCloser =
    std::function<std::vector<std::string>(SshConnection& connection, const ServerFacts& facts)>;

// A line for each server of the step's inputs, in their order, and those of `closer`. All are looked at at
// once.
std::vector<std::string> look_at_servers(PlanHost& host, const LookCloser& closer);

// What copying would add, replace and delete in each target, and whether it fits.
std::vector<std::string> copy_differences(SshConnection& connection, const ServerFacts& facts,
                                          const CopyOrder& order);

struct TargetFacts {
  bool there = false, writable = true;
  std::string in_the_way;  // a file where a folder must be
  std::optional<uint64_t> free_bytes;
  bool names_known = true;                  // false: `found` says nothing
  bool all_known = true;                    // false: what else is there is not in `found`
  std::map<std::string, RemoteFile> found;  // of the names asked for, and with `all` whatever else is there
};
// The answer of the script that looks at a target.
TargetFacts read_target_facts(std::string_view answer);
// `facts` in words; "" in `target` is left out.
std::vector<std::string> target_lines(const TargetFacts& facts, const CopyOrder& order,
                                      std::string_view target);

// "linux/arm64" for "aarch64"; "" for one that is not known.
std::string docker_platform_of(std::string_view machine);

}  // namespace runner
