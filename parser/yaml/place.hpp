// parser/yaml/place.hpp -- where in the file a character of a scalar's text stands, for messages that point
// into a scalar. A scalar's text is not what is written: indentation is cut off, lines are folded, escapes
// are read. The tree keeps no map for that: the few places that a message needs are looked up in the file.
#pragma once
#include <string_view>

#include "parser/base/diagnostic.hpp"
#include "parser/yaml/source.hpp"

namespace runner::yaml {

// The place of text[offset], where `text` is the text of the scalar that stands at `scalar` and `offset`
// counts its bytes. Exact for plain, quoted and block scalars on any number of lines; at a line end that was
// folded away, the end of that line. The place of the scalar itself where the file and the text do not go
// together: numbers, which are kept in their shortest form, and escapes and kinds of folding that are not
// known here.
Pos place_in_scalar(const Source& source, Pos scalar, std::string_view text, size_t offset);

// A scalar's mark stands before its anchor and tag; returns where its text starts.
size_t skip_properties(std::string_view file, size_t at);

}  // namespace runner::yaml
