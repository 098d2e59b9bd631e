#include "parser/cron.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct CronField {
  std::string_view name;
  int first, last;
  std::span<const std::string_view> words = {};  // for first, first + 1, ...
  std::string_view advice = "";
};
constexpr std::array kFields{CronField{"minute", 0, 59}, CronField{"hour", 0, 23},
                             CronField{"day of the month", 1, 31}, CronField{"month", 1, 12, kMonths},
                             CronField{"weekday", 0, 6, kWeekdays, "; Sunday is 0"}};

struct Nickname {
  std::string_view name, fields;
};
constexpr Nickname kNicknames[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"}};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<int> digits(std::string_view text) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool whole = !text.empty() && text[0] != '-' && read.ec == std::errc() && read.ptr == end;
  return whole ? std::optional(number) : std::nullopt;
}

// Reads one field; a minute list such as "0,30" or "10-50/5" sets bits of `numbers`.
class FieldReader {
 public:
  FieldReader(const CronField& field, std::vector<std::string>& remarks) : field_(field), remarks_(remarks) {}

  template <size_t N>
  void read(std::string_view text, std::bitset<N>& numbers) const {
    for (const auto part : split(text, ',')) {
      const auto slash = part.find('/');
      const auto range = part.substr(0, slash);
      const bool stepped = slash != std::string_view::npos;
      const auto step = stepped ? read_step(part, part.substr(slash + 1)) : 1;
      auto [from, to] = read_range(part, range);
      if (stepped && range.find('-') == std::string_view::npos) to = field_.last;  // "5/15" begins at 5
      for (int number = from; number <= to; number += step) numbers.set(static_cast<size_t>(number));
    }
  }

 private:
  std::pair<int, int> read_range(std::string_view part, std::string_view range) const {
    if (range == "*") return {field_.first, field_.last};
    const auto dash = range.find('-');
    const int from = read_number(part, range.substr(0, dash));
    if (dash == std::string_view::npos) return {from, from};
    const int to = read_number(part, range.substr(dash + 1));
    if (to < from) {
      throw CronError(
          fmt::format("the {} {} runs backwards: write the two parts with a comma, as {}-{},{}-{}",
                      field_.name, part, from, field_.last, field_.first, to));
    }
    return {from, to};
  }

  int read_number(std::string_view part, std::string_view text) const {
    const auto* word = std::find_if(field_.words.data(), field_.words.data() + field_.words.size(),
                                    [&](auto name) { return equal_ignoring_case(name, text); });
    const auto index = static_cast<size_t>(word - field_.words.data());
    const auto number = index < field_.words.size() ? field_.first + static_cast<int>(index) : digits(text);
    if (!number) throw CronError(expected(part));
    if (*number < field_.first || *number > field_.last) {
      throw CronError(fmt::format("the {} {} is not in {} to {}{}", field_.name, *number, field_.first,
                                  field_.last, field_.advice));
    }
    return *number;
  }

  int read_step(std::string_view part, std::string_view text) const {
    const auto step = digits(text);
    if (!step) throw CronError(expected(part));
    if (*step == 0)
      throw CronError(fmt::format("the step of the {} {} is 0: expected 1 or more", field_.name, part));
    if (*step > field_.last) {
      remarks_.push_back(
          fmt::format("the step of the {} {} is beyond {}: only the first of its numbers counts", field_.name,
                      part, field_.last));
    }
    return std::min(*step, field_.last + 1);
  }

  std::string expected(std::string_view part) const {
    std::vector<std::string> words(field_.words.begin(), field_.words.end());
    const auto named =
        words.empty() ? "" : fmt::format(" or a name from {} to {}", words.front(), words.back());
    return fmt::format(
        "\"{}\" is no {}: expected *, a number from {} to {}{}, a range such as {}-{}, a step such as "
        "*/2, or several with commas{}",
        part, field_.name, field_.first, field_.last, named, field_.first, field_.first + 1,
        did_you_mean(part, words));
  }

  const CronField& field_;
  std::vector<std::string>& remarks_;
};

[[noreturn]] void refuse_form(std::string_view text, size_t fields) {
  const auto name = trim(text);
  const auto* nickname = std::find_if(std::begin(kNicknames), std::end(kNicknames),
                                      [&](const auto& row) { return equal_ignoring_case(row.name, name); });
  if (nickname != std::end(kNicknames))
    throw CronError(fmt::format("{} is not supported: write {}", name, nickname->fields));
  if (name.starts_with('@')) throw CronError(fmt::format("{} is not supported: write five fields", name));
  throw CronError(
      fmt::format("found {} field{}, expected 5: minute, hour, day of the month, month, weekday{}", fields,
                  fields == 1 ? "" : "s", fields == 6 ? " (there are no seconds)" : ""));
}

// GitHub starts a schedule every five minutes at most.
void remark_interval(const Cron& cron, std::string_view text, std::vector<std::string>& remarks) {
  constexpr size_t kShortest = 5;
  std::optional<size_t> before;
  for (size_t minute = 0; minute < cron.minutes.size(); ++minute) {
    if (!cron.minutes.test(minute)) continue;
    if (before && minute - *before < kShortest) {
      remarks.push_back(
          fmt::format("GitHub starts a schedule every {} minutes at most; {} asks for minute {} and {}",
                      kShortest, trim(text), *before, minute));
      return;
    }
    before = minute;
  }
}

}  // namespace

Cron read_cron(std::string_view text, std::vector<std::string>& remarks) {
  const auto fields = words_of(text);
  if (fields.size() != kFields.size()) refuse_form(text, fields.size());
  Cron cron;
  FieldReader(kFields[0], remarks).read(fields[0], cron.minutes);
  FieldReader(kFields[1], remarks).read(fields[1], cron.hours);
  FieldReader(kFields[2], remarks).read(fields[2], cron.days);
  FieldReader(kFields[3], remarks).read(fields[3], cron.months);
  FieldReader(kFields[4], remarks).read(fields[4], cron.weekdays);
  cron.any_day = fields[2] == "*";
  cron.any_weekday = fields[4] == "*";
  remark_interval(cron, text, remarks);
  return cron;
}

}  // namespace runner
