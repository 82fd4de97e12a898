// tests/support/allocation_counter.h - replaces a test program's operator new to count what it
// takes from the heap, for the tests that want nothing taken. Include it in one source of a program
// only: the replacements are definitions.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

// Definitions are what this header is for. NOLINTBEGIN(misc-definitions-in-headers)

namespace {

/// Allocations of this program so far.
std::size_t allocations = 0;

}  // namespace

// Not inlined: GCC would see malloc() here and delete there, and warn of the pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) {
    return memory;
  }
  throw std::bad_alloc();
}

// std::stable_sort asks for its buffer with this one.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size);
}

[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }

[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

// NOLINTEND(misc-definitions-in-headers)
