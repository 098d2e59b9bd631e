// parser/cron.hpp -- the times of a schedule, as sets of numbers that a scheduler can ask. Knows no clock and
// no time zone.
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
#pragma once
#include <bitset>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;      // of the month, from 1
  std::bitset<13> months;    // from 1
  std::bitset<7> weekdays;   // from Sunday, 0
  bool any_day = false;      // the field is "*". Where neither of the two is, a date counts when
  bool any_weekday = false;  // one of them matches
};

class CronError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws CronError for what GitHub refuses. `remarks` gets what it takes, but does not run as one would
// think.
Cron read_cron(std::string_view text, std::vector<std::string>& remarks);

}  // namespace runner
