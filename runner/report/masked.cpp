#include <array>

#include "runner/report/reporter.hpp"
#include "steps/script/masker.hpp"

namespace runner {
namespace {

// Names are few and are given with every line of a log: nothing is copied while they hold no secret.
class Masked : public Reporter {
 public:
  Masked(const Masker& masker, Reporter& next) : masker_(masker), next_(next) {}

  void run_started(const RunInfo& run) override {
    auto shown = run;
    for (auto* text : {&shown.workflow_path, &shown.workflow_name, &shown.run_name, &shown.event, &shown.ref,
                       &shown.ref_name, &shown.actor, &shown.title})
      mask(*text);
    next_.run_started(shown);
  }
  void job_queued(const JobInfo& job) override {
    with(job, [&](const JobInfo& shown) { next_.job_queued(shown); });
  }
  void job_started(const JobInfo& job) override {
    with(job, [&](const JobInfo& shown) { next_.job_started(shown); });
  }
  void step_started(const StepInfo& step) override {
    with(step, [&](const StepInfo& shown) { next_.step_started(shown); });
  }
  void log(const StepInfo& step, std::string_view lines) override {  // masked by those who know the stream
    with(step, [&](const StepInfo& shown) { next_.log(shown, lines); });
  }
  void annotation(const StepInfo& step, const Annotation& annotation) override {
    auto masked = annotation;
    for (auto* text : {&masked.message, &masked.title, &masked.file}) mask(*text);
    with(step, [&](const StepInfo& shown) { next_.annotation(shown, masked); });
  }
  void progress(const StepInfo& step, std::string_view text) override {
    with(step, [&](const StepInfo& shown) { next_.progress(shown, masker_.mask(text)); });
  }
  void warning(std::string_view text) override { next_.warning(masker_.mask(text)); }
  void turned(Turn turn, std::string_view text) override { next_.turned(turn, masker_.mask(text)); }
  void summary(const StepInfo& step, std::string_view markdown) override {  // masked whole where it is stored
    with(step, [&](const StepInfo& shown) { next_.summary(shown, markdown); });
  }
  void step_finished(const StepInfo& step, const StepEnd& end) override {
    auto masked = end;
    for (auto* text : {&masked.note, &masked.message}) mask(*text);
    with(step, [&](const StepInfo& shown) { next_.step_finished(shown, masked); });
  }
  void job_finished(const JobInfo& job, const JobEnd& end) override {
    auto masked = end;
    for (auto* text : {&masked.message, &masked.url}) mask(*text);
    for (auto& [name, value] : masked.outputs) mask(name), mask(value);
    with(job, [&](const JobInfo& shown) { next_.job_finished(shown, masked); });
  }
  void run_finished(const RunEnd& end) override {
    auto masked = end;
    mask(masked.message);
    next_.run_finished(masked);
  }

 private:
  void mask(std::string& text) const {
    if (masker_.would_change(text)) text = masker_.mask(text);
  }
  bool clean(const JobInfo& job) const {
    for (const auto& need : job.needs) {
      if (masker_.would_change(need)) return false;
    }
    return !masker_.would_change(job.id) && !masker_.would_change(job.name);
  }

  template <class Call>
  void with(const JobInfo& job, Call call) const {
    if (clean(job)) return call(job);
    auto shown = job;
    mask(shown.id), mask(shown.name);
    for (auto& need : shown.needs) mask(need);
    call(shown);
  }
  template <class Call>
  void with(const StepInfo& step, Call call) const {
    const std::array texts{&StepInfo::id, &StepInfo::name, &StepInfo::what};
    bool is_clean = clean(*step.job);
    for (const auto text : texts) is_clean = is_clean && !masker_.would_change(step.*text);
    if (is_clean) return call(step);
    with(*step.job, [&](const JobInfo& job) {
      auto shown = step;
      shown.job = &job;
      for (const auto text : texts) mask(shown.*text);
      call(shown);
    });
  }

  const Masker& masker_;
  Reporter& next_;
};

}  // namespace

std::unique_ptr<Reporter> masked(const Masker& masker, Reporter& next) {
  return std::make_unique<Masked>(masker, next);
}

}  // namespace runner
