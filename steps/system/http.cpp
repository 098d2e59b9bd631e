#include "steps/system/http.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <mutex>

#include "parser/base/text.hpp"
#include "steps/system/libcurl.hpp"

namespace runner {
namespace {

using libcurl::Easy;
using libcurl::HeaderList;
using libcurl::Multi;
using libcurl::set;

constexpr long kBufferSize =
    512 * 1024;  // at the default 16 to 64 KiB an image's context is all system calls

// A multi handle per request: it keeps the connections of the requests before, and unlike the simple
// interface it can be woken when the job is cancelled.
struct Connection {
  Multi multi;
  Easy easy;
};

// One request under way, as libcurl's callbacks see it. An exception must not cross libcurl: it waits here.
struct Transfer {
  const HttpRequest& request;
  HttpResponse response;
  std::exception_ptr thrown = nullptr;
};

template <class Function>
size_t guarded(Transfer& transfer, size_t on_error, const Function& function) {
  try {
    return function();
  } catch (...) {
    transfer.thrown = std::current_exception();
    return on_error;
  }
}

size_t on_read(char* buffer, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  return guarded(transfer, CURL_READFUNC_ABORT,
                 [&] { return transfer.request.read_body(buffer, size * count); });
}

// The URL without what may be secret: user and password, query, fragment.
std::string shown_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme_end = url.find("://");
  const size_t host = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  const auto host_end = std::min(url.find('/', host), url.size());
  if (const auto at = url.substr(0, host_end).rfind('@'); at != std::string_view::npos && at >= host) {
    return std::string(url.substr(0, host)).append(url.substr(at + 1));
  }

  return std::string(url);
}

std::string shown_request(const HttpRequest& request) {
  if (request.unix_socket.empty()) return fmt::format("{} {}", request.method, shown_url(request.url));
  const auto url = shown_url(request.url);
  const auto path = url.find('/', url.find("://") == std::string::npos ? 0 : url.find("://") + 3);
  return fmt::format("{} {} on unix://{}", request.method, path == std::string::npos ? "/" : url.substr(path),
                     request.unix_socket);
}

size_t on_write(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const size_t length = size * count;
  return guarded(transfer, CURL_WRITEFUNC_ERROR, [&] {
    if (transfer.request.on_data) {
      transfer.request.on_data({data, length});
    } else {
      if (transfer.response.body.size() + length > transfer.request.most_collected)
        throw Error("{}: the answer has more than {} MB, which is more than is read into memory",
                    shown_request(transfer.request), transfer.request.most_collected >> 20);
      transfer.response.body.append(data, length);
    }
    return length;
  });
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
  auto& response = static_cast<Transfer*>(user)->response;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/"))
    response.headers.clear();  // those before were of "100 Continue" or a redirect
  if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    response.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return line.size();
}

bool has_header(const HttpRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

HeaderList header_list(const HttpRequest& request) {
  curl_slist* list = nullptr;
  // A header without a value takes out what libcurl would add: a wait for "100 Continue", a form's content
  // type.
  list = curl_slist_append(list, "Expect:");
  if (!has_header(request, "Content-Type")) list = curl_slist_append(list, "Content-Type:");
  if (!has_header(request, "User-Agent")) list = curl_slist_append(list, "User-Agent: runner");
  if (request.read_body) list = curl_slist_append(list, "Transfer-Encoding: chunked");
  for (const auto& [name, value] : request.headers) {
    const bool one_line = (name + value).find_first_of("\r\n") == std::string::npos;
    if (!one_line) continue;  // never a second header out of a value
    const auto line = value.empty() ? name + ";" : name + ": " + value;
    list = curl_slist_append(list, line.c_str());
  }
  return HeaderList(list);
}

void set_body(CURL* easy, const HttpRequest& request, Transfer& transfer) {
  if (request.read_body) {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_READFUNCTION, on_read);
    set(easy, CURLOPT_READDATA, &transfer);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kBufferSize);
    // A streamed body cannot be sent again when a kept connection turns out to be dead.
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_security(CURL* easy, const HttpRequest& request) {
  // libcurl built on its own does not look at SSL_CERT_FILE; the programs beside us do.
  const char* file = std::getenv("SSL_CERT_FILE");
  if (!request.ca_file.empty()) file = request.ca_file.c_str();
  if (file != nullptr && *file != '\0') set(easy, CURLOPT_CAINFO, file);
  if (request.verify_tls) return;
  set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
}

void set_proxy(CURL* easy, const HttpRequest& request) {
  if (!request.unix_socket.empty()) {
    set(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    set(easy, CURLOPT_PROXY, "");
  } else if (request.proxy) {
    set(easy, CURLOPT_PROXY, request.proxy->url.c_str());
    set(easy, CURLOPT_NOPROXY, request.proxy->exceptions.c_str());
  }
}

void set_times(CURL* easy, const HttpRequest& request) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.read_timeout.count() == 0) return;
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(ceil<seconds>(request.read_timeout).count()));
}

void set_options(CURL* easy, const HttpRequest& request, Transfer& transfer) {
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
  set(easy, CURLOPT_NOSIGNAL, 1L);  // libcurl's signals and threads do not go together
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_BUFFERSIZE, kBufferSize);
  set(easy, CURLOPT_PATH_AS_IS, request.path_as_is ? 1L : 0L);
  set(easy, CURLOPT_WRITEFUNCTION, on_write);
  set(easy, CURLOPT_WRITEDATA, &transfer);
  set(easy, CURLOPT_HEADERFUNCTION, on_header);
  set(easy, CURLOPT_HEADERDATA, &transfer);
  set_times(easy, request);
  set_security(easy, request);
  set_proxy(easy, request);
  set_body(easy, request, transfer);
}

HttpFailure failure_of(CURLcode code, CURL* easy) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return HttpFailure::connect;
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connected = 0;
      curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
      return connected == 0 ? HttpFailure::connect_timeout : HttpFailure::timeout;
    }
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return HttpFailure::tls;
    default:
      return HttpFailure::other;
  }
}

class CurlHttp : public Http {
 public:
  HttpResponse send(const HttpRequest& request) override {
    auto connection = take();
    auto* easy = connection.easy.get();
    Transfer transfer{request, {}};
    std::array<char, CURL_ERROR_SIZE> error_text{};
    set_options(easy, request, transfer);
    const auto headers = header_list(request);
    set(easy, CURLOPT_HTTPHEADER, headers.get());
    set(easy, CURLOPT_ERRORBUFFER, error_text.data());
    const auto code =
        libcurl::transfer(connection.multi.get(), easy, request.stop).value_or(CURLE_ABORTED_BY_CALLBACK);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    const auto failure = failure_of(code, easy);
    curl_easy_reset(easy);
    give_back(std::move(connection));
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    if (code == CURLE_OK) return std::move(transfer.response);
    if (request.stop.stop_requested())
      throw HttpError(shown_request(request), "cancelled", HttpFailure::cancelled);
    const std::string_view text = error_text.data();
    throw HttpError(shown_request(request), std::string(text.empty() ? curl_easy_strerror(code) : text),
                    failure);
  }

 private:
  Connection take() {
    libcurl::start();
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    Connection connection{Multi(curl_multi_init()), Easy(curl_easy_init())};
    if (!connection.multi || !connection.easy)
      throw Error("start an HTTP request: libcurl cannot be initialised");
    return connection;
  }
  void give_back(Connection connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::mutex mutex_;
  std::vector<Connection> idle_;
};

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::unique_ptr<Http> make_http() { return std::make_unique<CurlHttp>(); }

std::string percent_encode(std::string_view text, std::string_view keep) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || keep.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace runner
