// steps/clients/git/checkout_stop.hpp -- ends a checkout of libgit2 between two files: it offers no way of
// its own once it has begun to write.
#pragma once
#include <stop_token>

namespace runner {

// While it lives, libgit2 reads no further file on this thread once the stop is asked: its function fails.
class CheckoutStop {
 public:
  explicit CheckoutStop(std::stop_token stop);
  ~CheckoutStop();
  CheckoutStop(const CheckoutStop&) = delete;
  CheckoutStop& operator=(const CheckoutStop&) = delete;

 private:
  std::stop_token stop_;
};

// Makes libgit2 ask. Call once, after its start.
void register_checkout_stop();

}  // namespace runner
