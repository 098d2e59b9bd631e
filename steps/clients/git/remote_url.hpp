// steps/clients/git/remote_url.hpp -- what the URL of a git remote tells: https, ssh and scp-like forms.
#pragma once
#include <string>
#include <string_view>

namespace runner {

// "owner/name", "" for a folder of this machine or a URL with fewer than two parts. Of deeper paths (groups
// of groups) the last two parts: the rest of the world expects one slash.
std::string slug_of_remote(std::string_view url);

// "host/group/name", the same by whatever protocol; "" for a folder of this machine.
std::string identity_of_remote(std::string_view url);

// An http(s) URL without its user and password, anything else as it is.
std::string without_credentials(std::string_view url);

// The host without user and port; "" for a folder of this machine.
std::string host_of_remote(std::string_view url);

}  // namespace runner
