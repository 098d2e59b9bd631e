// parser/model/convert.hpp -- from templates that fit the schema to the values of workflow.hpp, with the
// checks that the schema cannot express. Private to parser/model.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/model/schema.hpp"
#include "parser/model/workflow.hpp"
#include "parser/yaml/source.hpp"

namespace runner::convert {

struct Reading {
  const yaml::Source& source;
  schema::Report& report;
};

// The value of a key moved out of a mapping; absent when there is none.
Template take(Template& mapping, std::string_view key);
Text text_of(Template node);
// As take, for a number whose fraction is cut off, which is warned of; `zero` says what 0 means: ", which is
// …".
Template take_whole(Template& mapping, std::string_view key, std::string_view zero, const Reading& reading);

std::vector<Trigger> triggers(Template on, const Reading& reading);
std::vector<Job> jobs(Template node, const Reading& reading);
std::vector<Step> steps(Template node, const Reading& reading,
                        Availability condition_sees = Availability::step_condition);

Condition condition(const Template& node, Availability scope, const Reading& reading);
std::optional<Concurrency> concurrency(Template node, const Reading& reading);
RunDefaults defaults(Template node);

Uses step_uses(const Template& node, const Reading& reading);
Uses job_uses(const Template& node, const Reading& reading);

// Is `id` one that a job or step may have? Reports otherwise.
bool check_id(const std::string& id, Pos pos, const Reading& reading);

// What can be told only of a whole workflow without errors: needs, matrices, deadlocks.
void check(const Workflow& workflow, Pos jobs, const Reading& reading);

}  // namespace runner::convert
