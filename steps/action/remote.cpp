#include "steps/action/remote.hpp"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <set>
#include <thread>
#include <tuple>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/action/unpack.hpp"
#include "steps/clients/git/local_clone.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/system/files.hpp"
#include "steps/system/http.hpp"
#include "steps/system/new_file.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr auto kAskedAgainAfter = std::chrono::hours(1);
constexpr size_t kDigits = 40;  // of a commit's id
constexpr size_t kAtOnce = 8;   // asked servers

bool is_commit(std::string_view ref) {
  return ref.size() == kDigits &&
         std::all_of(ref.begin(), ref.end(), [](unsigned char c) { return std::isxdigit(c); });
}

std::string key_of(const Uses& uses) { return lower(uses.owner + "/" + uses.repository) + "@" + uses.ref; }

// The commit of "refs/tags/REF", else of "refs/heads/REF"; an annotated tag's comes behind it, as REF^{}.
std::string commit_in(std::string_view listed, const std::string& ref) {
  std::map<std::string, std::string> commits;
  for (const auto line : split_lines(listed)) {
    const auto tab = line.find('\t');
    if (tab != line.npos) commits[std::string(trim(line.substr(tab + 1)))] = line.substr(0, tab);
  }
  for (const auto& name : {"refs/tags/" + ref + "^{}", "refs/tags/" + ref, "refs/heads/" + ref, ref}) {
    if (const auto at = commits.find(name); at != commits.end()) return at->second;
  }
  return {};
}

std::vector<std::string> names_in(std::string_view listed) {
  std::vector<std::string> names;
  for (const auto line : split_lines(listed)) {
    for (const std::string_view kind : {"\trefs/tags/", "\trefs/heads/"}) {
      const auto at = line.find(kind);
      if (at != line.npos && !line.ends_with("^{}")) names.emplace_back(line.substr(at + kind.size()));
    }
  }
  return names;
}

bool asks_for_login(std::string_view said) {
  const auto text = lower(said);
  for (const auto* sign : {"authentication failed", "could not read username", "repository not found", "403",
                           "401", "returned error: 404", "terminal prompts disabled"}) {
    if (text.find(sign) != text.npos) return true;
  }
  return false;
}

std::string last_line(std::string_view text) {
  std::string_view last;
  for (const auto line : split_lines(text)) {
    if (!trim(line).empty()) last = trim(line);
  }
  return std::string(last);
}

fs::path work_folder(const fs::path& beside) {
  auto name = (beside / "work-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error("make a folder in {}: {}", beside.string(), strerror(errno));
  return name;
}

}  // namespace

RemoteActions::RemoteActions(RemoteActionsOptions options) : options_(std::move(options)) {
  while (options_.server.ends_with('/')) options_.server.pop_back();
}

std::string RemoteActions::origin(const Uses& uses) const {
  if (const auto own = own_repository(uses)) return own->string();
  return fmt::format("{}/{}/{}", options_.server, uses.owner, uses.repository);
}

std::optional<fs::path> RemoteActions::own_repository(const Uses& uses) const {
  if (options_.actions_dir.empty()) return std::nullopt;
  std::error_code error;
  for (const auto& name : {uses.repository, uses.repository + ".git"}) {
    auto folder = options_.actions_dir / uses.owner / name;
    if (fs::is_directory(folder, error)) return folder;
  }
  return std::nullopt;
}

fs::path RemoteActions::folder_of(const Uses& uses, const std::string& commit) const {
  return options_.cache / lower(uses.owner) / lower(uses.repository) / lower(commit);
}

// What a ref was when the server was asked last.
fs::path RemoteActions::memory_of(const Uses& uses) const {
  const auto name = percent_encode(options_.server + " " + uses.ref, "-_.");
  return options_.cache / lower(uses.owner) / lower(uses.repository) / ("ref-" + name);
}

RemoteActions::Found RemoteActions::find(const Uses& uses) const {
  std::error_code error;
  std::string commit = uses.ref;
  bool fresh = true;
  if (const auto own = own_repository(uses)) {
    commit = commit_of(uses, {});
  } else if (!is_commit(uses.ref)) {
    const auto memory = memory_of(uses);
    if (!fs::is_regular_file(memory, error)) return {};
    commit = read_file(memory).substr(0, kDigits);
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(memory, error);
    fresh = age < kAskedAgainAfter;
  }
  auto folder = folder_of(uses, commit);
  if (!is_commit(commit) || !fs::is_directory(folder, error)) return {};
  return {std::move(folder), fresh};
}

fs::path RemoteActions::below(const Uses& uses, const fs::path& commit) const {
  const auto way = fs::path(uses.path).lexically_normal();
  if (way.is_absolute() || (!way.empty() && *way.begin() == ".."))
    throw InputError(fmt::format("{} leads out of its repository", uses.text));
  return uses.path.empty() ? commit : commit / way;
}

std::optional<fs::path> RemoteActions::here(const Uses& uses) {
  const std::lock_guard lock(mutex_);
  if (const auto at = decided_.find(key_of(uses)); at != decided_.end()) return below(uses, at->second);
  auto folder = find(uses).folder;
  if (folder.empty()) {
    if (!own_repository(uses)) return std::nullopt;
    folder = bring(uses, {});  // from a folder here: that asks nobody
  }
  return below(uses, folder);
}

std::optional<LoadedAction> RemoteActions::load(const Uses& uses) {
  const auto folder = here(uses);
  if (!folder) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto at = loaded_.find({uses.text, *folder});
  if (at != loaded_.end()) return at->second;
  return loaded_[{uses.text, *folder}] = load_action(*folder, uses.text);
}

std::string RemoteActions::git(const std::vector<std::string>& arguments, const fs::path& folder,
                               const std::stop_token& stop) const {
  const auto program = find_program("git", path_of(options_.env), folder);
  if (!program) throw InputError("actions of other repositories are fetched with git, which is not on PATH");
  Command command{.argv = {*program}, .env = options_.env, .cwd = folder};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.env["GIT_TERMINAL_PROMPT"] = "0";
  command.env["GIT_CEILING_DIRECTORIES"] = folder.parent_path().string();
  command.env["LC_ALL"] = "C";
  auto done = capture(command, stop);
  if (done.code != 0 && !options_.token.empty() &&
      asks_for_login(done.err)) {  // else as the user would log in
    command.env["GIT_CONFIG_COUNT"] = "1";
    command.env["GIT_CONFIG_KEY_0"] = "http." + options_.server + "/.extraheader";
    command.env["GIT_CONFIG_VALUE_0"] = "AUTHORIZATION: basic " + base64("x-access-token:" + options_.token);
    done = capture(command, stop);
  }
  if (stop.stop_requested()) throw InputError("stopped");
  if (done.code != 0) throw InputError(fmt::format("git {}: {}", arguments.front(), last_line(done.err)));
  return std::move(done.out);
}

std::string RemoteActions::commit_of(const Uses& uses, const std::stop_token& stop) const {
  if (is_commit(uses.ref)) return lower(uses.ref);
  if (const auto own = own_repository(uses)) {
    const auto found = resolve_ref(open_repository(*own), uses.ref);
    if (found.sha.empty())
      throw InputError(
          fmt::format("{}: {} has no branch, tag or commit \"{}\"", uses.text, own->string(), uses.ref));
    return found.sha;
  }
  const auto url = origin(uses);
  make_private_folder(options_.cache);
  const auto listed = git({"ls-remote", "--quiet", url, uses.ref, uses.ref + "^{}"}, options_.cache, stop);
  const auto commit = commit_in(listed, uses.ref);
  if (!commit.empty()) return commit;
  const auto names = names_in(git({"ls-remote", "--quiet", "--heads", "--tags", url}, options_.cache, stop));
  throw InputError(
      fmt::format("{} has no branch or tag \"{}\"{}", url, uses.ref, did_you_mean(uses.ref, names)));
}

fs::path RemoteActions::bring(const Uses& uses, const std::stop_token& stop) const {
  auto commit = commit_of(uses, stop);
  const auto remember = [&] {
    if (own_repository(uses) || is_commit(uses.ref)) return;
    NewFile file(options_.cache / lower(uses.owner) / lower(uses.repository));
    file.write(commit + " " + uses.ref + "\n");
    file.keep_as(memory_of(uses));
  };
  const auto folder = folder_of(uses, commit);
  std::error_code error;
  if (fs::is_directory(folder, error)) {
    remember();
    return folder;
  }
  make_private_folder(folder.parent_path());
  const auto work = work_folder(folder.parent_path());  // beside it: a rename puts it in place, whole
  const auto clear = [&] { remove_tree(work); };
  try {
    auto source = work / "git";
    if (const auto own = own_repository(uses)) {
      source = *own;
    } else {
      fs::create_directories(source);
      git({"init", "--quiet", "--bare"}, source, stop);
      git({"fetch", "--quiet", "--depth=1", "--no-tags", origin(uses), commit}, source, stop);
    }
    git({"archive", "--format=tar", "--output=" + (work / "tar").string(), commit}, source, stop);
    fs::create_directories(work / "tree");
    unpack_tar(work / "tar", work / "tree");
    fs::rename(work / "tree", folder, error);
    if (error && !fs::is_directory(folder)) throw Error("keep {}: {}", folder.string(), error.message());
  } catch (...) {
    clear();
    throw;
  }
  clear();
  remember();
  return folder;
}

RemoteActions::Fetched RemoteActions::fetch(std::vector<Uses> wanted, const std::stop_token& stop) {
  Fetched fetched;
  std::set<std::string> looked_at, settled;  // by `uses`, and by repository and ref
  for (int depth = 0; depth <= kMostNestedActions && !wanted.empty(); ++depth) {
    std::erase_if(wanted, [&](const Uses& uses) {
      return uses.owner.empty() || options_.is_builtin(uses) || !looked_at.insert(uses.text).second;
    });
    auto asked = wanted;
    std::erase_if(asked, [&](const Uses& uses) { return !settled.insert(key_of(uses)).second; });
    settle(asked, stop, fetched);
    wanted = used_by(wanted);
  }
  return fetched;
}

void RemoteActions::settle(const std::vector<Uses>& wanted, const std::stop_token& stop, Fetched& fetched) {
  std::mutex mutex;  // of fetched
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (auto at = next++; at < wanted.size(); at = next++) settle(wanted[at], stop, fetched, mutex);
  };
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < std::min(kAtOnce, wanted.size()); ++i) threads.emplace_back(work);
}

void RemoteActions::settle(const Uses& uses, const std::stop_token& stop, Fetched& fetched,
                           std::mutex& mutex) {
  Found before, now;
  std::string why;
  try {
    before = now = find(uses);
    if (!before.fresh && !options_.offline) now = {bring(uses, stop), true};
  } catch (const std::exception& error) {
    why = error.what();
  }
  const std::lock_guard lock(mutex);
  if (!now.folder.empty()) {
    std::error_code ignored;  // when it was used last
    fs::last_write_time(now.folder, fs::file_time_type::clock::now(), ignored);
    const std::lock_guard own(mutex_);
    decided_[key_of(uses)] = now.folder;
  }
  fetched.changed = fetched.changed || now.folder != before.folder;
  if (!why.empty()) fetched.problems.push_back({uses, why, now.folder.empty()});
}

std::vector<Uses> RemoteActions::used_by(const std::vector<Uses>& actions) {
  std::vector<Uses> used;
  for (const auto& uses : actions) {
    try {
      const auto action = load(uses);
      if (!action) continue;
      for (const auto& step : action->file->steps) {
        if (!step.uses) continue;
        used.push_back(*step.uses);
        used.back().pos = uses.pos;  // where the workflow asks for it
      }
    } catch (const std::exception&) {  // told where the plan looks at the action
    }
  }
  return used;
}

std::vector<RemoteActions::Cached> RemoteActions::cached() const {
  std::vector<Cached> all;
  std::error_code error;
  for (const auto& owner : fs::directory_iterator(options_.cache, error)) {
    for (const auto& repository : fs::directory_iterator(owner.path(), error)) {
      std::map<std::string, std::vector<std::string>> refs;  // by commit
      for (const auto& entry : fs::directory_iterator(repository.path(), error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("ref-")) continue;
        const auto text = read_file(entry.path());
        if (text.size() > kDigits) refs[text.substr(0, kDigits)].emplace_back(trim(text.substr(kDigits)));
      }
      for (const auto& entry : fs::directory_iterator(repository.path(), error)) {
        const auto commit = entry.path().filename().string();
        if (!is_commit(commit)) continue;
        all.push_back({owner.path().filename().string() + "/" + repository.path().filename().string(), commit,
                       refs[commit], entry.last_write_time(error)});
      }
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.name, a.commit) < std::tie(b.name, b.commit);
  });
  return all;
}

size_t RemoteActions::prune(std::chrono::days unused) const {
  size_t gone = 0;
  for (const auto& [name, commit, refs, used] : cached()) {
    if (fs::file_time_type::clock::now() - used < unused) continue;
    remove_tree(options_.cache / name / commit);
    ++gone;
  }
  return gone;
}

}  // namespace runner
