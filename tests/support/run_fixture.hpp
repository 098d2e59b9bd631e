// tests/support/run_fixture.hpp -- whole runs in process, their events read back: what a table of small
// workflows is checked against.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/cli_fixture.hpp"

namespace runner::test {

struct StepSeen {
  std::string job, name, outcome, conclusion, message, note;
  std::string log;  // its lines
};

struct JobSeen {
  std::string name, conclusion, message;
  bool tolerated = false;
  std::map<std::string, std::string> outputs;
  std::string url;
};

// A run as its JSON events tell it.
struct RunSeen {
  int status = -1;
  std::string out, err;  // as written
  std::string conclusion;
  std::vector<StepSeen> steps;           // in the order of their ends
  std::vector<JobSeen> jobs;             // the same
  std::vector<std::string> started;      // names of jobs, in order
  std::vector<std::string> annotations;  // "error: message"
  std::vector<std::string> warnings;

  // "a:success b:failure~" in the order of the names; ~ for a failure that was tolerated.
  std::string job_results() const;
  // "one:success two:failure/success" of one job, in order; outcome alone where both are the same.
  std::string step_results(std::string_view job = "job") const;
  const JobSeen& job(std::string_view name) const;
  const StepSeen& step(std::string_view name) const;
  bool logged(std::string_view line) const;  // a whole line of any step
  std::string log() const;                   // of all steps
};

class RunFixture : public CliFixture {
 public:
  // Runs `text` as the workflow w.yml with `more` options.
  RunSeen run_text(std::string_view text, const std::vector<std::string>& more = {});
  // One job "job" with these steps, indented by six: "      - run: true\n".
  RunSeen run_steps(std::string_view steps, const std::vector<std::string>& more = {});
};

RunSeen read_events(int status, std::string out, std::string err);
bool contains(std::string_view text, std::string_view part);

}  // namespace runner::test
