#include "steps/clients/aws/model.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "steps/clients/aws/models/model_reader.hpp"
#include "steps/clients/aws/models/tables.hpp"

namespace runner::aws {
namespace {

struct Entry {
  std::string_view name, text;
  std::once_flag once{};
  std::optional<ServiceTable> table{};
};

// Made at first use and never freed: others hold pointers into it until the end.
auto& entries() {
  static Entry all[] = {
#define TABLE(identifier, name) {name, tables::identifier},
#include "steps/clients/aws/models/tables.def"
#undef TABLE
  };
  return all;
}

template <class Thing>
const Thing* find(const std::vector<Thing>& things, std::string_view name) {
  const auto at = std::ranges::find_if(
      things, [&](const auto& thing) { return thing.name == name || kebab_case(thing.name) == name; });
  return at == things.end() ? nullptr : &*at;
}

}  // namespace

const Operation* Service::operation(std::string_view wanted) const { return find(operations, wanted); }
const Waiter* Service::waiter(std::string_view wanted) const { return find(waiters, wanted); }

const Service* find_service(std::string_view name) {
  for (auto& entry : entries()) {
    if (entry.name != name) continue;
    std::call_once(entry.once, [&] { entry.table = read_table(entry.text); });
    return &entry.table->service;
  }
  return nullptr;
}

std::vector<std::string_view> service_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : entries()) names.push_back(entry.name);
  return names;
}

}  // namespace runner::aws
