// engine/far_events.h - a radix heap: events filed by the highest digit (base 64) in which their
// time differs from a floor that only rises. Each event moves down a level at most a few times, and
// events of equal times stay in the order in which they came. Part of EventQueue.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/engine/event.h"
#include "netstack/base/sim_time.h"

namespace vpclab::engine {

class FarEvents {
 public:
  /// Events that a chunk holds; a bucket of one chunk is small enough to be sorted.
  static constexpr std::size_t kChunkEvents = 31;

  [[nodiscard]] bool empty() const { return levels_in_use_ == 0; }

  /// The time of the first event. Pre: not empty.
  [[nodiscard]] SimTime min_time() const { return lowest().min; }

  /// Whether the bucket that holds the first event holds at most kChunkEvents.
  [[nodiscard]] bool lowest_is_small() const { return lowest().first == lowest().last; }

  /// The last nanosecond that an event of that bucket could have. Pre: not empty.
  [[nodiscard]] SimTime lowest_end() const;

  /// Files an event. Pre: event.at > floor, and floor is not below any earlier one.
  void place(const Event& event, SimTime floor);

  /// Empties the bucket that holds the first event: visit(event) for each, in the order in which
  /// those of equal times came. `visit` may place events above a floor within that bucket.
  /// Pre: not empty.
  template <class Visit>
  void take_lowest(Visit&& visit);

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  static constexpr std::size_t kLevels = (63 + kDigitBits - 1) / kDigitBits;
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Chunk {
    std::array<Event, kChunkEvents> events;
    std::uint32_t size = 0;
    std::uint32_t next = kNone;
    std::uint64_t unused = 0;  // 512 bytes, eight cache lines
  };

  static_assert(sizeof(Chunk) == 512);

  struct Bucket {
    std::uint32_t first = kNone;  // chunks, in order of arrival
    std::uint32_t last = kNone;
    SimTime min = kNever;
  };

  [[nodiscard]] std::size_t lowest_level() const {
    return static_cast<std::size_t>(std::countr_zero(levels_in_use_));
  }

  [[nodiscard]] std::size_t lowest_digit(std::size_t level) const {
    return static_cast<std::size_t>(std::countr_zero(digits_in_use_[level]));
  }

  [[nodiscard]] const Bucket& lowest() const {
    const std::size_t level = lowest_level();
    return buckets_[level][lowest_digit(level)];
  }

  [[nodiscard]] std::uint32_t new_chunk();

  std::array<std::array<Bucket, kDigits>, kLevels> buckets_{};
  std::array<std::uint64_t, kLevels> digits_in_use_{};  // a bit per bucket that is not empty
  std::uint64_t levels_in_use_ = 0;
  std::vector<Chunk> chunks_;
  std::uint32_t free_chunk_ = kNone;
};

template <class Visit>
void FarEvents::take_lowest(Visit&& visit) {
  const std::size_t level = lowest_level();
  const std::size_t digit = lowest_digit(level);
  const Bucket taken = buckets_[level][digit];
  buckets_[level][digit] = Bucket{};
  digits_in_use_[level] &= digits_in_use_[level] - 1;
  if (digits_in_use_[level] == 0) {
    levels_in_use_ &= levels_in_use_ - 1;
  }
  for (std::uint32_t chunk = taken.first; chunk != kNone;) {
    const std::uint32_t size = chunks_[chunk].size;
    for (std::uint32_t i = 0; i < size; ++i) {
      const Event event = chunks_[chunk].events[i];  // a copy: placing may move the chunks
      visit(event);
    }
    const std::uint32_t next = chunks_[chunk].next;
    chunks_[chunk].next = free_chunk_;
    free_chunk_ = chunk;
    chunk = next;
  }
}

}  // namespace vpclab::engine
