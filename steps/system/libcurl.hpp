// steps/system/libcurl.hpp -- what everything over libcurl shares: handles, its start, and a transfer that
// can be stopped. For .cpp files.
#pragma once
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include <curl/curl.h>

#include "steps/system/handle.hpp"

namespace runner::libcurl {

using Easy = Handle<CURL, curl_easy_cleanup>;
using Multi = Handle<CURLM, curl_multi_cleanup>;
using HeaderList = Handle<curl_slist, curl_slist_free_all>;

// At first use only: it prepares OpenSSL, which costs more than the start of the program.
inline void start() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  curl_easy_setopt(easy, option, value);
}

// Drives the transfer of `easy` to its end, with a multi handle of its own: unlike the simple interface it
// can be woken. Nothing: the stop was asked, and the connection of the unfinished transfer is closed.
inline std::optional<CURLcode> transfer(CURLM* multi, CURL* easy, const std::stop_token& stop) {
  curl_multi_add_handle(multi, easy);
  const auto drive = [&]() -> std::optional<CURLcode> {
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    int running = 1;
    while (!stop.stop_requested()) {
      if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
      if (running == 0) break;
      curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    if (running != 0) return std::nullopt;
    int left = 0;
    const auto* message = curl_multi_info_read(multi, &left);
    return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
  };
  const auto code = drive();
  curl_multi_remove_handle(multi, easy);
  return code;
}

}  // namespace runner::libcurl
