#include "steps/formats/hash_files.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/formats/file_glob.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kFollow = "--follow-symbolic-links";

class Deadline {
 public:
  explicit Deadline(const HashFilesOptions& options)
      : limit_(options.limit), end_(Clock::now() + limit_), stop_(options.stop) {}
  void check() const {
    if (stop_.stop_requested()) throw Error("cancelled");
    if (Clock::now() < end_) return;
    throw Error("not done within {} seconds", std::chrono::duration<double>(limit_).count());
  }

 private:
  std::chrono::milliseconds limit_;
  Clock::time_point end_;
  std::stop_token stop_;
};

std::string digest_of(const fs::path& path, const Deadline& deadline) {
  const auto file = open_regular(path);
  Sha256 hash;
  std::vector<char> block(size_t{64} * 1024);
  for (;;) {
    deadline.check();
    const auto got = ::read(file.get(), block.data(), block.size());
    if (got < 0) throw Error("read {}: {}", path.string(), std::strerror(errno));
    if (got == 0) return hash.digest();
    hash.update({block.data(), static_cast<size_t>(got)});
  }
}

bool is_inside(const fs::path& path, const fs::path& root) {
  const auto relative = path.lexically_relative(root);
  return !relative.empty() && *relative.begin() != ".." && relative != ".";
}

std::string hash_selected(const fs::path& root, const std::string& patterns, bool follow,
                          const HashFilesOptions& options) {
  const Deadline deadline(options);
  deadline.check();
  const FileGlob glob(
      patterns, root,
      {.follow_symbolic_links = follow, .home = options.home, .before_folder = [&] { deadline.check(); }});
  Sha256 all;
  bool found = false;
  for (const auto& path : glob.walk()) {
    // A link to a folder that is not followed was walked as a file.
    if (!is_inside(path, root) || fs::is_directory(path)) continue;
    all.update(digest_of(path, deadline));
    found = true;
  }
  return found ? all.hex() : "";
}

std::string joined(const std::vector<std::string>& texts, size_t first, std::string_view between) {
  std::string all;
  for (size_t i = first; i < texts.size(); ++i) {
    if (i > first) all += between;
    all += texts[i];
  }
  return all;
}

}  // namespace

std::string hash_files(const fs::path& root, const std::vector<std::string>& arguments,
                       const HashFilesOptions& options) {
  size_t first = 0;
  if (!arguments.empty() && arguments[0].starts_with("--")) {
    if (!equal_ignoring_case(arguments[0], kFollow)) {
      throw expr::EvalError(
          fmt::format("Invalid glob option {}, available option: '{}'.", arguments[0], kFollow));
    }
    first = 1;
  }
  const auto base = root.lexically_normal();
  try {
    return hash_selected(base, joined(arguments, first, "\n"), first == 1, options);
  } catch (const std::runtime_error& error) {  // ours, or the file system's
    const auto names = replace_all(joined(arguments, first, ", "), "'", "''");
    throw expr::EvalError(fmt::format("hashFiles('{}') failed. Fail to hash files under directory '{}': {}",
                                      names, base.string(), error.what()));
  }
}

}  // namespace runner
