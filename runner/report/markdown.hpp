// runner/report/markdown.hpp -- the summary of a job, which is GitHub's Markdown, as text for people. Tables
// get columns, headings are bold, marks of emphasis and HTML tags go; what is not understood stays as it is.
#pragma once
#include <string>
#include <string_view>

#include "runner/report/paint.hpp"

namespace runner {

std::string plain_markdown(std::string_view markdown, const Paint& paint);

}  // namespace runner
