// vpclab - AWS VPC networking on one's own machine, with real packets.
#include <exception>

#include "tools/command_line.h"
#include "tools/exit_code.h"
#include "tools/output.h"

int main(int argc, char** argv) {
  try {
    return vpclab::tools::run_command_line(argc, argv);
  } catch (const std::exception& exception) {
    vpclab::tools::print_error(vpclab::tools::ColorMode::kAuto, exception.what());
    return static_cast<int>(vpclab::tools::ExitCode::kRuntimeFailure);
  }
}
