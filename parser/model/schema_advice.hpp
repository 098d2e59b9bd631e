// parser/model/schema_advice.hpp -- the second half of a message about a node that does not fit: what would.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/model/schema.hpp"

namespace runner::schema {

using Names = std::vector<std::string>;

std::string join(const Names& names, std::string_view separator);

// "; did you mean ..." one of `known`, else, when it is a short list, all that are `free`.
std::string hint(std::string_view found, const Names& known, const Names& free);
std::string hint(std::string_view found, const Names& words);

// "a string or a list": what `shape` takes; and what to say when the scalar `text` is no such thing.
std::string wanted(const Shape& shape);
std::string wanted(const Shape& shape, std::string_view text);

}  // namespace runner::schema
