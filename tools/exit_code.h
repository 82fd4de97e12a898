// tools/exit_code.h - what the program's exit status says (docs/command-line.md). A signal that
// ends the program is the shell's 128 + n.
#pragma once

namespace vpclab::tools {

enum class ExitCode : int {
  kSuccess = 0,          ///< all well
  kCheckFailed = 1,      ///< a check or an expectation failed
  kUsage = 2,            ///< the command line is wrong
  kInvalidScenario = 3,  ///< the scenario is invalid
  kRuntimeFailure = 4,   ///< a file, a privilege, the system
};

}  // namespace vpclab::tools
