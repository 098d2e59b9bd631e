// steps/clients/ssh/script.hpp -- the text that is run on a server: variables, script, and how it gets there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner {

// Lines by `format` ("export {NAME}={VALUE}") for the names of `env` that `names` lists (in upper case; unset
// ones are left out), before them, with `all`, those that begin with GITHUB_, INPUT_, PLUGIN_ or DRONE_ and
// are no secrets.
std::vector<std::string> export_lines(const Environment& env, std::string_view names, bool all,
                                      std::string_view format);

// With a check after every line: leave with its status if that is not 0. It breaks what goes on over lines:
// here-documents, `case`, quotes. `joining`: lines are trimmed; none after those with a '\' at the end.
std::string stopping_script(std::string_view script, bool joining);

struct RemoteText {
  std::string command;  // for the exec request
  std::string input;    // for stdin
};
// Its own commands find an empty stdin either way. What is `secret` goes over stdin, as a command can be read
// by every user of the server; so does what is longer than libssh2 can send as one. Everything else is the
// command, as the original has it: a key whose server runs only some commands (ForceCommand) is looked at
// there.
RemoteText remote_text(std::string script, bool secret);

// A path for the remote shell: ~, $NAME and ${NAME} are expanded there, everything else is taken literally.
std::string remote_path(std::string_view path);

}  // namespace runner
