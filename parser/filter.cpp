#include "parser/filter.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

// One element of a pattern. A name is matched by a machine that stands before several elements at once, so
// that no pattern takes more than linear time.
struct Element {
  enum class Kind {
    one,      // a character of `ranges`
    star,     // any run without '/'
    any,      // any run
    skip,     // nothing, but goes round the `folders` that follows
    folders,  // any run that ends in '/'
  };
  Kind kind = Kind::one;
  std::vector<std::pair<std::string, std::string>> ranges =
      {};  // of UTF-8 characters: they sort as code points
  bool optional = false, repeated = false;
};

std::string_view next_character(std::string_view text, size_t at) {
  return text.substr(at, std::max<size_t>(utf8_length(text, at), 1));
}

bool may_be_range(std::string_view first, std::string_view last) {
  const auto within = [&](char low, char high) {
    return first.size() == 1 && last.size() == 1 && first[0] >= low && last[0] <= high;
  };
  return within('a', 'z') || within('A', 'Z') || within('0', '9');
}

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : pattern_(pattern) {}
  std::vector<Element> read() {
    while (at_ < pattern_.size()) step();
    return std::move(elements_);
  }

 private:
  void step() {
    if (take("**/")) return add({Element::Kind::skip}), add({Element::Kind::folders});
    if (take("**")) return add({Element::Kind::any});
    if (take("*")) return add({Element::Kind::star});
    if (pattern_[at_] == '?' || pattern_[at_] == '+') return quantify(pattern_[at_++]);
    if (pattern_[at_] == '[' && read_class()) return;
    if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) ++at_;
    add_character(next_character(pattern_, at_));
  }

  bool take(std::string_view token) {
    if (!pattern_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void add(Element element) { elements_.push_back(std::move(element)); }

  void add_character(std::string_view character) {
    add({Element::Kind::one, {{std::string(character), std::string(character)}}});
    at_ += character.size();
  }

  // Of a character or class; a run already matches as little or as much.
  void quantify(char quantifier) {
    const bool usable = !elements_.empty() && elements_.back().kind == Element::Kind::one;
    if (elements_.empty())
      return add({Element::Kind::one, {{std::string(1, quantifier), std::string(1, quantifier)}}});
    if (usable) (quantifier == '?' ? elements_.back().optional : elements_.back().repeated) = true;
  }

  // False when it is not closed: then the bracket is itself.
  bool read_class() {
    const auto end = pattern_.find(']', at_ + 2);
    if (end == std::string_view::npos) return false;
    Element element;
    const auto inside = pattern_.substr(at_ + 1, end - at_ - 1);
    for (size_t at = 0; at < inside.size();) {
      const auto first = next_character(inside, at);
      at += first.size();
      auto last = first;
      if (at + 1 < inside.size() && inside[at] == '-' &&
          may_be_range(first, next_character(inside, at + 1))) {
        last = next_character(inside, at + 1);
        at += 1 + last.size();
      }
      element.ranges.emplace_back(first, last);
    }
    at_ = end + 1;
    add(std::move(element));
    return true;
  }

  std::string_view pattern_;
  size_t at_ = 0;
  std::vector<Element> elements_;
};

bool contains(const Element& element, std::string_view character) {
  return std::any_of(element.ranges.begin(), element.ranges.end(), [&](const auto& range) {
    return range.first <= character && character <= range.second;
  });
}

class Machine {
 public:
  explicit Machine(std::vector<Element> elements) : elements_(std::move(elements)) {}

  bool matches(std::string_view name) const {
    Places places(elements_.size() + 1, false);
    enter(places, 0);
    for (size_t at = 0; at < name.size();) {
      const auto character = next_character(name, at);
      at += character.size();
      places = advance(places, character);
    }
    return places.back();
  }

 private:
  using Places = std::vector<bool>;

  // Stand before element `at`, and before those after it while it may match nothing.
  void enter(Places& places, size_t at) const {
    while (!places[at]) {
      places[at] = true;
      if (at == elements_.size()) return;
      const auto& element = elements_[at];
      if (element.kind == Element::Kind::folders) return;
      if (element.kind == Element::Kind::one && !element.optional) return;
      if (element.kind == Element::Kind::skip) places[++at] = true;
      ++at;
    }
  }

  Places advance(const Places& places, std::string_view character) const {
    Places next(places.size(), false);
    for (size_t at = 0; at < elements_.size(); ++at) {
      if (places[at]) step(next, at, character);
    }
    return next;
  }

  void step(Places& next, size_t at, std::string_view character) const {
    const auto& element = elements_[at];
    switch (element.kind) {
      case Element::Kind::one:
        if (!contains(element, character)) return;
        if (element.repeated) next[at] = true;
        return enter(next, at + 1);
      case Element::Kind::star:
        if (character != "/") enter(next, at);
        return;
      case Element::Kind::any:
        return enter(next, at);
      case Element::Kind::skip:
        return;
      case Element::Kind::folders:
        next[at] = true;
        if (character == "/") enter(next, at + 1);
        return;
    }
  }

  std::vector<Element> elements_;
};

std::optional<std::string_view> short_name(std::string_view ref, std::string_view prefix) {
  if (!ref.starts_with(prefix)) return std::nullopt;
  return ref.substr(prefix.size());
}

Verdict refuse(const Filter& filter, std::string_view kind, std::string_view name) {
  const bool ignored = filter.key.ends_with("-ignore");
  return {
      false,
      fmt::format("`{}` {} the {} \"{}\"", filter.key, ignored ? "excludes" : "does not include", kind, name),
      filter.pos};
}

// The verdict of KEY and KEY-ignore on one name.
Verdict decide_name(const Trigger& trigger, const std::string& key, std::string_view kind,
                    std::string_view name) {
  if (const auto* only = trigger.filter(key);
      only != nullptr && !filter_selects(values(only->patterns), name)) {
    return refuse(*only, kind, name);
  }
  if (const auto* never = trigger.filter(key + "-ignore");
      never != nullptr && filter_selects(values(never->patterns), name)) {
    return refuse(*never, kind, name);
  }
  return {};
}

const Filter* either(const Trigger& trigger, const std::string& key) {
  const auto* filter = trigger.filter(key);
  return filter != nullptr ? filter : trigger.filter(key + "-ignore");
}

// Filters of only the other kind of ref keep this kind out.
Verdict decide_push(const Trigger& trigger, std::string_view ref) {
  const auto tag = short_name(ref, "refs/tags/");
  const std::string key = tag ? "tags" : "branches";
  const auto* other = either(trigger, tag ? "branches" : "tags");
  if (other != nullptr && either(trigger, key) == nullptr) {
    return {false,
            fmt::format("only `{}` is given, so that a push of a {} does not run it", other->key,
                        tag ? "tag" : "branch"),
            other->pos};
  }
  return tag ? decide_name(trigger, key, "tag", *tag)
             : decide_name(trigger, key, "branch", short_name(ref, "refs/heads/").value_or(ref));
}

bool default_type(std::string_view event, std::string_view action) {
  if (event != "pull_request" && event != "pull_request_target") return true;
  return action == "opened" || action == "synchronize" || action == "reopened";
}

}  // namespace

bool filter_matches(std::string_view pattern, std::string_view name) {
  return Machine(PatternReader(pattern).read()).matches(name);
}

bool filter_selects(const std::vector<std::string>& patterns, std::string_view name) {
  bool selected = false;
  for (const std::string_view pattern : patterns) {
    const bool negative = pattern.starts_with('!');
    if (negative == selected && filter_matches(pattern.substr(negative ? 1 : 0), name)) selected = !negative;
  }
  return selected;
}

Verdict decide(const Trigger& trigger, std::string_view ref, std::string_view base, std::string_view action) {
  const bool listed = trigger.types.empty()
                          ? default_type(trigger.event, action)
                          : std::any_of(trigger.types.begin(), trigger.types.end(),
                                        [&](const Text& type) { return type.value == action; });
  if (!action.empty() && !listed) {
    return {false, fmt::format("`types` does not include \"{}\"", action), trigger.pos};
  }
  if (trigger.event == "push") return decide_push(trigger, ref);
  const auto branch = !base.empty() ? base : short_name(ref, "refs/heads/").value_or(ref);
  return decide_name(trigger, "branches", "branch", branch);
}

const Filter* path_filter(const Trigger& trigger, std::string_view ref) {
  return ref.starts_with("refs/tags/") ? nullptr : either(trigger, "paths");
}

}  // namespace runner
