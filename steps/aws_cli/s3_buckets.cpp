#include "steps/aws_cli/s3_buckets.hpp"

#include <charconv>

#include "steps/aws_cli/s3_request.hpp"
#include "steps/aws_cli/s3_transfer.hpp"
#include "steps/clients/aws/s3/buckets.hpp"

namespace runner::aws {
namespace {

constexpr int kLongestLife = 7 * 24 * 3600;

std::string bucket_url(const std::string& command, const Arguments& arguments) {
  const auto path = only_path(command, arguments);
  if (!path.starts_with("s3://")) refuse_value("<S3Uri>\nError: Invalid argument type");
  check_bucket(s3_path(path));
  return path;
}

// What S3 refuses is told with the bucket, not as an error of the command.
template <class Call>
int attempt(const char* name, const std::string& url, Terminal& terminal, const Call& call) {
  try {
    call();
  } catch (const s3::Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    terminal.err(fmt::format("{} failed: {} {}\n", name, url, error.what()));
    return 1;
  }
  terminal.out(fmt::format("{}: {}\n", name, S3Place{true, s3_path(url)}.bucket()));
  return 0;
}

}  // namespace

std::string only_path(const std::string& command, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.empty())
    throw UsageError252("aws: error: the following arguments are required: " +
                        std::string(command == "website" ? "paths" : "path"));
  if (words.size() > 1) throw UsageError252("Unknown options: " + words[1]);
  return words.front();
}

int run_s3_mb(const Arguments& arguments, Session& session, Terminal& terminal) {
  const auto url = bucket_url("mb", arguments);
  s3::Wire wire(session, s3::settings_of(session));
  return attempt("make_bucket", url, terminal, [&] {
    s3::create_bucket(wire, S3Place{true, s3_path(url)}.bucket(), {});
  });
}

int run_s3_rb(const Arguments& arguments, Session& session, Terminal& terminal) {
  const auto url = bucket_url("rb", arguments);
  const S3Place place{true, s3_path(url)};
  if (!place.key().empty())
    refuse_value(fmt::format("Please specify a valid bucket name only. E.g. s3://{}", place.bucket()));
  if (arguments.has("force")) {
    Arguments removal;
    removal.words = {url};
    removal.options = {{"recursive", {}}};
    const auto request = read_s3_request("rm", std::move(removal), terminal);
    const auto code = run_s3_transfer(request, session, terminal);
    if (code == 130) return code;
    if (code != 0)
      throw ConfigurationError(
          255,
          "remove_bucket failed: Unable to delete all objects in the bucket, bucket will not "
          "be deleted.");
  }
  s3::Wire wire(session, s3::settings_of(session));
  return attempt("remove_bucket", url, terminal, [&] { s3::delete_bucket(wire, place.bucket()); });
}

int run_s3_presign(const Arguments& arguments, Session& session, Terminal& terminal) {
  const S3Place place{true, s3_path(only_path("presign", arguments))};
  check_bucket(place.path);
  const auto text = arguments.value("expires-in", "3600");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 1 || seconds > kLongestLife)
    refuse_value(
        fmt::format("Bad value for --expires-in: \"{}\": expected seconds from 1 to {}", text, kLongestLife));
  s3::Wire wire(session, s3::settings_of(session));
  terminal.out(wire.presigned_url(place.bucket(), place.key(), std::chrono::seconds(seconds)) + "\n");
  return 0;
}

int run_s3_website(const Arguments& arguments, Session& session, Terminal& terminal) {
  const S3Place place{true, s3_path(only_path("website", arguments))};
  check_bucket(place.path);
  if (!place.key().empty())
    refuse_value(fmt::format("Please specify a valid bucket name only. E.g. s3://{}", place.bucket()));
  s3::Wire wire(session, s3::settings_of(session));
  s3::put_website(wire, place.bucket(), arguments.value("index-document"), arguments.value("error-document"));
  (void)terminal;
  return 0;
}

}  // namespace runner::aws
