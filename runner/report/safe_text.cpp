#include "runner/report/safe_text.hpp"

#include <streambuf>
#include <string>

#include "runner/report/log_text.hpp"
#include "steps/script/masker.hpp"

namespace runner {

// Hands on whole lines, and the beginning of one only when it is flushed.
class SafeText::Filter : public std::streambuf {
 public:
  Filter(std::streambuf* next, const Masker& masker, bool for_eyes)
      : next_(next), masker_(masker), for_eyes_(for_eyes) {}
  std::streambuf* next() const { return next_; }

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
      if (!put() || next_->sputc('\n') == traits_type::eof()) return 0;
      rest.remove_prefix(end + 1);
    }
    line_.append(rest);
    return size;
  }
  int sync() override { return put() ? next_->pubsync() : -1; }

 private:
  bool put() {
    auto text = masker_.mask(line_);
    if (for_eyes_) text = harmless(text, true);
    line_.clear();
    const auto size = static_cast<std::streamsize>(text.size());
    return next_->sputn(text.data(), size) == size;
  }
  std::streambuf* next_;
  const Masker& masker_;
  bool for_eyes_;
  std::string line_;
};

SafeText::SafeText(std::ostream& stream, const Masker& masker, bool for_eyes)
    : stream_(stream), filter_(std::make_unique<Filter>(stream.rdbuf(), masker, for_eyes)) {
  stream_.rdbuf(filter_.get());
}

SafeText::~SafeText() {
  const auto state = stream_.rdstate();
  filter_->pubsync();
  stream_.rdbuf(filter_->next());  // clears what went wrong
  stream_.setstate(state);
}

}  // namespace runner
