// The second half of look.hpp: what is in a target.
#include <algorithm>
#include <charconv>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/look.hpp"
#include "steps/clients/ssh/script.hpp"

namespace runner {
namespace {

constexpr std::chrono::seconds kPatienceInAll{60};
constexpr size_t kMostNames = 500;  // over SFTP each is a question of its own
constexpr size_t kMostShown = 3;

// Takes names from stdin, each ended by a zero byte. Only what POSIX and every busybox has, but for xargs -0.
std::string look_script(const std::string& target, bool all) {
  const std::string list = all ? R"sh(find . ! -name . -print | head -n 100000 | tr '\n' '\0' | )sh" : "";
  return fmt::format(
      R"sh(d={}; e=$d; t=no
[ -d "$d" ] && t=yes
while [ ! -d "$e" ]; do [ -e "$e" ] && echo "@file $e"; e=$(dirname -- "$e"); done
w=no; [ -w "$e" ] && w=yes
echo "@target $t $w"
echo "@free $(LC_ALL=C df -Pk -- "$e" 2>/dev/null | tail -n 1)"
[ $t = yes ] && cd -- "$d" || exit 0
command -v xargs >/dev/null || exit 0
echo @names
{}LC_ALL=C xargs -0 ls -lnd -- 2>/dev/null
exit 0)sh",
      remote_path(target), list);
}

std::string single_names(const CopyList& list) {
  std::string names;
  for (const auto& item : list.items) {
    std::string_view name = item.entry.name;
    while (name.ends_with('/')) name.remove_suffix(1);
    if (name != ".") names.append(name).push_back('\0');
  }
  return names;
}

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// "File system 1024-blocks used available 42% /mount": the name in front may hold blanks.
std::optional<uint64_t> free_bytes_of(std::string_view line) {
  std::string_view before;
  for (const auto word : split(line, ' ')) {
    if (word.empty()) continue;
    if (word.ends_with('%')) {
      const auto blocks = number(before);
      return blocks ? std::optional(*blocks * 1024) : std::nullopt;
    }
    before = word;
  }
  return std::nullopt;
}

// "-rw-r--r-- 1 0 0 812 Nov 21 17:58 a name"; of a device "1, 5" stands for the size.
void read_listing(std::string_view line, TargetFacts& facts) {
  const char kind = line.empty() ? '?' : line.front();
  std::string_view size;
  for (int field = 0; field < 8; ++field) {
    const auto end = std::min(line.find(' '), line.size());
    if (field == 4) size = line.substr(0, end);
    line.remove_prefix(end);
    while (field < 7 && line.starts_with(' ')) line.remove_prefix(1);
  }
  if (line.size() < 2 || (kind != '-' && kind != 'd' && kind != 'l')) return;
  line.remove_prefix(1);
  if (kind == 'l') line = line.substr(0, line.find(" -> "));
  if (line.starts_with("./")) line.remove_prefix(2);
  facts.found[std::string(line)] = {.kind = kind, .size_bytes = number(size).value_or(0)};
}

std::string first_of(const std::vector<std::string>& names) {
  const auto shown = std::min(names.size(), kMostShown);
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + static_cast<long>(shown), ", "),
                     names.size() > shown ? ", ..." : "");
}

std::string files(size_t count) { return fmt::format("{} file{}", count, count == 1 ? "" : "s"); }

struct Changes {
  std::vector<std::string> added, replaced, resized, links, blocked;
  std::map<std::string, bool> sent;
};

Changes changes_of(const TargetFacts& facts, const CopyList& list) {
  Changes changes;
  for (const auto& item : list.items) {
    auto name = item.entry.name;
    while (name.ends_with('/')) name.pop_back();
    changes.sent[name] = true;
    const auto at = facts.found.find(name);
    const auto there = at == facts.found.end() ? '\0' : at->second.kind;
    if (item.entry.kind == TarKind::folder) {
      if (there == 'l') changes.links.push_back(name);
      continue;
    }
    if (there == 0) {
      changes.added.push_back(name);
    } else if (there == 'd') {
      changes.blocked.push_back(name);
    } else {
      changes.replaced.push_back(name);
      if (item.entry.kind == TarKind::file && there == '-' && at->second.size_bytes != item.entry.size_bytes)
        changes.resized.push_back(name);
    }
  }
  return changes;
}

void tell_of_files(const TargetFacts& facts, const CopyOrder& order, std::vector<std::string>& lines) {
  if (facts.there && !facts.names_known) {
    lines.emplace_back("which files are there cannot be told: the server has no xargs");
    return;
  }
  const auto changes = changes_of(facts, order.list);
  if (order.rm) {
    std::vector<std::string> gone;
    for (const auto& [name, file] : facts.found) {
      if (file.kind != 'd' && changes.sent.count(name) == 0) gone.push_back(name);
    }
    const auto there = std::count_if(facts.found.begin(), facts.found.end(),
                                     [](const auto& file) { return file.second.kind != 'd'; });
    if (facts.there && !facts.all_known) {
      lines.emplace_back("rm: deletes all that is there first");
    } else if (there > 0) {
      lines.push_back(fmt::format("rm: deletes {} first{}", files(static_cast<size_t>(there)),
                                  gone.empty()
                                      ? ", all are sent again"
                                      : fmt::format(", {} not sent again: {}", gone.size(), first_of(gone))));
    }
  }
  if (order.list.items.empty()) return;
  auto text = changes.added.empty()
                  ? std::string("adds nothing")
                  : fmt::format("adds {} ({})", files(changes.added.size()), first_of(changes.added));
  if (!changes.replaced.empty()) {
    text += fmt::format(", replaces {} ({})", changes.replaced.size(), first_of(changes.replaced));
    if (!changes.resized.empty())
      text += fmt::format(", of another size: {} ({})", changes.resized.size(), first_of(changes.resized));
  }
  lines.push_back(std::move(text));
  if (order.rm) return;
  if (!changes.links.empty())
    lines.push_back(fmt::format("puts a folder in place of the symlink {}", first_of(changes.links)));
  if (!changes.blocked.empty())
    lines.push_back(fmt::format("cannot replace the folder {} by a file", first_of(changes.blocked)));
}

TargetFacts ask_over_sftp(SshConnection& connection, const CopyOrder& order, const std::string& target) {
  std::vector<std::string> names;
  for (const auto& item : order.list.items) {
    if (names.size() < kMostNames && item.entry.kind != TarKind::folder) names.push_back(item.entry.name);
  }
  auto answer = connection.look(sftp_folder(target), names);
  TargetFacts facts;
  facts.all_known = false;
  facts.there = answer.there, facts.free_bytes = answer.free_bytes, facts.found = std::move(answer.found);
  return facts;
}

TargetFacts ask_shell(SshConnection& connection, const CopyOrder& order, const std::string& target) {
  std::string answer;
  const auto names = single_names(order.list);
  size_t sent = 0;
  const bool all = order.rm || names.empty();
  SshCommand command{
      .line = fmt::format("exec /bin/sh -c {}", shell_quoted(look_script(target, all))),
      .input = {},
      .output = [&](Stream stream, std::string_view piece) { answer += stream == Stream::out ? piece : ""; },
      .timeout = kPatienceInAll};
  if (!all) {
    command.input = [&](char* buffer, size_t size) {
      const auto count = names.copy(buffer, size, sent);
      sent += count;
      return count;
    };
  }
  const auto exit = connection.run(command);
  if (exit.stopped) throw SshStopped();
  if (exit.timed_out) throw Error("{}: looking takes longer than a minute", target);
  return read_target_facts(answer);
}

}  // namespace

TargetFacts read_target_facts(std::string_view answer) {
  TargetFacts facts;
  facts.names_known = false;
  for (const auto line : split_lines(answer)) {
    if (facts.names_known) {
      read_listing(line, facts);
    } else if (line.starts_with("@file ")) {
      facts.in_the_way = line.substr(6);
    } else if (line.starts_with("@target ")) {
      facts.there = line.starts_with("@target yes"), facts.writable = line.ends_with(" yes");
    } else if (line.starts_with("@free ")) {
      facts.free_bytes = free_bytes_of(line.substr(6));
    } else if (line == "@names") {
      facts.names_known = true;
    }
  }
  return facts;
}

std::vector<std::string> target_lines(const TargetFacts& facts, const CopyOrder& order,
                                      std::string_view target) {
  std::vector<std::string> lines;
  if (!facts.in_the_way.empty())
    return {fmt::format("{}: {} is a file: no folder can be made there", target, facts.in_the_way)};
  if (!facts.writable) lines.emplace_back("this user may not write there");
  if (!facts.there) lines.emplace_back("is not there yet and will be made");
  tell_of_files(facts, order, lines);
  if (facts.free_bytes) {
    const bool fits = order.list.bytes < *facts.free_bytes;
    lines.push_back(fmt::format("{}{} free for {}", fits ? "" : "does not fit: ",
                                size_text(*facts.free_bytes), size_text(order.list.bytes)));
  }
  return {fmt::format("{}: {}", target, fmt::join(lines, "; "))};
}

std::vector<std::string> copy_differences(SshConnection& connection, const ServerFacts& facts,
                                          const CopyOrder& order) {
  std::vector<std::string> lines;
  for (const auto& target : order.targets) {
    const auto there =
        facts.shell ? ask_shell(connection, order, target) : ask_over_sftp(connection, order, target);
    for (auto& line : target_lines(there, order, target)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace runner
