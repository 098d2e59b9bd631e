#include "steps/clients/git/checkout_stop.hpp"

#include <utility>

#include <git2/sys/errors.h>
#include <git2/sys/filter.h>

#include "steps/clients/git/git.hpp"

namespace runner {
namespace {

// libgit2 hands a filter nothing of the call it is part of; but it asks on the thread that called.
thread_local const std::stop_token* asked_here = nullptr;

int check_stop(git_filter*, void**, const git_filter_source*, const char**) noexcept {
  if (asked_here == nullptr || !asked_here->stop_requested()) return GIT_PASSTHROUGH;
  git_error_set_str(GIT_ERROR_CHECKOUT, "cancelled");
  return GIT_EUSER;
}

}  // namespace

CheckoutStop::CheckoutStop(std::stop_token stop) : stop_(std::move(stop)) { asked_here = &stop_; }
CheckoutStop::~CheckoutStop() { asked_here = nullptr; }

void register_checkout_stop() {
  static git_filter filter{};  // libgit2 keeps the pointer
  filter.version = GIT_FILTER_VERSION;
  filter.check = check_stop;
  git::check(git_filter_register("stop", &filter, 0), "make libgit2 hear a stop");
}

}  // namespace runner
