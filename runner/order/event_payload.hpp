// runner/order/event_payload.hpp -- the payload of an event as GitHub would send it (execution.md 3).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "runner/order/event.hpp"

namespace runner {

std::vector<std::string> event_names();
bool is_event(std::string_view name);

// What `given` lacks is added, at every depth; nothing is overwritten. `facts` has name, actor and
// repository.
expr::Value fill_payload(expr::Value::Object given, const EventFacts& facts, expr::Value::Object inputs,
                         const Repository& repository, const Workflow& workflow);

// A number that is always the same for a name, as text: ids that only GitHub knows.
std::string stable_id(std::string_view name);

}  // namespace runner
