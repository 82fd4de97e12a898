// tests/oracle/failure.h - keeps a disagreement as a scenario that anybody can run: its check
// expects what the oracle says, and fails until the emulator says so, too.
#pragma once

#include <string>
#include <string_view>

namespace vpclab::oracle {

class Lab;

/// What came of running a scenario with its checks.
struct Replay {
  bool runs = false;  // it was read, and no step failed
  int checks = 0;
  int failed = 0;      // checks
  std::string report;  // what was wrong, for a person
};

/// Runs a scenario's text as `vpclab check` does.
[[nodiscard]] Replay replay(const std::string& text);

/// Writes what `lab` has played as NAME.vpclab.yaml into the folder that VPCLAB_ORACLE_FAILURES
/// names, or failures/ in the build's; says where it is, and whether it shows the failure.
[[nodiscard]] std::string keep_failure(std::string_view name, Lab& lab);

}  // namespace vpclab::oracle
