// wire/packet_pool.h - where all packets of a run live. A packet is a handle, an id and bytes with
// room in front; it is forwarded in place, and steady state allocates nothing. The pool never
// looks into the bytes.
//
//   slot:  | PacketMeta | headroom | bytes … | tailroom |
//                                  ^ head    ^ head + size
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "netstack/base/bytes.h"
#include "netstack/base/check.h"
#include "netstack/wire/memory_poison.h"

namespace vpclab::wire {

/// Names a packet of one pool until it is freed.
enum class PacketHandle : std::uint32_t {};

inline constexpr PacketHandle kNoPacket{0xffff'ffff};

/// Room for an Ethernet header, and the IPv4 header behind it begins a cache line.
inline constexpr std::size_t kDefaultHeadroom = 32;

class PacketPool {
 public:
  /// The largest packet with the default headroom: an IPv4 datagram of 65,535 bytes and Ethernet.
  static constexpr std::size_t kMaxPacketSize = 65'535 + 14;

  PacketPool() = default;
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  ~PacketPool();

  /// A packet of `size` uninitialised bytes with a new id and cause 0. Pre: size + headroom is at
  /// most kMaxPacketSize + kDefaultHeadroom.
  [[nodiscard]] PacketHandle allocate(std::size_t size, std::size_t headroom = kDefaultHeadroom) {
    const std::size_t size_class = class_of(kMetaSize + headroom + size);
    if (free_[size_class] == kNoPacket) [[unlikely]] {
      grow(size_class);
    }
    PacketHandle handle = free_[size_class];
    Meta& taken = meta_unchecked(handle);
    free_[size_class] = taken.next_free;
    if constexpr (kChecked) {
      handle = with_generation(handle, taken.generation);
      taken.live = true;
    }
    taken.id = ++last_id_;
    taken.cause = 0;
    taken.head = static_cast<std::uint32_t>(kMetaSize + headroom);
    taken.size = static_cast<std::uint32_t>(size);
    ++live_;
    unpoison(handle, size_class);
    return handle;
  }

  /// A copy with the same headroom, a new id, and the original's id as its cause.
  [[nodiscard]] PacketHandle clone(PacketHandle original);

  /// Gives the packet back; its handle and bytes are dead.
  void free(PacketHandle handle) {
    Meta& freed = meta(handle);
    if constexpr (kChecked) {
      freed.live = false;
      ++freed.generation;
      handle = without_generation(handle);
    }
    const std::size_t size_class = freed.size_class;
    freed.next_free = free_[size_class];
    free_[size_class] = handle;
    --live_;
    poison(handle, size_class);
  }

  [[nodiscard]] MutableBytes bytes(PacketHandle handle) {
    Meta& found = meta(handle);
    return {reinterpret_cast<std::uint8_t*>(&found) + found.head, found.size};
  }

  [[nodiscard]] Bytes bytes(PacketHandle handle) const {
    const Meta& found = meta(handle);
    return {reinterpret_cast<const std::uint8_t*>(&found) + found.head, found.size};
  }

  [[nodiscard]] std::size_t size(PacketHandle handle) const { return meta(handle).size; }

  /// Bytes that push_front can still take.
  [[nodiscard]] std::size_t headroom(PacketHandle handle) const {
    return meta(handle).head - kMetaSize;
  }

  /// Adds `n` bytes in front; what they hold is what was there before. Pre: n <= headroom.
  void push_front(PacketHandle handle, std::size_t n) {
    Meta& changed = meta(handle);
    VPCLAB_CHECK(n <= changed.head - kMetaSize, "a packet has the headroom that is pushed into");
    changed.head -= static_cast<std::uint32_t>(n);
    changed.size += static_cast<std::uint32_t>(n);
  }

  /// Takes `n` bytes from the front; push_front brings them back. Pre: n <= size.
  void pop_front(PacketHandle handle, std::size_t n) {
    Meta& changed = meta(handle);
    VPCLAB_CHECK(n <= changed.size, "a packet has the bytes that are popped");
    changed.head += static_cast<std::uint32_t>(n);
    changed.size -= static_cast<std::uint32_t>(n);
  }

  /// Cuts bytes from the end. Pre: size <= the packet's.
  void truncate(PacketHandle handle, std::size_t size) {
    Meta& changed = meta(handle);
    VPCLAB_CHECK(size <= changed.size, "truncation never makes a packet longer");
    changed.size = static_cast<std::uint32_t>(size);
  }

  /// Unique in the pool, from 1, in the order of allocation. Survives translation.
  [[nodiscard]] std::uint64_t id(PacketHandle handle) const { return meta(handle).id; }

  /// The id of the packet that this one answers, quotes, or was cut or copied from; 0 if none.
  [[nodiscard]] std::uint64_t cause(PacketHandle handle) const { return meta(handle).cause; }

  void set_cause(PacketHandle handle, std::uint64_t cause) { meta(handle).cause = cause; }

  /// The buffer goes on as another packet, in place: a new id, and the old one as its cause (an
  /// echo request becomes its reply).
  void renew(PacketHandle handle) {
    Meta& renewed = meta(handle);
    renewed.cause = renewed.id;
    renewed.id = ++last_id_;
  }

  /// Packets allocated and not yet freed: zero at the end of a run, or in flight.
  [[nodiscard]] std::size_t live() const { return live_; }

  /// Bytes taken from the system; grows to what the run needs at once, and never shrinks.
  [[nodiscard]] std::size_t memory() const { return memory_; }

 private:
#ifdef NDEBUG
  static constexpr bool kChecked = false;
#else
  static constexpr bool kChecked = true;  // a dead handle is found, also when its slot is in use
#endif

  struct Meta {
    std::uint64_t id = 0;
    std::uint64_t cause = 0;
    std::uint32_t head = 0;  // from the start of the slot
    std::uint32_t size = 0;
    PacketHandle next_free = kNoPacket;
    std::uint8_t size_class = 0;
    std::uint8_t generation = 0;
    bool live = false;
  };

  static constexpr std::size_t kMetaSize = sizeof(Meta);
  static_assert(kMetaSize == 32);

  struct SizeClass {
    std::uint32_t slot_size;
    std::uint32_t slots_per_chunk;
  };

  static constexpr std::size_t kAlignment = 64;
  static constexpr std::array<SizeClass, 4> kClasses = {
      {{256, 256}, {2'048, 32}, {10'240, 8}, {65'664, 4}}};
  static_assert(kClasses[3].slot_size >= kMetaSize + kDefaultHeadroom + kMaxPacketSize);

  // A handle is (generation, chunk, slot); the generation is zero unless kChecked.
  static constexpr std::uint32_t kSlotBits = 8;
  static constexpr std::uint32_t kGenerationBits = kChecked ? 8 : 0;
  static constexpr std::uint32_t kChunkBits = 32 - kSlotBits - kGenerationBits;

  struct Chunk {
    std::uint8_t* base;
    std::uint32_t slot_size;
    std::uint32_t slots;
  };

  [[nodiscard]] static std::size_t class_of(std::size_t needed) {
    for (std::size_t i = 0; i < kClasses.size(); ++i) {
      if (needed <= kClasses[i].slot_size) {
        return i;
      }
    }
    base::check_failed("needed <= slot_size", "a packet fits the largest size class", __FILE__,
                       __LINE__);
  }

  [[nodiscard]] static PacketHandle with_generation(PacketHandle handle, std::uint8_t generation) {
    return PacketHandle{
        static_cast<std::uint32_t>(handle) |
        static_cast<std::uint32_t>(std::uint64_t{generation} << (32 - kGenerationBits))};
  }

  [[nodiscard]] static PacketHandle without_generation(PacketHandle handle) {
    return PacketHandle{static_cast<std::uint32_t>(
        static_cast<std::uint32_t>(handle) & ((std::uint64_t{1} << (32 - kGenerationBits)) - 1))};
  }

  /// The slot of a handle without generation.
  [[nodiscard]] Meta& meta_unchecked(PacketHandle handle) const {
    const auto number = static_cast<std::uint32_t>(handle);
    const Chunk& chunk = chunks_[number >> kSlotBits];
    const std::size_t slot = number & ((1U << kSlotBits) - 1);
    return *std::launder(reinterpret_cast<Meta*>(chunk.base + slot * chunk.slot_size));
  }

  [[nodiscard]] Meta& meta(PacketHandle handle) const {
    if constexpr (kChecked) {
      const PacketHandle place = without_generation(handle);
      VPCLAB_CHECK((static_cast<std::uint32_t>(place) >> kSlotBits) < chunks_.size(),
                   "a packet handle belongs to this pool");
      Meta& found = meta_unchecked(place);
      VPCLAB_CHECK(found.live && with_generation(place, found.generation) == handle,
                   "a packet is used only while it lives");
      return found;
    } else {
      return meta_unchecked(handle);
    }
  }

  /// Adds a chunk of free slots.
  void grow(std::size_t size_class);

  // Under AddressSanitizer a span of a freed packet is as dead as freed memory.
  void poison(PacketHandle handle, std::size_t size_class) const {
    poison_memory(slot_bytes(handle), kClasses[size_class].slot_size - kMetaSize);
  }

  void unpoison(PacketHandle handle, std::size_t size_class) const {
    unpoison_memory(slot_bytes(without_generation(handle)),
                    kClasses[size_class].slot_size - kMetaSize);
  }

  /// The slot behind its Meta.
  [[nodiscard]] std::uint8_t* slot_bytes(PacketHandle handle) const {
    return reinterpret_cast<std::uint8_t*>(&meta_unchecked(handle)) + kMetaSize;
  }

  std::vector<Chunk> chunks_;
  std::array<PacketHandle, kClasses.size()> free_ = {kNoPacket, kNoPacket, kNoPacket, kNoPacket};
  std::uint64_t last_id_ = 0;
  std::size_t live_ = 0;
  std::size_t memory_ = 0;
};

}  // namespace vpclab::wire
