// steps/clients/aws/config_file.hpp -- reads ~/.aws/config and ~/.aws/credentials: sections of names and
// values, values nested by indentation (aws.md 2.7). What the settings mean is session.hpp's.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws {

// A value of an indented block has the block's name in front: "s3.max_concurrent_requests".
using Settings = std::map<std::string, std::string, std::less<>>;
using Sections = std::map<std::string, Settings, std::less<>>;

// By the text between the brackets: "default", "profile dev". Throws Error with the line.
Sections read_sections(std::string_view text);

struct Configuration {
  Sections profiles;  // of both files; the credentials file's values win
  Sections from_config, from_credentials;
  Sections services, sso_sessions;
};

// A file that is not there is empty. Throws ConfigurationError with the CLI's words.
Configuration read_configuration(const std::filesystem::path& config,
                                 const std::filesystem::path& credentials);

// Words as a shell would split them, quotes and backslashes removed. Throws Error: a quote is not closed.
std::vector<std::string> shell_words(std::string_view text);

}  // namespace runner::aws
