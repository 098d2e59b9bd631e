#include "steps/script/output.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "parser/base/text.hpp"
#include "steps/script/command_runner.hpp"
#include "steps/script/line_scan.hpp"

namespace runner {
namespace {

constexpr size_t kShownOfUnfinished = 200;
constexpr size_t kMaxPart = size_t{256} << 10;
constexpr size_t kLongLine = size_t{1} << 20;  // longer ones are handed on in pieces of this size
constexpr size_t kLongCommand = size_t{16}
                                << 20;  // but a command is carried out whole: ::set-output with a file

struct Partial {                // what is known of one stream between two feeds
  std::string line;             // without its end so far
  bool after_return = false;    // the last byte was a CR: a LF right behind it ends no second line
  LineEdge edge;                // for Masker::mask_view
  bool in_long_line = false;    // earlier pieces of this line are in the log already
  size_t hidden = 0;            // that many bytes of `line` belong to a secret that began in such a piece
  std::optional<bool> command;  // a long `line` may be one; found out once
};

// CR LF and CR become LF.
void unify_line_ends(std::string_view piece, bool& after_return, std::string& out) {
  out.clear();
  while (!piece.empty()) {
    if (after_return && piece.front() == '\n') piece.remove_prefix(1);
    const auto end = piece.find('\r');
    after_return = end != std::string_view::npos;
    out.append(piece.substr(0, end));
    if (!after_return) return;
    out += '\n';
    piece.remove_prefix(end + 1);
  }
}

// `partial.line` is over kLongLine and goes to the log in pieces; a command is kept whole unless it is
// absurd.
bool goes_in_pieces(Partial& partial) {
  if (partial.line.size() <= kLongLine) return false;
  if (partial.in_long_line || partial.line.size() > kLongCommand) return true;
  if (!partial.command) {
    const auto head = std::string_view(partial.line).substr(0, kLongLine);
    partial.command = next_command_line(head, 0) < head.size();
  }
  return !*partial.command;
}

}  // namespace

struct StepOutput::Impl {
  const Masker& masker;
  CommandEffects& effects;
  CommandRunner commands;
  std::array<Partial, 2> partials;
  std::string masked, unified;
  bool shows_unfinished = false;

  Impl(const Masker& mask, CommandEffects& effect, OutputOptions options)
      : masker(mask),
        effects(effect),
        commands(effect, std::move(options), [this](std::string_view text) { return clean(text); }) {}

  // For what commands print and annotate: few and small.
  std::string clean(std::string_view text) const { return to_valid_utf8(masker.mask(text)); }

  // A prompt, or dots of something that takes long: shown although its line goes on.
  void show_unfinished() {
    const auto* partial =
        std::ranges::find_if(partials, [](const Partial& one) { return !one.line.empty(); });
    if (partial == partials.end() || next_command_line(partial->line, 0) < partial->line.size()) return;
    auto text = std::string_view(partial->line);
    text.remove_prefix(std::min(partial->hidden, text.size()));
    text.remove_suffix(masker.may_begin(text));
    auto shown = clean(text);
    if (shown.size() > kShownOfUnfinished)
      shown = to_valid_utf8(shown.substr(shown.size() - kShownOfUnfinished));
    if (shown.empty()) return;
    effects.unfinished(shown);
    shows_unfinished = true;
  }

  void write(std::string_view lines) {  // masked already
    if (lines.empty()) return;
    if (std::exchange(shows_unfinished, false)) effects.unfinished({});
    if (is_clean_utf8(lines))
      effects.log(lines);
    else
      effects.log(to_valid_utf8(lines));
  }

  void feed(Partial& partial, std::string_view piece) {
    if (partial.after_return || piece.find('\r') != std::string_view::npos) {
      unify_line_ends(piece, partial.after_return, unified);
      piece = unified;
    }
    if (!partial.line.empty() || partial.in_long_line) {
      const auto end = piece.find('\n');
      partial.line.append(piece.substr(0, end));
      shorten(partial);
      if (end == std::string_view::npos) return;
      end_line(partial);
      piece.remove_prefix(end + 1);
    }
    const auto whole = piece.rfind('\n') + 1;  // npos + 1 is 0
    print(partial, piece.substr(0, whole));
    partial.line.assign(piece.substr(whole));
  }

  void end_line(Partial& partial) {
    auto& line = partial.line;
    while (goes_in_pieces(partial)) cut(partial);
    line += '\n';
    if (partial.in_long_line)
      write_piece(partial, line, masker.find(line));
    else
      print(partial, line);
    line.clear();
    partial.in_long_line = false;
    partial.hidden = 0;
    partial.command.reset();
  }

  // Takes pieces off an unfinished line that grows too long. A piece can be taken once all secrets that begin
  // in it are seen to their end.
  void shorten(Partial& partial) {
    while (goes_in_pieces(partial) && partial.line.size() > kLongLine + masker.longest_secret()) cut(partial);
  }

  // Moves the first piece of the line to the log.
  void cut(Partial& partial) {
    auto& line = partial.line;
    auto end = kLongLine;
    while (end > kLongLine - 4 && (line[end] & 0xC0) == 0x80) --end;  // not inside a character
    auto found = masker.find(std::string_view(line).substr(0, end + masker.longest_secret()));
    std::erase_if(found, [&](const Range& range) { return range.begin >= end; });
    const auto reach = found.empty() ? 0 : found.back().end;
    if (reach > end) found.back().end = end;
    write_piece(partial, line.substr(0, end) + '\n', std::move(found));
    partial.hidden = std::max(partial.hidden, reach > end ? reach - end : 0);
    partial.in_long_line = true;
    line.erase(0, end);
  }

  void write_piece(Partial& partial, std::string_view piece, std::vector<Range> found) {
    if (partial.hidden > 0) {
      const auto hidden = std::min(partial.hidden, piece.size() - 1);  // the line end stays
      found.push_back({0, hidden});
      merge(found);
      partial.hidden -= hidden;
    }
    masked.clear();
    replace_ranges(piece, found, masked);
    write(masked);
    partial.edge = {};
  }

  // `text`: whole lines.
  void print(Partial& partial, std::string_view text) {
    while (!text.empty()) {
      const auto special = next_command_line(text, 0);
      if (special > 0) write(masker.mask_view(text.substr(0, special), masked, partial.edge));
      text.remove_prefix(special);
      if (text.empty()) return;
      const auto end = text.find('\n');
      if (const auto plain = commands.handle(text.substr(0, end))) {
        write(masker.mask_view(*plain + '\n', masked, partial.edge));
      }
      text.remove_prefix(end + 1);
    }
  }
};

StepOutput::StepOutput(const Masker& masker, CommandEffects& effects, OutputOptions options)
    : impl_(std::make_unique<Impl>(masker, effects, std::move(options))) {}
StepOutput::~StepOutput() = default;

void StepOutput::feed(Stream stream, std::string_view piece) {
  if (piece.empty()) return impl_->show_unfinished();
  auto& partial = impl_->partials[stream == Stream::out ? 0 : 1];
  while (!piece.empty()) {
    const auto part = piece.substr(0, kMaxPart);
    impl_->feed(partial, part);
    piece.remove_prefix(part.size());
  }
}

void StepOutput::finish() {
  for (auto& partial : impl_->partials) {
    if (!partial.line.empty() || partial.in_long_line) impl_->end_line(partial);
  }
}

bool StepOutput::failed() const { return impl_->commands.failed(); }

}  // namespace runner
