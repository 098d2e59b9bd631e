// `aws s3 ls`.
#include <time.h>

#include <array>
#include <charconv>
#include <ctime>

#include "steps/aws_cli/s3_buckets.hpp"
#include "steps/aws_cli/s3_plan.hpp"
#include "steps/aws_cli/s3_properties.hpp"
#include "steps/clients/aws/s3/listing.hpp"

namespace runner::aws {
namespace {

std::string local_time(Time time) {  // 2026-11-21 15:31:32, in this machine's zone
  const auto seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string size_text(uint64_t size, bool human) { return human ? human_size(size) : std::to_string(size); }

std::string last_name(const std::string& key) { return key.substr(key.rfind('/') + 1); }

struct Totals {
  size_t objects = 0, prefixes = 0;
  uint64_t bytes = 0;
};

void show_page(const s3::Page& page, bool whole_keys, bool human, Terminal& terminal, Totals& totals) {
  std::string text;
  for (const auto& prefix : page.prefixes)
    text += fmt::format("{:>30} {}/\n", "PRE", last_name(prefix.substr(0, prefix.size() - 1)));
  for (const auto& object : page.objects) {
    text += fmt::format("{} {:>10} {}\n", local_time(object.modified), size_text(object.size, human),
                        whole_keys ? object.key : last_name(object.key));
    totals.bytes += object.size;
  }
  totals.objects += page.objects.size();
  totals.prefixes += page.prefixes.size();
  if (!text.empty()) terminal.out(text);
}

int list_all_buckets(const Arguments& arguments, s3::Wire& wire, Terminal& terminal) {
  s3::Headers query;
  if (arguments.has("page-size")) query.emplace_back("max-buckets", arguments.value("page-size"));
  if (arguments.has("bucket-name-prefix"))
    query.emplace_back("prefix", arguments.value("bucket-name-prefix"));
  if (arguments.has("bucket-region")) query.emplace_back("bucket-region", arguments.value("bucket-region"));
  for (const auto& bucket : s3::list_buckets(wire, query))
    terminal.out(fmt::format("{} {}\n", local_time(bucket.created), bucket.name));
  return 0;
}

int page_size(const Arguments& arguments) {
  const auto text = arguments.value("page-size");
  int size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || size < 1))
    refuse_value(fmt::format("Bad value for --page-size: \"{}\"", text));
  return size;
}

}  // namespace

int run_s3_ls(const Arguments& arguments, Session& session, Terminal& terminal) {
  s3::Wire wire(session, s3::settings_of(session));
  if (arguments.words.size() > 1) throw UsageError252("Unknown options: " + arguments.words.back());
  const S3Place place{true, s3_path(arguments.words.empty() ? "s3://" : arguments.words.front())};
  check_bucket(place.path);
  if (place.bucket().empty()) return list_all_buckets(arguments, wire, terminal);
  const bool whole = arguments.has("recursive"), human = arguments.has("human-readable");
  Totals totals;
  s3::Listing listing(wire, {.bucket = place.bucket(),
                             .prefix = place.key(),
                             .delimiter = whole ? "" : "/",
                             .page_size = page_size(arguments),
                             .headers = payer_of(arguments)});
  while (const auto page = listing.next_page()) show_page(*page, whole, human, terminal, totals);
  if (arguments.has("summarize"))
    terminal.out(fmt::format("\nTotal Objects: {}\n   Total Size: {}\n", totals.objects,
                             size_text(totals.bytes, human)));
  return !place.key().empty() && totals.objects + totals.prefixes == 0 ? 1 : 0;
}

}  // namespace runner::aws
