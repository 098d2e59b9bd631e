// steps/script/encodings.hpp -- the forms in which a secret may turn up in a log: what shells, JSON, URLs,
// XML and base64 make of it (execution.md 6 and more). Pure functions; Masker decides what is searched for.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

// The encodings of the value that differ from it, in no order, possibly repeated.
std::vector<std::string> secret_forms(std::string_view value);

// The part of base64(X + value + Y) that is the same for all X and Y, for the three lengths of X modulo 3. In
// the standard alphabet and, where it differs, in the one of URLs.
std::vector<std::string> base64_cores(std::string_view value);

}  // namespace runner
