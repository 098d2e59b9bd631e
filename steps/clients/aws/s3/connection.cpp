#include "steps/clients/aws/s3/connection.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "parser/base/text.hpp"
#include "steps/system/libcurl.hpp"

namespace runner::aws::s3 {
namespace {

using libcurl::Easy;
using libcurl::HeaderList;
using libcurl::Multi;
using libcurl::set;

// A multi handle for one transfer: unlike the simple interface it can be woken when the job is cancelled.
struct Connection {
  Multi multi;
  Easy easy;
  std::array<char, CURL_ERROR_SIZE> error{};
};

// One exchange as libcurl's callbacks see it. An exception must not cross libcurl: it waits here.
struct Transfer {
  const Exchange& exchange;
  Answer answer{};
  uint64_t received = 0;
  std::exception_ptr thrown = nullptr;
};

size_t on_write(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view piece(data, size * count);
  try {
    if (transfer.exchange.on_data != nullptr && transfer.answer.status / 100 == 2) {
      (*transfer.exchange.on_data)(transfer.received, piece);
    } else {
      transfer.answer.body.append(piece);
    }
    transfer.received += piece.size();
    return piece.size();
  } catch (...) {
    transfer.thrown = std::current_exception();
    return CURL_WRITEFUNC_ERROR;
  }
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
  auto& answer = static_cast<Transfer*>(user)->answer;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    answer.headers.clear();  // those before were of "100 Continue"
    answer.status = std::atoi(std::string(line.substr(std::min(line.size(), line.find(' ') + 1))).c_str());
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    answer.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return line.size();
}

// An empty header takes out what libcurl would add: a form's type, a wait for "100 Continue".
HeaderList header_list(const Headers& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  bool has_type = false;
  for (const auto& [name, value] : headers) {
    has_type = has_type || equal_ignoring_case(name, "content-type");
    const auto line = value.empty() ? name + ";" : name + ": " + value;
    curl_slist_append(list, line.c_str());
  }
  if (!has_type) curl_slist_append(list, "Content-Type:");
  return HeaderList(list);
}

void set_method(CURL* easy, const Exchange& exchange) {
  set(easy, CURLOPT_HTTPGET, 1L);  // forgets what the request before was
  if (exchange.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
  } else if (exchange.method == "PUT" || exchange.method == "POST") {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
    set(easy, CURLOPT_POSTFIELDS, exchange.body.empty() ? "" : exchange.body.data());
  }
  set(easy, CURLOPT_CUSTOMREQUEST, exchange.method == "HEAD" ? nullptr : exchange.method.c_str());
}

std::string shown_url(std::string_view url) { return std::string(url.substr(0, url.find('?'))); }

struct Failure {
  CURLcode code;
  const char* form;
  bool timed_out = false;
};
// The CLI's words for what has none of the service's.
constexpr Failure kFailures[] = {
    {CURLE_COULDNT_CONNECT, "Could not connect to the endpoint URL: \"{}\""},
    {CURLE_COULDNT_RESOLVE_HOST, "Could not connect to the endpoint URL: \"{}\""},
    {CURLE_GOT_NOTHING,
     "Connection was closed before we received a valid response from endpoint URL: \"{}\"."},
    {CURLE_SEND_ERROR,
     "Connection was closed before we received a valid response from endpoint URL: \"{}\"."},
    {CURLE_RECV_ERROR,
     "Connection was closed before we received a valid response from endpoint URL: \"{}\"."},
    {CURLE_OPERATION_TIMEDOUT, "Read timeout on endpoint URL: \"{}\"", true},
    {CURLE_SSL_CACERT_BADFILE, "Could not read a CA bundle for {}"},
    {CURLE_PEER_FAILED_VERIFICATION, "SSL validation failed for {}"},
};

NoAnswer no_answer(CURLcode code, const Exchange& exchange, const char* detail) {
  const auto cause = std::string_view(detail).empty() ? curl_easy_strerror(code) : detail;
  const auto* known = std::ranges::find(kFailures, code, &Failure::code);
  const bool found = known != std::end(kFailures);
  const auto text = found ? fmt::format(fmt::runtime(known->form), shown_url(exchange.url))
                          : fmt::format("No answer from endpoint URL: \"{}\"", shown_url(exchange.url));
  return {fmt::format("{} ({})", text, cause), found && known->timed_out};
}

using Store = Handle<X509_STORE, X509_STORE_free>;

// What all handles have in common: names are looked up and TLS sessions begun once, and the authorities' some
// 140 certificates are parsed once. libcurl would do the last for each handle: 3 s for 64 of them, and 70 MB.
class Shared {
 public:
  explicit Shared(std::string ca_file) : ca_file_(std::move(ca_file)), share_(curl_share_init()) {
    curl_share_setopt(share_.get(), CURLSHOPT_LOCKFUNC, &Shared::lock);
    curl_share_setopt(share_.get(), CURLSHOPT_UNLOCKFUNC, &Shared::unlock);
    curl_share_setopt(share_.get(), CURLSHOPT_USERDATA, this);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }
  void attach(CURL* easy) {
    set(easy, CURLOPT_SHARE, share_.get());
    set(easy, CURLOPT_CAINFO, nullptr);
    set(easy, CURLOPT_CAPATH, nullptr);
    set(easy, CURLOPT_SSL_CTX_FUNCTION, &Shared::on_tls);
    set(easy, CURLOPT_SSL_CTX_DATA, this);
  }

 private:
  static void lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
    static_cast<Shared*>(self)->mutexes_.at(data).lock();
  }
  static void unlock(CURL*, curl_lock_data data, void* self) {
    static_cast<Shared*>(self)->mutexes_.at(data).unlock();
  }
  static CURLcode on_tls(CURL*, void* context, void* self) {
    auto* store = static_cast<Shared*>(self)->authorities();
    if (store == nullptr) return CURLE_SSL_CACERT_BADFILE;
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), store);
    return CURLE_OK;
  }

  X509_STORE* authorities() {
    std::call_once(loaded_, [this] {
      Store store(X509_STORE_new());
      const auto* defaults = curl_version_info(CURLVERSION_NOW);
      const char* file = ca_file_.empty() ? defaults->cainfo : ca_file_.c_str();
      const bool has_file = file != nullptr && X509_STORE_load_file(store.get(), file) == 1;
      const bool has_path = ca_file_.empty() && defaults->capath != nullptr &&
                            X509_STORE_load_path(store.get(), defaults->capath) == 1;
      if (!has_file && !has_path) return;
      // As libcurl has it: an intermediate certificate in the file is trusted by itself.
      X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
      authorities_ = std::move(store);
    });
    return authorities_.get();
  }

  const std::string ca_file_;
  std::array<std::mutex, CURL_LOCK_DATA_LAST> mutexes_;
  Handle<CURLSH, curl_share_cleanup> share_;
  std::once_flag loaded_;
  Store authorities_;
};

std::string ca_file_of(const ConnectionOptions& options) {
  const char* file = std::getenv("SSL_CERT_FILE");
  return !options.like.ca_file.empty() || file == nullptr ? options.like.ca_file : file;
}

void set_lasting_options(CURL* easy, const ConnectionOptions& options, Connection& connection,
                         Shared& shared) {
  shared.attach(easy);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  set(easy, CURLOPT_PATH_AS_IS, 1L);  // a key may hold "..": the signature is over the path as it is sent
  set(easy, CURLOPT_NOSIGNAL, 1L);    // libcurl's signals and threads do not go together
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_BUFFERSIZE, 256L * 1024);
  set(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
  set(easy, CURLOPT_USERAGENT, "runner");
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.like.connect_timeout.count()));
  // Not a limit for the whole: a large body may take its time as long as it moves.
  const auto silence = std::chrono::ceil<std::chrono::seconds>(options.like.read_timeout).count();
  set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(silence));
  const auto rate = static_cast<curl_off_t>(options.bytes_per_second);
  set(easy, CURLOPT_MAX_SEND_SPEED_LARGE, rate);
  set(easy, CURLOPT_MAX_RECV_SPEED_LARGE, rate);
  set(easy, CURLOPT_SSL_VERIFYPEER, options.like.verify_tls ? 1L : 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, options.like.verify_tls ? 2L : 0L);
  if (options.like.proxy) {
    set(easy, CURLOPT_PROXY, options.like.proxy->url.c_str());
    set(easy, CURLOPT_NOPROXY, options.like.proxy->exceptions.c_str());
  }
  set(easy, CURLOPT_WRITEFUNCTION, on_write);
  set(easy, CURLOPT_HEADERFUNCTION, on_header);
  set(easy, CURLOPT_ERRORBUFFER, connection.error.data());
}

}  // namespace

struct Connections::Pool {
  ConnectionOptions options;
  std::mutex mutex{};
  std::unique_ptr<Shared> shared{};
  std::vector<std::unique_ptr<Connection>> idle{};

  // The one used last: the fewer are open, the better each is used.
  std::unique_ptr<Connection> take() {
    libcurl::start();
    const std::lock_guard lock(mutex);
    if (!shared) shared = std::make_unique<Shared>(ca_file_of(options));
    if (!idle.empty()) {
      auto connection = std::move(idle.back());
      idle.pop_back();
      return connection;
    }
    auto connection = std::make_unique<Connection>();
    connection->multi.reset(curl_multi_init());
    connection->easy.reset(curl_easy_init());
    if (!connection->multi || !connection->easy)
      throw Error("start a request to S3: libcurl cannot be initialised");
    set_lasting_options(connection->easy.get(), options, *connection, *shared);
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(connection));
  }
};

Connections::Connections(ConnectionOptions options) : pool_(new Pool{std::move(options)}) {}
Connections::~Connections() = default;

Answer Connections::exchange(const Exchange& exchange) {
  if (pool_->options.like.stop.stop_requested()) throw Cancelled();
  auto connection = pool_->take();
  auto* easy = connection->easy.get();
  Transfer transfer{exchange};
  const auto headers = header_list(exchange.headers);
  connection->error[0] = '\0';
  set(easy, CURLOPT_URL, exchange.url.c_str());
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_WRITEDATA, &transfer);
  set(easy, CURLOPT_HEADERDATA, &transfer);
  set_method(easy, exchange);
  const auto begin = std::chrono::steady_clock::now();
  const auto code = libcurl::transfer(connection->multi.get(), easy, pool_->options.like.stop);
  const std::string detail = connection->error.data();
  pool_->give_back(std::move(connection));
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (!code) throw Cancelled();
  if (*code != CURLE_OK) throw no_answer(*code, exchange, detail.c_str());
  transfer.answer.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return std::move(transfer.answer);
}

std::string Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

}  // namespace runner::aws::s3
