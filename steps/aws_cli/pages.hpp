// steps/aws_cli/pages.hpp -- an operation's pages the way the command line cuts them: --max-items,
// --page-size and the token to go on with (--starting-token), which is the CLI's own.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "steps/clients/aws/client.hpp"

namespace runner::aws {

struct PageLimits {
  std::optional<long> max_items{}, page_size{};
  std::string starting_token{};
};

// Calls `on_page` with each page: the list of results and nothing else. Returns the token to go on with, ""
// at the end.
std::string each_page(Client& client, const Operation& operation, nlohmann::ordered_json input,
                      const PageLimits& limits, const std::function<void(nlohmann::ordered_json)>& on_page);
// The pages as one answer, with NextToken where there is more.
nlohmann::ordered_json joined_pages(Client& client, const Operation& operation, nlohmann::ordered_json input,
                                    const PageLimits& limits);

}  // namespace runner::aws
