// steps/builtin/chat/facts.hpp -- what chat actions tell of a run: where, who, which commit, and its event.
#pragma once
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "steps/builtin/chat/js_value.hpp"
#include "steps/step.hpp"

namespace runner::chat {

struct Facts {
  std::string server, repository, sha, ref, event_name, workflow, actor, job, run_id;
  std::string repository_url() const { return server + "/" + repository; }
  std::string run_url() const { return repository_url() + "/actions/runs/" + run_id; }
};
Facts facts_of(const StepInputs& step);

Json event_of(const StepInputs& step);  // the payload; an empty object when there is none
// A member by its path ("/pull_request/head/sha") as text; "" when absent or null.
std::string event_text(const Json& event, const std::string& pointer);
// Of a pull request the commit that was pushed, not the merge.
std::string head_sha(const Facts& facts, const Json& event);

}  // namespace runner::chat
