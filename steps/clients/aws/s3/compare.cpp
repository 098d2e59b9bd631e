#include "steps/clients/aws/s3/compare.hpp"

namespace runner::aws::s3 {
namespace {

bool as_old(const Entry& source, const Entry& target, const SyncRules& rules) {
  if (rules.direction != Direction::download) return target.modified >= source.modified;
  if (rules.exact_timestamps) return target.modified == source.modified;
  // Documented so: an older file of equal size is left alone, a newer one replaced.
  return target.modified <= source.modified;
}

}  // namespace

// Of several rules the later one in this list decides: size only, exact time stamps, no overwriting.
Difference compare(const Entry& source, const Entry& target, const SyncRules& rules) {
  if (rules.no_overwrite) return Difference::none;
  if (source.size != target.size) return Difference::size;
  const bool exact = rules.exact_timestamps;
  if (rules.size_only && !exact) return Difference::none;
  return as_old(source, target, rules) ? Difference::none : Difference::time;
}

void join(const NextEntry& next_source, const NextEntry& next_target, const OnPair& on_pair) {
  auto source = next_source(), target = next_target();
  while (source || target) {
    const int order = !source ? 1 : !target ? -1 : source->relative.compare(target->relative);
    on_pair(order <= 0 ? &*source : nullptr, order >= 0 ? &*target : nullptr);
    if (order <= 0) source = next_source();
    if (order >= 0) target = next_target();
  }
}

}  // namespace runner::aws::s3
