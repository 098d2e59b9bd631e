#include "runner/report/safe_text.hpp"

#include <optional>
#include <streambuf>
#include <string>
#include <utility>

#include "runner/report/log_text.hpp"
#include "runner/report/wrap.hpp"
#include "steps/script/masker.hpp"

namespace runner {

// Hands on whole lines, and the beginning of one only when it is flushed.
class SafeText::Filter : public std::streambuf {
 public:
  Filter(std::streambuf* next, const Masker& masker, bool for_eyes)
      : next_(next), masker_(masker), for_eyes_(for_eyes) {}
  std::streambuf* next() const { return next_; }
  void wrap(int columns) { columns_ = columns; }

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    const char one = traits_type::to_char_type(c);
    return xsputn(&one, 1) == 1 ? c : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    std::string_view rest(text, static_cast<size_t>(size));
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      line_.append(rest.substr(0, end));
      if (!put_line(safe_line())) return 0;
      rest.remove_prefix(end + 1);
    }
    line_.append(rest);
    return size;
  }
  int sync() override { return put_held() && put(safe_line()) ? next_->pubsync() : -1; }

 private:
  std::string safe_line() {
    auto text = masker_.mask(line_);
    line_.clear();
    return for_eyes_ ? harmless(text, true) : text;
  }
  // A line that may be the excerpt above a caret waits for the next one.
  bool put_line(std::string text) {
    if (held_ && is_caret(text)) return put(cut_excerpt(*std::exchange(held_, {}), text, columns_));
    if (!put_held()) return false;
    if (columns_ > 0 && text.starts_with("  ")) {
      held_ = std::move(text);
      return true;
    }
    return put(wrapped(text, columns_) + "\n");
  }
  bool put_held() {
    if (!held_) return true;
    return put(wrapped(*std::exchange(held_, {}), columns_) + "\n");
  }
  bool put(const std::string& text) {
    const auto size = static_cast<std::streamsize>(text.size());
    return next_->sputn(text.data(), size) == size;
  }
  std::streambuf* next_;
  const Masker& masker_;
  bool for_eyes_;
  int columns_ = 0;
  std::string line_;
  std::optional<std::string> held_;
};

SafeText::SafeText(std::ostream& stream, const Masker& masker, bool for_eyes)
    : stream_(stream),
      flags_(stream.flags()),
      filter_(std::make_unique<Filter>(stream.rdbuf(), masker, for_eyes)) {
  stream_.unsetf(
      std::ios::unitbuf);  // std::cerr's: each piece of a line on its own can be neither masked nor wrapped
  stream_.rdbuf(filter_.get());
}

void SafeText::wrap(int columns) { filter_->wrap(columns); }

SafeText::~SafeText() {
  const auto state = stream_.rdstate();
  filter_->pubsync();
  stream_.rdbuf(filter_->next());  // clears what went wrong
  stream_.flags(flags_);
  stream_.setstate(state);
}

}  // namespace runner
