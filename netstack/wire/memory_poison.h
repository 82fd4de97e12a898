// wire/memory_poison.h - tells AddressSanitizer which bytes of a pool nobody may touch. Without the
// sanitizer both functions are empty, and the compiler drops them.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define VPCLAB_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VPCLAB_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef VPCLAB_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace vpclab::wire {

/// A read or write of these bytes is now an error.
inline void poison_memory([[maybe_unused]] const void* begin, [[maybe_unused]] std::size_t size) {
#ifdef VPCLAB_ADDRESS_SANITIZER
  __asan_poison_memory_region(begin, size);
#endif
}

/// These bytes may be used again.
inline void unpoison_memory([[maybe_unused]] const void* begin, [[maybe_unused]] std::size_t size) {
#ifdef VPCLAB_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(begin, size);
#endif
}

}  // namespace vpclab::wire
