#include "steps/aws_cli/s3_report.hpp"

#include <filesystem>

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

const char* verb(const S3Request& request, const S3Transfer& transfer) {
  if (transfer.work == S3Work::remove) return "delete";
  if (request.move) return "move";
  return transfer.work == S3Work::upload ? "upload" : transfer.work == S3Work::download ? "download" : "copy";
}

}  // namespace

std::string shown_path(const std::string& absolute, const std::string& directory) {
  const fs::path path(absolute);
  auto folder = path.parent_path().lexically_relative(directory).string();
  if (folder.empty()) folder = ".";
  return folder + "/" + path.filename().string();
}

std::string S3Report::what(const S3Transfer& transfer) const {
  const auto directory = terminal_.directory.lexically_normal().string();
  const auto shown = [&](bool remote, const std::string& path) {
    if (request_.stream && !remote) return std::string("-");
    return remote ? "s3://" + path : shown_path(path, directory);
  };
  if (transfer.work == S3Work::remove) return shown(request_.target.remote, transfer.source.path);
  return shown(request_.source.remote, transfer.source.path) + " to " +
         shown(request_.target.remote, transfer.target);
}

void S3Report::say(const std::function<void(std::string_view)>& stream, const std::string& line) {
  const std::lock_guard lock(mutex_);
  stream(line + "\n");
}

void S3Report::would_do(const S3Transfer& transfer) {
  if (!request_.quiet)
    say(terminal_.out, fmt::format("(dryrun) {}: {}", verb(request_, transfer), what(transfer)));
}

void S3Report::done(const S3Transfer& transfer) {
  if (request_.quiet || request_.only_errors) return;
  say(terminal_.out, fmt::format("{}: {}", verb(request_, transfer), what(transfer)));
}

void S3Report::failed(const S3Transfer& transfer, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    ++failures_;
  }
  if (!request_.quiet)
    say(terminal_.err, fmt::format("{} failed: {} {}", verb(request_, transfer), what(transfer), why));
}

void S3Report::warning(const std::string& line) {
  {
    const std::lock_guard lock(mutex_);
    ++warnings_;
  }
  if (!request_.quiet) say(terminal_.err, line);
}

void S3Report::fatal(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    ++failures_;
  }
  if (!request_.quiet) say(terminal_.err, "fatal error: " + why);
}

void S3Report::cancelled() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(cancelled_, true)) return;
  }
  if (!request_.quiet) say(terminal_.err, "cancelled: ctrl-c received");
}

bool S3Report::any_failed() const {
  const std::lock_guard lock(mutex_);
  return failures_ > 0;
}

int S3Report::exit_code() const {
  const std::lock_guard lock(mutex_);
  if (cancelled_) return 130;
  return failures_ > 0 ? 1 : warnings_ > 0 ? 2 : 0;
}

}  // namespace runner::aws
