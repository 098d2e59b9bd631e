// steps/clients/ssh/copy.hpp -- the files of a CopyList brought to one server: as a tar stream into its tar,
// or over SFTP where it has none or runs no commands.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "steps/clients/ssh/copy_list.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/clients/ssh/ssh.hpp"

namespace runner {

struct CopyOrder {
  std::vector<std::string> targets;  // as the user wrote them; each gets everything
  CopyList list;
  std::string tar = "tar";
  bool rm = false, overwrite = false;
};

struct CopyWay {
  std::string prefix;  // of every line
  std::optional<std::chrono::milliseconds> timeout;
  bool gzip = true;
};

// Throws Error with the text of the original.
void copy_to_server(SshConnection& connection, const CopyOrder& order, const CopyWay& way, SshOutput& output);

std::string size_text(uint64_t bytes);             // "812 bytes", "14 kB", "3 GB"
std::string size_text(const CopyList& list);       // "3 files (14 kB)"
std::string sftp_folder(std::string_view target);  // SFTP knows no ~, it begins in the user's folder

}  // namespace runner
