#include "steps/store/outgoing.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/core.h>

#include "steps/system/fd.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = size_t{1} << 20;
constexpr size_t kMostPlaces = 10;
// Shorter ones are names of users and hosts as often as not, which stand in what is published for good
// reason.
constexpr size_t kShortestLeak = 8;

bool is_within(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

}  // namespace

Outgoing::Outgoing(std::string what, const SecretFinder& secrets, Care care, std::stop_token stop, Warn warn)
    : what_(std::move(what)),
      secrets_(secrets),
      care_(care),
      stop_(std::move(stop)),
      warn_(std::move(warn)) {}

Outgoing::Outgoing(StepHost& host, std::string what)
    : Outgoing(std::move(what), host.secrets(), host.care(), host.stop(),
               [&host](const std::string& text) { host.warn(text); }) {}

void SecretScan::add(std::string_view bytes) {
  if (needless()) return;
  end_.append(bytes);
  if (const auto at = secrets_.secret_in(end_, kShortestLeak)) {
    found_ = begin_ + *at;
    return;
  }
  const auto kept = std::min(longest_ - 1, end_.size());
  begin_ += end_.size() - kept;
  end_.erase(0, end_.size() - kept);
}

std::optional<size_t> Outgoing::leak_in(const fs::path& file) const {
  auto scan = this->scan();
  if (scan.needless()) return std::nullopt;
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  std::string buffer(std::min(kPiece, static_cast<size_t>(facts.st_size)), '\0');
  while (!scan.needless() && !stop_.stop_requested()) {
    const auto count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    scan.add(std::string_view(buffer).substr(0, static_cast<size_t>(count)));
  }
  return scan.found();
}

void Outgoing::look_at(const fs::path& file, const std::string& name) {
  if (const auto found = leak_in(file)) add({name, *found});
}

void Outgoing::add(const std::string& name, const SecretScan& scan) {
  if (scan.found()) add({name, *scan.found()});
}

void Outgoing::add(Place place) {
  const std::lock_guard lock(mutex_);
  places_.push_back(std::move(place));
}

// "the artifact dist holds a secret of this run: app.env at byte 12"; empty: nothing was found since the last
// call.
std::string Outgoing::found() {
  std::vector<Place> places;
  {
    const std::lock_guard lock(mutex_);
    places.swap(places_);
  }
  if (places.empty()) return {};
  std::ranges::sort(places, {}, &Place::name);
  std::string list;
  for (size_t i = 0; i < std::min(places.size(), kMostPlaces); ++i)
    list += fmt::format("{}{} at byte {}", i == 0 ? "" : ", ", places[i].name, places[i].offset);
  if (places.size() > kMostPlaces) list += fmt::format(", and {} more", places.size() - kMostPlaces);
  return fmt::format("{} holds a secret of this run: {}", what_, list);
}

void Outgoing::tell() {
  const auto text = found();
  if (text.empty()) return;
  if (care_.fail_on_leak) throw SecretLeak(text + "; nothing of it was stored (--fail-on-leak)");
  warn_(text + "; --fail-on-leak makes this an error");
}

std::string Outgoing::tell_too_late() {
  auto text = found();
  if (text.empty()) return {};
  if (care_.fail_on_leak) return text + "; it is there: remove it, and change the secret (--fail-on-leak)";
  warn_(text + "; --fail-on-leak makes this an error");
  return {};
}

void Outgoing::check(const fs::path& file) {
  const auto place = leak_in(file);
  if (!place) return;
  if (care_.fail_on_leak)
    throw SecretLeak(
        fmt::format("it holds a secret of this run at byte {}: not sent (--fail-on-leak)", *place));
  add({file.string(), *place});
}

fs::path leaves(const fs::path& link, const std::vector<fs::path>& inside) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(link, error))) return {};
  auto target = fs::canonical(link, error);
  if (error) return {};
  const bool stays = std::ranges::any_of(inside, [&](const fs::path& folder) {
    std::error_code gone;
    const auto real = fs::canonical(folder, gone);
    return !gone && is_within(target, real);
  });
  return stays ? fs::path() : target;
}

LinkRule::LinkRule(const StepHost& host, const std::vector<fs::path>& given)
    : inside_{host.workspace(), host.temp()} {
  const auto own = inside_;
  for (const auto& path : given) {
    if (std::ranges::none_of(own, [&](const auto& folder) { return is_within(path, folder); }))
      inside_.push_back(path);
  }
}

void LinkRule::check(const fs::path& file, std::string_view what) {
  const auto folder = std::ranges::find_if(inside_, [&](const auto& one) { return is_within(file, one); });
  if (folder == inside_.end()) return;
  for (auto path = file; path != *folder && checked_.insert(path).second; path = path.parent_path()) {
    const auto target = leaves(path, inside_);
    if (target.empty()) continue;
    throw InputError(
        fmt::format("{} is a link to {}, outside of the workspace: {} takes only what lies there; copy it "
                    "into the workspace, or exclude the link",
                    path.string(), target.string(), what));
  }
}

}  // namespace runner
