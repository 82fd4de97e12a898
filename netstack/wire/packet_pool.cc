#include "netstack/wire/packet_pool.h"

#include <cstring>

namespace vpclab::wire {

PacketPool::~PacketPool() {
  for (const Chunk& chunk : chunks_) {
    unpoison_memory(chunk.base, std::size_t{chunk.slot_size} * chunk.slots);
    ::operator delete (chunk.base, std::align_val_t{kAlignment});
  }
}

PacketHandle PacketPool::clone(PacketHandle original) {
  const Meta& before = meta(original);
  const PacketHandle copy = allocate(before.size, before.head - kMetaSize);
  // The slots never move, so `before` is still the original's.
  std::memcpy(bytes(copy).data(), bytes(original).data(), before.size);
  set_cause(copy, before.id);
  return copy;
}

void PacketPool::grow(std::size_t size_class) {
  const SizeClass& shape = kClasses[size_class];
  VPCLAB_CHECK(chunks_.size() + 1 < (std::size_t{1} << kChunkBits),
               "packets in flight stay below the pool's limit");
  const std::size_t chunk_size = std::size_t{shape.slot_size} * shape.slots_per_chunk;
  auto* base =
      static_cast<std::uint8_t*>(::operator new (chunk_size, std::align_val_t{kAlignment}));
  const auto first = static_cast<std::uint32_t>(chunks_.size() << kSlotBits);
  chunks_.push_back(Chunk{base, shape.slot_size, shape.slots_per_chunk});
  memory_ += chunk_size;
  for (std::uint32_t slot = shape.slots_per_chunk; slot-- > 0;) {
    Meta* made = new (base + std::size_t{slot} * shape.slot_size) Meta{};
    made->size_class = static_cast<std::uint8_t>(size_class);
    made->next_free = free_[size_class];
    free_[size_class] = PacketHandle{first + slot};
    poison(free_[size_class], size_class);
  }
}

}  // namespace vpclab::wire
