#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"

namespace runner::aws {
namespace {

// "InvalidationList.Items" as a pointer that can be written to.
Json::json_pointer pointer_of(const std::string& path) {
  return Json::json_pointer("/" + replace_all(path, ".", "/"));
}

Json value_at(const Json& page, const std::string& path) {
  return path.empty() ? Json() : page.value(pointer_of(path), Json());
}

// Of the first page everything but its token, of the others their part of the list.
void join(Json& whole, const Json& page, const Pages& pages) {
  const auto place = pointer_of(pages.result);
  const auto part = value_at(page, pages.result);
  if (!part.is_array()) return;
  if (!whole.contains(place)) {
    whole[place] = part;
    return;
  }
  for (const auto& item : part) whole[place].push_back(item);
}

}  // namespace

Json Client::all_pages(std::string_view name, const Json& input) {
  const auto* operation = service_.operation(name);
  if (operation == nullptr || operation->pages.token_in.empty()) return call(name, input);
  const auto& pages = operation->pages;
  auto asked = input.is_null() ? Json::object() : input;
  auto whole = Json::object();
  for (Json last; true;) {
    const auto page = call(name, asked);
    join(whole, page, pages);
    const bool more = pages.more.empty() || value_at(page, pages.more) == true;
    const auto token = more ? value_at(page, pages.token_out) : Json();
    if (token.is_null() || token == "") return whole;
    if (token == last)
      throw Error("{} {}: the service gave the same page's token twice: {}", service_.name, name,
                  token.dump());
    asked[pages.token_in] = last = token;
  }
}

}  // namespace runner::aws
