// steps/store/outgoing.hpp -- what a step hands out of the run (an artifact, a cache, objects of S3, a
// branch of pages) is looked at before it goes: whether it holds a secret of the run, and whether a symlink
// brings in what lies outside of the workspace. Told by file and offset, never with the value.
#pragma once
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner {

// Looks for a secret in bytes that come in pieces.
class SecretScan {
 public:
  explicit SecretScan(const SecretFinder& secrets) : secrets_(secrets), longest_(secrets.longest_secret()) {}
  void add(std::string_view bytes);
  std::optional<size_t> found() const { return found_; }  // the place of the first one
  bool needless() const { return longest_ == 0 || found_; }

 private:
  const SecretFinder& secrets_;
  size_t longest_;
  std::string end_;  // of what came: a secret may go on in the next piece
  size_t begin_ = 0;
  std::optional<size_t> found_;
};

class SecretLeak : public InputError {  // --fail-on-leak
 public:
  using InputError::InputError;
};

class Outgoing {
 public:
  using Warn = std::function<void(const std::string& text)>;
  // `what` begins its sentences: "the artifact dist". `stop` ends a look at large files.
  Outgoing(std::string what, const SecretFinder& secrets, Care care, std::stop_token stop, Warn warn);
  Outgoing(StepHost& host, std::string what);

  // From several threads. Nothing is thrown for what cannot be read: whoever sends it will say so.
  void look_at(const std::filesystem::path& file, const std::string& name);
  // What a look of its own has found.
  void add(const std::string& name, const SecretScan& scan);
  SecretScan scan() const { return SecretScan(secrets_); }
  // Warns of what was found, once for all; throws SecretLeak with --fail-on-leak.
  void tell();
  // As look_at(), where files go one by one: with --fail-on-leak throws SecretLeak, and this one does not go.
  void check(const std::filesystem::path& file);
  // Warns, or gives the message of the failure, when all has gone already.
  std::string tell_too_late();

 private:
  struct Place {
    std::string name;
    size_t offset;
  };
  std::optional<size_t> leak_in(const std::filesystem::path& file) const;
  void add(Place place);
  std::string found();

  std::string what_;
  const SecretFinder& secrets_;
  Care care_;
  std::stop_token stop_;
  Warn warn_;
  std::mutex mutex_;
  std::vector<Place> places_;
};

// Where a symlink leads that leaves all of `inside`; empty: it is none, it leads nowhere, or it stays inside.
std::filesystem::path leaves(const std::filesystem::path& link,
                             const std::vector<std::filesystem::path>& inside);

// Symlinks below a job's workspace and RUNNER_TEMP may lead to each other, not out.
class LinkRule {
 public:
  // `given`: what the user named by itself, which may lie elsewhere.
  LinkRule(const StepHost& host, const std::vector<std::filesystem::path>& given);
  // Throws InputError when a link on the way to `file` leads out. `what`: "an artifact".
  void check(const std::filesystem::path& file, std::string_view what);

 private:
  std::vector<std::filesystem::path> inside_;
  std::set<std::filesystem::path> checked_;
};

}  // namespace runner
