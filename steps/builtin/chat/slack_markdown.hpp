// steps/builtin/chat/slack_markdown.hpp -- GitHub's Markdown as Slack writes it: *bold*, _italic_,
// <url|text>.
#pragma once
#include <string>
#include <string_view>

namespace runner::chat {

std::string slack_markdown(std::string_view text);  // code stays as it is

}  // namespace runner::chat
