#include "steps/script/masker.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/script/encodings.hpp"

namespace runner {
namespace {

constexpr std::string_view kMask = "***";
constexpr size_t kShortestSecret = PatternSet::kShortest;
// A secret of GitHub has at most 48 KB. An ::add-mask:: may have any size, and there may be any number of
// them: each form of each takes memory.
constexpr size_t kLargestEncoded = size_t{64} << 10;
constexpr size_t kMostEncoded = size_t{64} << 20;

std::vector<std::string_view> trimmed_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const auto part : split(text, '\n')) {
    for (const auto line : split(part, '\r')) {
      if (const auto trimmed = trim(line); trimmed.size() >= kShortestSecret) lines.push_back(trimmed);
    }
  }
  return lines;
}

template <class Name>
void replace_each(std::string_view text, const std::vector<Range>& ranges, std::string& out,
                  const Name& name_of) {
  size_t at = 0;
  for (const auto& range : ranges) {
    out.append(text, at, range.begin - at).append(name_of(text.substr(range.begin, range.end - range.begin)));
    at = range.end;
  }
  out.append(text, at);
}

}  // namespace

struct Masker::State {
  mutable std::shared_mutex mutex;                       // of all that follows
  std::unordered_set<std::string> values, forms, cores;  // what the two below point into
  PatternSet whole;
  WrappedBase64 wrapped;
  size_t encoded_bytes = 0;
  std::map<std::string, std::string, std::less<>> names;  // by value

  void add_form(std::string form) {
    // A log is masked in whole lines but any number of them: to find one over a line end would depend on
    // luck.
    if (form.size() < kShortestSecret || form.find_first_of("\r\n") != std::string::npos) return;
    const auto [at, is_new] = forms.insert(std::move(form));
    if (!is_new) return;
    whole.add(*at);
    encoded_bytes += at->size();
  }
  // False: only as it is.
  bool add(std::string_view value) {
    if (!values.emplace(value).second) return true;
    add_form(std::string(value));
    if (value.size() > kLargestEncoded || encoded_bytes > kMostEncoded) return false;
    for (auto& form : secret_forms(value)) add_form(std::move(form));
    for (auto& core : base64_cores(value)) {
      const auto [at, is_new] = cores.insert(std::move(core));
      if (is_new) wrapped.add(*at);
    }
    return true;
  }
  // Not merged. `edge`: of a stream; without it only what is sure.
  std::vector<Range> find(std::string_view text, LineEdge* edge) const {
    std::vector<Range> found;
    const std::shared_lock lock(mutex);
    whole.find(text, found);
    LineEdge none;
    if (edge != nullptr)
      wrapped.find(text, *edge, WrappedBase64::Certainty::suspicion, found);
    else
      wrapped.find(text, none, WrappedBase64::Certainty::sure, found);
    return found;
  }
};

Masker::Masker() : state_(std::make_unique<State>()) {}
Masker::~Masker() = default;

Masker::Added Masker::add(std::string_view secret) {
  const auto trimmed = trim(secret);
  if (trimmed.empty()) return Added::whole;
  if (trimmed.size() < kShortestSecret) return Added::too_short;
  const auto lines = trimmed_lines(secret);
  const std::lock_guard lock(state_->mutex);
  bool encoded = true;
  for (const auto value : {secret, trimmed}) encoded &= state_->add(value);
  for (const auto line : lines) encoded &= state_->add(line);
  if (lines.empty()) return Added::too_short;
  return encoded ? Added::whole : Added::plain;
}

std::vector<Range> Masker::find(std::string_view text) const {
  auto found = state_->find(text, nullptr);
  merge(found);
  return found;
}

std::vector<Range> Masker::find(std::string_view text, LineEdge& edge) const {
  auto found = state_->find(text, &edge);
  merge(found);
  return found;
}

std::string_view Masker::mask_view(std::string_view text, std::string& scratch, LineEdge& edge) const {
  const auto found = find(text, edge);
  if (found.empty()) return text;
  scratch.clear();
  replace_ranges(text, found, scratch);
  return scratch;
}

void Masker::call(std::string_view secret, std::string_view name) {
  const std::lock_guard lock(state_->mutex);
  for (const auto value : {secret, trim(secret)}) state_->names.try_emplace(std::string(value), name);
}

bool Masker::mask_into(std::string_view text, std::string& out) const {
  const auto found = find(text);
  const std::shared_lock lock(state_->mutex);
  replace_each(text, found, out, [&](std::string_view value) -> std::string_view {
    const auto name = state_->names.find(value);
    return name == state_->names.end() ? kMask : name->second;
  });
  return !found.empty();
}

std::string Masker::mask(std::string_view text) const {
  std::string out;
  mask_into(text, out);
  return out;
}

bool Masker::would_change(std::string_view text) const { return !find(text).empty(); }

std::string masking_problem(Masker::Added added) {
  switch (added) {
    case Masker::Added::whole:
      return "";
    case Masker::Added::plain:
      return fmt::format(
          "is masked as it is and line by line, but not in base64 and other encodings: values over {} KiB, "
          "or "
          "over {} MiB with all that came before, are not",
          kLargestEncoded >> 10, kMostEncoded >> 20);
    case Masker::Added::too_short:
      return "has fewer than four characters: it is not masked, or the log would be unreadable";
  }
  return "";
}

void replace_ranges(std::string_view text, const std::vector<Range>& ranges, std::string& out) {
  replace_each(text, ranges, out, [](std::string_view) { return kMask; });
}

size_t Masker::may_begin(std::string_view text) const {
  const std::shared_lock lock(state_->mutex);
  size_t longest = 0;
  for (const auto& form : state_->forms) {
    for (auto size = std::min(form.size() - 1, text.size()); size > longest; --size) {
      if (text.ends_with(std::string_view(form).substr(0, size))) longest = size;
    }
  }
  return longest;
}

std::optional<size_t> Masker::secret_in(std::string_view bytes, size_t shortest) const {
  auto found = state_->find(bytes, nullptr);
  std::erase_if(found, [&](const Range& range) { return range.end - range.begin < shortest; });
  const auto first = std::ranges::min_element(found, {}, &Range::begin);
  return first == found.end() ? std::nullopt : std::optional(first->begin);
}

size_t Masker::longest_secret() const {
  const std::shared_lock lock(state_->mutex);
  return state_->whole.longest();
}

}  // namespace runner
