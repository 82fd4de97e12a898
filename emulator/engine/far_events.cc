#include "emulator/engine/far_events.h"

namespace vpclab::engine {

SimTime FarEvents::lowest_end() const {
  const std::int64_t within =
      (std::int64_t{1} << (lowest_level() * kDigitBits)) - 1;  // the digits below this one
  return SimTime(Duration(to_nanoseconds(min_time()) | within));
}

void FarEvents::place(const Event& event, SimTime floor) {
  const auto at = static_cast<std::uint64_t>(to_nanoseconds(event.at));
  const std::uint64_t differs = at ^ static_cast<std::uint64_t>(to_nanoseconds(floor));
  const unsigned level = (static_cast<unsigned>(std::bit_width(differs)) - 1) / kDigitBits;
  const std::size_t digit = (at >> (level * kDigitBits)) & (kDigits - 1);
  Bucket& bucket = buckets_[level][digit];
  if (bucket.first == kNone) {
    bucket.first = bucket.last = new_chunk();
    digits_in_use_[level] |= std::uint64_t{1} << digit;
    levels_in_use_ |= std::uint64_t{1} << level;
  } else if (chunks_[bucket.last].size == kChunkEvents) {
    const std::uint32_t next = new_chunk();
    chunks_[bucket.last].next = next;
    bucket.last = next;
  }
  Chunk& chunk = chunks_[bucket.last];
  chunk.events[chunk.size++] = event;
  if (event.at < bucket.min) {
    bucket.min = event.at;
  }
}

std::uint32_t FarEvents::new_chunk() {
  std::uint32_t chunk = free_chunk_;
  if (chunk == kNone) {
    chunk = static_cast<std::uint32_t>(chunks_.size());
    chunks_.emplace_back();
    return chunk;
  }
  free_chunk_ = chunks_[chunk].next;
  chunks_[chunk].size = 0;
  chunks_[chunk].next = kNone;
  return chunk;
}

}  // namespace vpclab::engine
