#include "steps/formats/time_zone.hpp"

#include <algorithm>

#include "parser/base/text.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// Big-endian numbers from the front of a file; past its end everything is zero and `short_` is set.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(size_t count) {
    if (count > rest_.size()) short_ = true, count = rest_.size();
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  int64_t number(size_t size) {
    const auto bytes = take(size);
    uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    const auto unused = 64 - 8 * size;  // the sign stands in the first bit of the number, not of the 64
    return static_cast<int64_t>(value << unused) >> unused;
  }
  bool ran_out() const { return short_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool short_ = false;
};

struct ZoneHeader {
  char version = 0;
  size_t utc_marks = 0, standard_marks = 0, leaps = 0, changes = 0, types = 0, letters = 0;

  size_t size(size_t time_size) const {
    return changes * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) + standard_marks +
           utc_marks;
  }
};

std::optional<ZoneHeader> read_header(Bytes& in) {
  if (in.take(4) != "TZif") return {};
  ZoneHeader header;
  header.version = static_cast<char>(in.number(1));
  in.take(15);
  for (auto* count : {&header.utc_marks, &header.standard_marks, &header.leaps, &header.changes,
                      &header.types, &header.letters}) {
    *count = static_cast<uint32_t>(in.number(4));
  }
  if (in.ran_out() || header.types == 0 || header.size(8) > 1'000'000) return {};
  return header;
}

// The file called `name` below `folder`, whatever the case of its letters.
fs::path entry(const fs::path& folder, std::string_view name) {
  std::error_code error;
  if (const auto exact = folder / name; fs::exists(exact, error)) return exact;
  for (const auto& item : fs::directory_iterator(folder, error)) {
    if (equal_ignoring_case(item.path().filename().string(), name)) return item.path();
  }
  return {};
}

bool is_zone_name(std::string_view name) {
  return !name.empty() && name.size() < 100 && name.find("..") == std::string_view::npos && name[0] != '/' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
         });
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name, const fs::path& database) {
  for (const auto* utc : {"UTC", "Etc/UTC", "Z"}) {
    if (equal_ignoring_case(name, utc)) return TimeZone();
  }
  if (!is_zone_name(name)) return {};
  auto file = database;
  for (const auto part : split(name, '/')) {
    file = entry(file, part);
    if (file.empty()) return {};
  }
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  return parse(read_file(file));
}

std::optional<TimeZone> TimeZone::parse(std::string_view file) {
  Bytes in(file);
  auto header = read_header(in);
  if (!header) return {};
  size_t time_size = 4;
  if (header->version >= '2') {  // the same again with 64 bits, then a rule for the future
    in.take(header->size(4));
    header = read_header(in);
    if (!header) return {};
    time_size = 8;
  }
  TimeZone zone;
  for (size_t i = 0; i < header->changes; ++i) zone.changes_.push_back({in.number(time_size), 0});
  for (auto& change : zone.changes_) change.type = static_cast<size_t>(in.number(1) & 0xFF);
  std::vector<size_t> names;
  zone.types_.clear();
  for (size_t i = 0; i < header->types; ++i) {
    zone.types_.push_back({static_cast<int>(in.number(4)), ""});
    in.take(1);
    names.push_back(static_cast<size_t>(in.number(1) & 0xFF));
  }
  const auto letters = in.take(header->letters);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] < letters.size())
      zone.types_[i].abbreviation = letters.substr(names[i], letters.find(char(0), names[i]) - names[i]);
  }
  in.take(header->leaps * (time_size + 4) + header->standard_marks + header->utc_marks);
  const bool sound = std::all_of(zone.changes_.begin(), zone.changes_.end(),
                                 [&](const auto& change) { return change.type < zone.types_.size(); });
  if (in.ran_out() || !sound) return {};
  if (time_size == 8) zone.rule_ = PosixZone::parse(trim(in.rest()));
  return zone;
}

ZoneTime TimeZone::at(int64_t unix_seconds) const {
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), unix_seconds,
                                     [](int64_t time, const auto& change) { return time < change.from; });
  if (next == changes_.end() && rule_) return rule_->at(unix_seconds);
  if (next == changes_.begin()) return types_.front();
  return types_[std::prev(next)->type];
}

}  // namespace runner
