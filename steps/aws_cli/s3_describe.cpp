// A plan of transfers in words, for the log before it is done and for `plan --targets`.
#include <algorithm>
#include <array>
#include <filesystem>

#include "parser/base/text.hpp"
#include "steps/aws_cli/s3_plan.hpp"
#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

using Reason = S3Transfer::Reason;

// A file of several parts has another kind of ETag; very large ones are not read for a count.
constexpr uint64_t kLargestCompared = 64 << 20, kMostCompared = uint64_t{1} << 30;

constexpr const char* kWorkNames[] = {"upload", "download", "copy", "delete"};

const char* name_of(S3Work work) { return kWorkNames[static_cast<size_t>(work)]; }

std::string place_text(const S3Place& place) { return place.remote ? "s3://" + place.path : place.path; }

uint64_t bytes_of(const std::vector<S3Transfer>& transfers) {
  uint64_t bytes = 0;
  for (const auto& transfer : transfers) bytes += transfer.source.size;
  return bytes;
}

std::string counted(size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string reasons(const std::vector<S3Transfer>& transfers) {
  const auto count = [&](Reason reason) {
    return std::ranges::count(transfers, reason, &S3Transfer::reason);
  };
  std::string text;
  const auto add = [&](auto number, const char* what) {
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, what);
  };
  add(count(Reason::not_there), "new");
  add(count(Reason::size), "of another size");
  add(count(Reason::time), "of another time");
  return text.empty() ? "" : " (" + text + ")";
}

const char* mark(Reason reason) { return reason == Reason::not_there ? "+" : "~"; }

}  // namespace

std::string human_size(uint64_t bytes) {
  if (bytes == 1) return "1 Byte";
  if (bytes < 1024) return fmt::format("{} Bytes", bytes);
  static constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; unit + 1 < kUnits.size() && value + 0.5 >= 1024; ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::vector<std::string> describe(const S3Plan& plan, const S3Request& request, size_t most_names) {
  std::vector<std::string> lines;
  const auto target = place_text(request.target);
  if (!plan.transfers.empty())
    lines.push_back(fmt::format("{} {} to {}: {}{}", request.move ? "move" : name_of(request.work),
                                counted(plan.transfers.size(), "file"), target,
                                human_size(bytes_of(plan.transfers)), reasons(plan.transfers)));
  if (!plan.removals.empty())
    lines.push_back(fmt::format("delete {} in {}: {}", counted(plan.removals.size(), "file"), target,
                                human_size(bytes_of(plan.removals))));
  if (plan.transfers.size() + plan.removals.size() > most_names) return lines;
  for (const auto& transfer : plan.transfers)
    lines.push_back(fmt::format("  {} {} {}", mark(transfer.reason), transfer.source.relative,
                                human_size(transfer.source.size)));
  for (const auto& removal : plan.removals) lines.push_back("  - " + removal.source.relative);
  return lines;
}

SameContent count_same_content(const S3Plan& plan) {
  SameContent count;
  uint64_t read = 0;
  for (const auto& transfer : plan.transfers) {
    const auto etag = replace_all(transfer.replaced_etag, "\"", "");
    const auto size = transfer.source.size;
    if (transfer.work != S3Work::upload || transfer.reason != Reason::time || etag.size() != 32) continue;
    if (size > kLargestCompared || (read += size) > kMostCompared) continue;
    ++count.compared;
    if (hex(md5(read_file(transfer.source.path))) == etag) ++count.same;
  }
  return count;
}

}  // namespace runner::aws
