#include "steps/aws_cli/pages.hpp"

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

constexpr const char* kTruncated = "boto_truncate_amount";  // how many items of the token's page were printed

// Members by their path: "InvalidationList.Items".
Json at_path(const Json& value, std::string_view path) {
  const Json* place = &value;
  for (const auto part : split(path, '.')) {
    const auto found = place->is_object() ? place->find(std::string(part)) : place->end();
    if (!place->is_object() || found == place->end()) return nullptr;
    place = &*found;
  }
  return *place;
}

Json with_path(std::string_view path, Json value) {
  const auto dot = path.find('.');
  Json object = Json::object();
  object[std::string(path.substr(0, dot))] =
      dot == path.npos ? std::move(value) : with_path(path.substr(dot + 1), std::move(value));
  return object;
}

struct Start {
  Json token;  // the service's, null for the first page
  size_t skip = 0;
};

Start read_token(const std::string& text, const std::string& token_name) {
  if (text.empty()) return {};
  const auto bytes = base64_decode(text);
  const auto token = read_ordered_json(bytes.value_or(""));
  if (!token.is_object()) return {.token = text};  // the service's own: the CLI takes it too
  return {.token = token.value(token_name, Json()), .skip = token.value(kTruncated, size_t{0})};
}

std::string write_token(const std::string& token_name, const Json& token, std::optional<size_t> printed) {
  std::string text = fmt::format("{{\"{}\": {}", token_name, token.dump(-1, ' ', true));
  if (printed) text += fmt::format(", \"{}\": {}", kTruncated, *printed);
  return base64(text + "}");
}

Json next_token(const Pages& pages, const Json& answer) {
  if (!pages.more.empty() && at_path(answer, pages.more) != true) return nullptr;
  auto token = at_path(answer, pages.token_out);
  return token == "" ? Json() : token;
}

void set_token(Json& input, const Pages& pages, const Json& token) {
  if (token.is_null())
    input.erase(pages.token_in);
  else
    input[pages.token_in] = token;
}

Json without_first(Json list, size_t count) {
  if (list.is_array())
    list.erase(list.begin(), list.begin() + static_cast<long>(std::min(count, list.size())));
  return list;
}

}  // namespace

std::string each_page(Client& client, const Operation& operation, Json input, const PageLimits& limits,
                      const std::function<void(Json)>& on_page) {
  const auto& pages = operation.pages;
  auto [token, skip] = read_token(limits.starting_token, pages.token_in);
  if (limits.page_size) input[pages.limit] = *limits.page_size;
  size_t printed = 0;
  while (true) {
    set_token(input, pages, token);
    const auto answer = client.call(operation.name, input);
    auto items = without_first(at_path(answer, pages.result), skip);
    const size_t left =
        limits.max_items ? static_cast<size_t>(std::max(*limits.max_items, 0L)) - printed : items.size();
    if (items.size() > left) {
      items.erase(items.begin() + static_cast<long>(left), items.end());
      on_page(with_path(pages.result, std::move(items)));
      return write_token(pages.token_in, token, left + skip);
    }
    printed += items.size();
    skip = 0;
    on_page(with_path(pages.result, std::move(items)));
    const auto next = next_token(pages, answer);
    if (next.is_null()) return "";
    if (limits.max_items && printed == static_cast<size_t>(*limits.max_items))
      return write_token(pages.token_in, next, std::nullopt);
    if (next == token)
      throw Error("Error during pagination: The same next token was received twice: {}", next.dump());
    token = next;
  }
}

Json joined_pages(Client& client, const Operation& operation, Json input, const PageLimits& limits) {
  const auto& path = operation.pages.result;
  Json items;
  const auto token = each_page(client, operation, std::move(input), limits, [&](const Json& page) {
    const auto more = at_path(page, path);
    if (items.is_null())
      items = more;
    else if (more.is_array())
      items.insert(items.end(), more.begin(), more.end());
  });
  Json answer = items.is_null() ? Json::object() : with_path(path, std::move(items));
  if (!token.empty()) answer["NextToken"] = token;
  return answer;
}

}  // namespace runner::aws
