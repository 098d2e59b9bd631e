// steps/aws_cli/s3_report.hpp -- what a transfer command prints, and the exit code that follows (aws.md 1.5).
// Safe to use from several threads. There are no progress lines: they are for someone who watches.
#pragma once
#include <mutex>
#include <string>

#include "steps/aws_cli/s3_plan.hpp"

namespace runner::aws {

class S3Report {
 public:
  S3Report(const S3Request& request, Terminal& terminal) : request_(request), terminal_(terminal) {}

  void would_do(const S3Transfer& transfer);
  void done(const S3Transfer& transfer);
  void failed(const S3Transfer& transfer, const std::string& why);
  void warning(const std::string& line);
  void fatal(const std::string& why);
  void cancelled();

  bool any_failed() const;
  int exit_code() const;

 private:
  void say(const std::function<void(std::string_view)>& stream, const std::string& line);
  std::string what(const S3Transfer& transfer) const;

  const S3Request& request_;
  Terminal& terminal_;
  mutable std::mutex mutex_;
  size_t failures_ = 0, warnings_ = 0;
  bool cancelled_ = false;
};

// As the CLI shows a path: "dist/x", "./x", "../../t/x".
std::string shown_path(const std::string& absolute, const std::string& directory);

}  // namespace runner::aws
