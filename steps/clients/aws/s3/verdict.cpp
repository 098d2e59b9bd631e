#include "steps/clients/aws/s3/verdict.hpp"

#include <algorithm>

#include "parser/base/text.hpp"
#include "steps/clients/aws/wire/retry.hpp"
#include "steps/formats/xml.hpp"

namespace runner::aws::s3 {
namespace {

struct KnownError {
  std::string_view code;
  Remedy remedy;
};

constexpr KnownError kKnownErrors[] = {
    {"InternalError", Remedy::again},
    {"RequestTimeout", Remedy::again},
    {"RequestTimeoutException", Remedy::again},
    {"PriorRequestNotComplete", Remedy::again},
    {"PermanentRedirect", Remedy::other_region},
    {"TemporaryRedirect", Remedy::other_region},
    {"Redirect", Remedy::other_region},
    {"AuthorizationHeaderMalformed", Remedy::other_region},
    {"IllegalLocationConstraintException", Remedy::other_region},
    {"RequestTimeTooSkewed", Remedy::other_clock},
    {"RequestExpired", Remedy::other_clock},
};

Remedy by_status(const Answer& answer) {
  switch (answer.status) {
    case 500:
    case 502:
    case 504:
      return Remedy::again;
    case 429:
    case 503:
      return Remedy::slower;
    case 301:
    case 307:
    case 308:
      return Remedy::other_region;
    case 400:  // an answer to HEAD has no body: only the region tells
      return answer.header("x-amz-bucket-region").empty() ? Remedy::none : Remedy::other_region;
    default:
      return Remedy::none;
  }
}

std::string_view reason(int status) {
  struct Reason {
    int status;
    std::string_view text;
  };
  static constexpr Reason kReasons[] = {
      {301, "Moved Permanently"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {416, "Requested Range Not Satisfiable"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto* at = std::ranges::find(kReasons, status, &Reason::status);
  return at == std::end(kReasons) ? "" : at->text;
}

// Proxies answer with pages: then the status is all there is.
void read_error(const Answer& answer, Verdict& verdict) {
  verdict.code = std::to_string(answer.status);
  verdict.message = reason(answer.status);
  verdict.region = answer.header("x-amz-bucket-region");
  if (answer.body.find("<Error") == std::string::npos) return;
  try {
    const auto root = parse_xml(trim(answer.body));
    const auto* error = root.name == "Error" ? &root : root.child("Error");
    if (error == nullptr) return;
    if (const auto code = error->text_of("Code"); !code.empty()) verdict.code = code;
    verdict.message = error->text_of("Message");
    if (verdict.region.empty()) verdict.region = error->text_of("Region");
  } catch (const Error&) {
    // cut short: as good as none
  }
}

// A long operation may send blanks first, and then say that it failed.
bool holds_error(const Answer& answer) {
  const auto body = std::string_view(answer.body).substr(0, 4096);
  const auto at = body.find("<Error");
  return at != std::string_view::npos &&
         body.substr(0, at).find_first_not_of(" \t\r\n") == body.substr(0, at).find("<?xml");
}

}  // namespace

Verdict judge(const Answer& answer, bool error_in_200) {
  Verdict verdict;
  const bool hidden =
      error_in_200 && answer.status / 100 == 2 && (holds_error(answer) || answer.body.empty());
  if (answer.status / 100 == 2 && !hidden) {
    verdict.success = true;
    return verdict;
  }
  read_error(answer, verdict);
  const auto* known = std::ranges::find(kKnownErrors, verdict.code, &KnownError::code);
  verdict.remedy = is_throttle(verdict.code)         ? Remedy::slower
                   : known != std::end(kKnownErrors) ? known->remedy
                   : hidden                          ? Remedy::again
                                                     : by_status(answer);
  return verdict;
}

}  // namespace runner::aws::s3
