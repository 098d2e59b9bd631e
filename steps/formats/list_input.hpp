// steps/formats/list_input.hpp -- the lists that inputs of docker/* actions hold (builtin-actions.md 0.3):
// CSV records, one a line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

enum class Commas { split, keep };        // split: "a,b" is two items
enum class Quotes { read, as_they_are };  // read: "..." may hold commas and line ends

// Items trimmed, empty ones dropped.
std::vector<std::string> list_items(std::string_view text, Commas commas = Commas::split,
                                    Quotes quotes = Quotes::read);

}  // namespace runner
