// steps/builtin/chat/webhook.hpp -- addresses of webhooks. Whoever knows one can post there: it is masked,
// and stands in no message.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner::chat {

// The address and the part of its path that makes it secret, which may show up without the rest.
void mask_webhook(StepHost& host, const std::string& url);
// What is wrong with an address, without showing it; nothing for one that only a run knows.
std::vector<std::string> address_problems(std::string_view name, std::string_view url);
std::string add_query(std::string url, std::string_view name, std::string_view value);

// Has a part that is evaluated in the run only.
bool known(std::string_view text);
// "name: what is wrong with it", where the value is known and none of the candidates; case counts.
std::vector<std::string> choice_problems(std::string_view name, const std::string& value,
                                         const std::vector<std::string>& candidates);

}  // namespace runner::chat
