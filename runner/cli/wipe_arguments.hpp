// runner/cli/wipe_arguments.hpp -- secrets on the command line, as the process list shows them.
#pragma once

namespace runner {

// Overwrites the values of --secret, --token and --env in the process list.
void wipe_secret_arguments(int argc, char** argv);

}  // namespace runner
