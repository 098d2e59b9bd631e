// steps/clients/aws/s3/mime.hpp -- the media type of a file by its name, as the CLI guesses it (aws.md 1.6):
// our table, overridden by the machine's mime.types.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws::s3 {

class MimeTypes {
 public:
  // `files` in the format of /etc/mime.types; a later one wins, one that is not there is passed over.
  explicit MimeTypes(const std::vector<std::filesystem::path>& files);
  // Of "dist/app.js.gz": text/javascript. Nothing for a suffix that is not known.
  std::optional<std::string> of(std::string_view file_name) const;

 private:
  std::map<std::string, std::string, std::less<>> types_;  // by lower-case suffix without its dot
};

const MimeTypes& machine_mime_types();  // read once

}  // namespace runner::aws::s3
