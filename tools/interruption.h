// tools/interruption.h - a signal that would end the program, kept until what was begun is in
// order. One at a time in a process; the same signal once more ends the program at once.
#pragma once

#include <array>
#include <csignal>
#include <string>

namespace vpclab::tools {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGPIPE are noted instead of ending the program,
/// unless they were ignored before.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// The signal that came; 0: none.
  [[nodiscard]] static int signal();

  /// `SIGINT`, …; empty where none came.
  [[nodiscard]] static std::string name();

  /// Ends the program as the signal would have done (the shell's 128 + n). Returns where none came.
  static void follow();

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace vpclab::tools
