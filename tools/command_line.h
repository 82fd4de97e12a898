// tools/command_line.h - from arguments to an exit code: the parser with every verb, the global
// options, help and usage errors.
#pragma once

namespace vpclab::tools {

/// Parses, executes, and returns the exit code.
[[nodiscard]] int run_command_line(int argc, const char* const* argv);

}  // namespace vpclab::tools
