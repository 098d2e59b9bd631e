// steps/step.hpp -- the whole contract between a step and the runner: what a step may ask, what it gives
// back, and what a built-in action is. Implementations of StepHost: runner/exec, and FakeHost of the tests.
#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/error.hpp"
#include "parser/model/action_spec.hpp"
#include "steps/system/environment.hpp"

namespace runner {

class ArtifactStore;
class CacheStore;
class Http;
struct Repository;
struct Requirement;  // steps/requirement.hpp

enum class Outcome { success, failure, cancelled, skipped };
std::string_view to_string(Outcome outcome);

struct StepResult {
  Outcome outcome = Outcome::success;
  std::string message;  // why it failed: one or a few lines, for the log and the final report
};
StepResult failure(std::string message);

// Decides behaviour; from the ref of `uses:`, or the version comment behind a pinned commit. Zeros: the
// newest.
struct ActionVersion {
  int major = 0, minor = 0, patch = 0;
  int parts = 0;  // how many of the three were written: "v1" is the newest 1.x, "v1.0.0" is not; 0: not known
  bool at_least(int want_major, int want_minor = 0,
                int want_patch = 0) const;  // the newest is at least anything
};

enum class AnnotationLevel { notice, warning, error };

struct Annotation {
  AnnotationLevel level = AnnotationLevel::notice;
  std::string message{}, title{}, file{};  // {}: a designated initialiser may leave them out
  int line = 0, end_line = 0, column = 0, end_column = 0;
};

// What is known of a step before it runs. In a plan a value that only a run can know is its source text,
// ${{ }} included.
class StepInputs {
 public:
  virtual ~StepInputs() = default;
  virtual std::string input(std::string_view name) const = 0;  // trimmed; the spec's fallback when not given
  virtual std::string raw_input(std::string_view name) const = 0;  // not trimmed
  virtual bool given(std::string_view name) const = 0;             // stands in `with:`
  virtual ActionVersion version() const = 0;
  virtual const Environment& env() const = 0;        // as a process started by this step would see it
  virtual Environment machine_env() const;           // as it would see it as the first one, without an `env:`
  virtual const Repository& repository() const = 0;  // the user's repository, whose workflow this is
  // github.*, job.*, runner.* as strings: context("github.run_id"); "" when absent.
  virtual std::string context(std::string_view path) const = 0;
  // The profile of this machine that the user lets stand in for a cloud role (--aws-profile); "" when none.
  virtual std::string aws_profile(std::string_view role) const = 0;
};

// Where a step stands: what a run and `plan --targets` have in common.
class StepSite : public StepInputs {
 public:
  // GITHUB_WORKSPACE; in a plan the user's own folder stands for it.
  virtual std::filesystem::path workspace() const = 0;
  virtual std::filesystem::path temp() const = 0;  // RUNNER_TEMP, private; gone with the job, or the plan
  virtual std::filesystem::path state_dir() const = 0;  // lasts: known host keys
  virtual std::filesystem::path user_home() const = 0;  // the user's own HOME: to read, never to write
  virtual bool strict_host_keys() const = 0;
  virtual bool changes_nothing() const = 0;  // true in a plan

  virtual void set_output(std::string_view name, std::string value) = 0;
  virtual void set_env(std::string_view name, std::string value) = 0;  // for later steps, as GITHUB_ENV
  virtual void add_mask(std::string_view secret) = 0;
  // Safe to call from several threads. Masked; may hold several lines; never read as a ::command::. A plan
  // has no log.
  virtual void log(std::string_view text) = 0;
  virtual void annotate(Annotation annotation) = 0;  // in a plan: a line of the step
  void warn(std::string text);
  void notice(std::string text);

  virtual Http& http() = 0;
  virtual std::stop_token stop() const = 0;
  virtual void sleep(std::chrono::milliseconds time);  // returns early when stop is asked; tests do not wait
};

// A step in `plan --targets`: it may read what the step would change, and changes nothing. set_env and
// set_output are for the steps planned after it in this job.
class PlanHost : public StepSite {
 public:
  bool changes_nothing() const final { return true; }
  void log(std::string_view) final {}
};

// Thrown by differences(): what the commit has not, a step before this one makes.
class NotBeforeRun : public Error {
 public:
  explicit NotBeforeRun(const std::string& path)
      : Error("{} is not known before the run: a step brings it", path) {}
};
// The file or folder `path` of the workspace; throws NotBeforeRun.
std::filesystem::path planned_file(const PlanHost& host, const std::string& path);

// Begins what a plan says of a target that it could not read: such lines are counted.
inline constexpr std::string_view kUnread = "could not read the target: ";

class SecretFinder {
 public:
  virtual ~SecretFinder() = default;
  // Where in `bytes` a secret of the run begins, in any form in which a log would mask it and of at least
  // `shortest` bytes.
  virtual std::optional<size_t> secret_in(std::string_view bytes, size_t shortest) const = 0;
  virtual size_t longest_secret() const = 0;  // bytes of the longest form; 0: there is none
};

// What the user wants to be an error.
struct Care {
  bool strict = false;        // --strict: what is a warning otherwise
  bool fail_on_leak = false;  // --fail-on-leak: a secret in what leaves the run
};

class StepHost : public StepSite {
 public:
  bool changes_nothing() const final { return false; }
  virtual void add_path(std::string_view folder) = 0;
  virtual void save_state(std::string_view name, std::string value) = 0;  // for this step's post
  virtual std::string state(std::string_view name) const = 0;
  virtual const SecretFinder& secrets() const = 0;  // all that a log of this run would mask

  virtual void group(std::string_view title) = 0;
  virtual void end_group() = 0;
  virtual void progress(std::string_view text) = 0;  // what is happening now, for the live display; not kept
  virtual void note(
      std::string_view text) = 0;  // one short line for the finished step: "sha256:9c1e… pushed"

  virtual ArtifactStore& artifacts() = 0;     // of this run
  virtual CacheStore& caches() = 0;           // of the repository, between runs
  virtual bool take_uncommitted() const = 0;  // --dirty
  virtual Care care() const = 0;
};

// Data and functions; one file of steps/builtin each.
struct BuiltinAction {
  ActionSpec spec;
  StepResult (*run)(StepHost&) = nullptr;
  StepResult (*post)(StepHost&) = nullptr;  // runs if run() began, in reverse order, always()
  // The effect lines of a plan: what the step would do to the world, from inputs alone.
  std::vector<std::string> (*effects)(const StepInputs&) = nullptr;
  // The same with the targets read: real differences. A throw becomes a line of the plan: what could not be
  // read.
  std::vector<std::string> (*differences)(PlanHost&) = nullptr;
  // Problems of the inputs beyond spec.required: the run is refused before its first step, exit 2.
  std::vector<std::string> (*problems)(const StepInputs&) = nullptr;
  // What the step stands on that may be missing here: told by `runner doctor`, checked nowhere else.
  std::vector<Requirement> (*requirements)(const StepInputs&) = nullptr;
};

// For the programs that a native step starts by itself: the step's environment, but PATH and what would make
// them load or run something else are as before the first step. GITHUB_ENV and GITHUB_PATH are open to every
// step before.
Environment program_environment(const StepInputs& step);

// builtin-actions.md 0.2. The third form is "loose": TRUE in any case, else false.
bool is_true(std::string_view loose);
// Throws InputError with the toolkit's text for anything but true|True|TRUE|false|False|FALSE.
bool boolean_input(const StepInputs& inputs, std::string_view name);
std::vector<std::string> line_inputs(const StepInputs& inputs,
                                     std::string_view name);  // lines, trimmed, no empty ones

}  // namespace runner
