// steps/builtin/chat/discord.hpp -- messages to a Discord webhook, within the lengths its schema allows:
// https://discord.com/developers/docs/resources/webhook#execute-webhook
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/step.hpp"
#include "steps/system/http.hpp"

namespace runner::chat {

constexpr long kLastColor = 0xFFFFFF;

// Cuts what is too long; a line for the log for each cut.
std::vector<std::string> fit_discord(nlohmann::ordered_json& message, const std::string& mark = {});
size_t discord_length(const nlohmann::ordered_json& message);  // of all its texts

struct DiscordPost {
  std::string url;  // with its query
  std::string body, content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers{};
};
// The answer of a success goes into `answer`.
StepResult post_to_discord(StepHost& host, DiscordPost post, HttpResponse* answer = nullptr);
std::string discord_error(const HttpResponse& response);

// "post to Discord webhook (N characters)"; of a text that only a run knows nothing is counted.
std::string discord_effect(const std::vector<std::string>& texts);

// "name: ..." for what is no number, or none between 0 and `last`; nothing when empty or not known.
std::vector<std::string> number_problems(std::string_view name, const std::string& value, long last);

}  // namespace runner::chat
