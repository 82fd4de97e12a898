// base/check.h - invariants that hold in every build. A broken one ends the process with a
// sentence; it is never used for input (packets, files, requests), which may be wrong.
#pragma once

namespace vpclab::base {

/// Prints the broken invariant to standard error and aborts.
[[noreturn]] void check_failed(const char* condition, const char* message, const char* file,
                               int line) noexcept;

}  // namespace vpclab::base

#define VPCLAB_CHECK(condition, message)                                       \
  do {                                                                         \
    if (!(condition)) [[unlikely]] {                                           \
      ::vpclab::base::check_failed(#condition, (message), __FILE__, __LINE__); \
    }                                                                          \
  } while (false)
