// parser/model/schema_parts.hpp -- the shape of `concurrency`, which stands at two places with different
// contexts.
#pragma once
#include "parser/model/schema.hpp"

namespace runner::schema {

inline constexpr std::string_view kQueueWords[] = {"single", "max"};
inline constexpr Shape kQueue{.accepts = string, .words = kQueueWords};

template <Availability scope>
inline constexpr Shape kConcurrencyGroup = text(scope);
template <Availability scope>
inline constexpr Shape kCancelInProgress = truth(scope);
template <Availability scope>
inline constexpr Property kConcurrencyKeys[] = {{"group", &kConcurrencyGroup<scope>, true},
                                                {"cancel-in-progress", &kCancelInProgress<scope>},
                                                {"queue", &kQueue}};
template <Availability scope>
inline constexpr Form kConcurrencyForms[] = {kConcurrencyKeys<scope>};
template <Availability scope>
inline constexpr Shape kConcurrency{
    .accepts = string | mapping, .scope = scope, .forms = kConcurrencyForms<scope>};

}  // namespace runner::schema
