// steps/system/handle.hpp -- C handles as values. Members die in reverse order: session before channel.
#pragma once
#include <memory>

namespace runner {

template <auto Free>
struct Deleter {
  void operator()(auto* p) const { Free(p); }
};
template <class T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

}  // namespace runner
