#include "steps/run/masker.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "parser/base/text.hpp"
#include "steps/run/encodings.hpp"
#include "steps/run/wrapped_base64.hpp"

namespace runner {
namespace {

constexpr std::string_view kMask = "***";
constexpr size_t kShortestSecret = PatternSet::kShortest;

std::vector<std::string_view> trimmed_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const auto part : split(text, '\n')) {
    for (const auto line : split(part, '\r')) {
      if (const auto trimmed = trim(line); trimmed.size() >= kShortestSecret) lines.push_back(trimmed);
    }
  }
  return lines;
}

}  // namespace

struct Masker::Patterns {
  PatternSet whole;
  WrappedBase64 wrapped;

  std::vector<Range> find(std::string_view text, bool& after_wide) const {
    std::vector<Range> found;
    whole.find(text, found);
    wrapped.find(text, after_wide, found);
    merge(found);
    return found;
  }
};

struct Masker::State {
  std::mutex mutex;
  std::unordered_set<std::string> values;  // all below are made of these
  std::unordered_set<std::string> forms, cores;
  std::shared_ptr<const Patterns> current;  // null: an add has made it stale

  void add(std::string_view value) {
    if (!values.emplace(value).second) return;
    for (auto& form : secret_forms(value, kShortestSecret)) {
      // A log is masked in whole lines but any number of them: to find one over a line end would depend on
      // luck.
      if (form.find_first_of("\r\n") == std::string::npos) forms.insert(std::move(form));
    }
    for (auto& core : base64_cores(value)) cores.insert(std::move(core));
    current.reset();
  }
};

Masker::Masker() : state_(std::make_unique<State>()) {}
Masker::~Masker() = default;

bool Masker::add(std::string_view secret) {
  const auto trimmed = trim(secret);
  if (trimmed.empty()) return true;
  if (trimmed.size() < kShortestSecret) return false;
  const auto lines = trimmed_lines(secret);
  const std::lock_guard lock(state_->mutex);
  state_->add(secret);
  state_->add(trimmed);
  for (const auto line : lines) state_->add(line);
  return !lines.empty();
}

std::shared_ptr<const Masker::Patterns> Masker::patterns() const {
  const std::lock_guard lock(state_->mutex);
  auto& state = *state_;
  if (!state.current) {
    state.current =
        std::make_shared<const Patterns>(Patterns{PatternSet({state.forms.begin(), state.forms.end()}),
                                                  WrappedBase64({state.cores.begin(), state.cores.end()})});
  }
  return state.current;
}

std::vector<Range> Masker::find(std::string_view text) const {
  bool after_wide = false;
  return patterns()->find(text, after_wide);
}

std::string_view Masker::mask_view(std::string_view text, std::string& scratch, bool& after_wide) const {
  const auto found = patterns()->find(text, after_wide);
  if (found.empty()) return text;
  scratch.clear();
  replace_ranges(text, found, scratch);
  return scratch;
}

bool Masker::mask_into(std::string_view text, std::string& out) const {
  const auto found = find(text);
  replace_ranges(text, found, out);
  return !found.empty();
}

std::string Masker::mask(std::string_view text) const {
  std::string out;
  mask_into(text, out);
  return out;
}

bool Masker::would_change(std::string_view text) const { return !find(text).empty(); }

void replace_ranges(std::string_view text, const std::vector<Range>& ranges, std::string& out) {
  size_t at = 0;
  for (const auto& range : ranges) {
    out.append(text, at, range.begin - at).append(kMask);
    at = range.end;
  }
  out.append(text, at);
}

size_t Masker::longest() const { return patterns()->whole.longest(); }

}  // namespace runner
