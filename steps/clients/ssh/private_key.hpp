// steps/clients/ssh/private_key.hpp -- the text of a private key as users paste it, made fit for libssh2.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// CR LF becomes LF, blanks around lines and empty lines outside go, a final line end is added.
std::string normalized_private_key(std::string_view text);
// Why this (normalized) key cannot be used, in words; never quotes it. Nothing: it looks right.
std::optional<std::string> private_key_problem(std::string_view key, bool has_passphrase);
// Why this key could not be read with the passphrase given (libssh2 calls it an unsupported format); "" where
// it is not encrypted.
std::string locked_key_problem(std::string_view key);

}  // namespace runner
