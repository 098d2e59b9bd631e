// steps/clients/docker/build/frontend.hpp -- "# syntax=IMAGE" in a Dockerfile asks BuildKit to pull a parser
// for it. Where that image cannot be had, the engine's own parser must do.
#pragma once
#include <string>
#include <string_view>

namespace runner {

std::string syntax_image(std::string_view dockerfile);  // "" when it names none
// The same with that line made one that means nothing; as many lines as before.
std::string without_syntax(std::string_view dockerfile);

}  // namespace runner
