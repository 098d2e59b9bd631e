// steps/builtin/git/gh_pages/inputs.hpp -- what peaceiris/actions-gh-pages is asked to publish, and where to.
#pragma once
#include <string>
#include <vector>

#include "steps/step.hpp"

namespace runner {

struct PagesInputs {
  std::string deploy_key, github_token, personal_token;
  std::string branch, publish_dir, destination_dir, external_repository, exclude_assets;
  std::string user_name, user_email, commit_message, full_commit_message, tag_name, tag_message, cname;
  bool allow_empty_commit = false, keep_files = false, force_orphan = false, no_jekyll = false;

  const std::string& token() const { return github_token.empty() ? personal_token : github_token; }
};

std::vector<InputSpec> pages_input_specs();
PagesInputs read_pages_inputs(const StepInputs& step);  // v2: variables and names of its own

struct PagesTarget {
  std::string url;
  bool with_deploy_key = false;
  std::string token, token_server;  // "https://host/"; empty: none is sent
};
// The repository's own `origin`, with the token where that is an http(s) server and the key where it is one
// of ssh; without either the user's own ways of logging in count. Throws InputError.
PagesTarget pages_target(const StepInputs& step, const PagesInputs& inputs);

// The first of what cannot be right; "".
std::string pages_problem(const StepInputs& step, const PagesInputs& inputs);
std::string pages_commit_message(const StepInputs& step, const PagesInputs& inputs);

}  // namespace runner
