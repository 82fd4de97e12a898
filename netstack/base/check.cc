#include "netstack/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace vpclab::base {

void check_failed(const char* condition, const char* message, const char* file, int line) noexcept {
  std::fprintf(stderr, "vpclab: broken invariant: %s (%s) at %s:%d\n", message, condition, file,
               line);
  std::abort();
}

}  // namespace vpclab::base
