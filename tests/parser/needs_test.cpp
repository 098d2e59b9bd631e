#include "parser/needs.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/base/text.hpp"

using namespace runner;

namespace {

// "a:b,c d" is job a that needs b and c, and job d.
std::vector<Job> jobs_of(std::string_view text) {
  std::vector<Job> jobs;
  for (const auto part : split(text, ' ')) {
    const auto halves = split(part, ':');
    Job job;
    job.id = halves[0];
    if (halves.size() > 1) {
      for (const auto need : split(halves[1], ',')) job.needs.push_back({std::string(need), {}});
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

std::string names(const std::vector<Job>& jobs, const std::vector<size_t>& indexes) {
  std::string text;
  for (const auto index : indexes) text += (text.empty() ? "" : " ") + jobs[index].id;
  return text;
}

}  // namespace

TEST_CASE("needs: order and ancestors") {
  struct Case {
    const char *why, *jobs, *order, *of_last;
  };
  for (const auto& c : {
           Case{"file order", "a b c", "a b c", ""},
           Case{"needs first", "c:b b:a a d", "a d b c", ""},
           Case{"transitive, ascending", "a b:a c:b d:c", "a b c d", "a b c"},
           Case{"a diamond once", "a b:a c:a d:b,c", "a b c d", "a b c"},
           Case{"case is ignored", "Build deploy:bUILD", "Build deploy", "Build"},
       }) {
    SUBCASE(c.why) {
      const auto jobs = jobs_of(c.jobs);
      const auto graph = needs_graph(jobs);
      CHECK(names(jobs, topological_order(graph)) == c.order);
      CHECK(names(jobs, ancestors(graph, jobs.size() - 1)) == c.of_last);
    }
  }
}

TEST_CASE("needs: unknown jobs and cycles") {
  struct Case {
    const char *jobs, *want;
  };
  for (const auto& c : {
           Case{"a b:a", ""},
           Case{"a b:x", "b unknown x;"},
           Case{"a:a", "a cycle a;"},
           Case{"a b:c c:b", "c cycle b;"},
           Case{"a b:d c:b d:c", "c cycle b;"},
           Case{"a:b b:a c:d d:c,x", "d unknown x;b cycle a;d cycle c;"},
       }) {
    CAPTURE(c.jobs);
    const auto jobs = jobs_of(c.jobs);
    std::string found;
    for (const auto& fault : needs_faults(jobs)) {
      const auto& job = jobs[fault.job];
      found +=
          fmt::format("{} {} {};", job.id, fault.cycle ? "cycle" : "unknown", job.needs[fault.need].value);
    }
    CHECK(found == c.want);
  }
}

TEST_CASE("needs: a long chain does not overflow the stack") {
  std::vector<Job> jobs(5000);
  for (size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].id = fmt::format("j{}", i);
    if (i + 1 < jobs.size()) jobs[i].needs.push_back({fmt::format("j{}", i + 1), {}});
  }
  CHECK(needs_faults(jobs).empty());
  jobs.back().needs.push_back({"j0", {}});
  CHECK(needs_faults(jobs).size() == 1);
}
