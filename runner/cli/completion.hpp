// runner/cli/completion.hpp -- what could stand for the last word of a command line: commands, options,
// values and names of what is in the repository. Made of the tables of options; what is around it is handed
// to it.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace runner {

struct Candidate {
  std::string word, text;  // text: what it is, may be empty
};
using Candidates = std::vector<Candidate>;

struct CompletionWorld {
  std::function<Candidates()> workflows, events, runs, actions;
  std::function<Candidates(const std::string& workflow)> jobs;  // "": of all
};

// `words` without the program's name. None: the shell may offer files.
Candidates complete(const std::vector<std::string>& words, const CompletionWorld& here);

// In the form that the shell's script reads, a line each.
std::string written_for(const std::string& shell, const Candidates& candidates);
std::string completion_script(const std::string& shell);

}  // namespace runner
