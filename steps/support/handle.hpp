// steps/support/handle.hpp -- C handles as values. Members die in reverse order: declare a session before its channel.
#pragma once
#include <memory>

namespace runner {

template <auto Free>
struct Deleter {
  void operator()(auto* handle) const { Free(handle); }
};
template <class T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

}  // namespace runner
