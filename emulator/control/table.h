// control/table.h - resources of one kind, by id: dense, stable addresses, iterated in the order of
// their slots (creation order; a slot freed by erase is used again). Owned by Inventory. Never
// iterates its hash index, so the order is the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "netstack/base/check.h"

namespace vpclab::control {

/// T has a member `id` (a StrongId); a default T has an empty id.
template <class T>
class Table {
 public:
  using Id = decltype(T::id);

  /// Where a resource lies, as long as it lives: 4 bytes instead of an id's 16.
  using Slot = std::uint32_t;

  static constexpr Slot kNoSlot = 0xffffffff;

  template <class Owner, class Value>
  class Iterator {
   public:
    Iterator(Owner* table, Slot slot) : table_(table), slot_(slot) { skip_free(); }

    Value& operator*() const { return table_->at(slot_); }

    Value* operator->() const { return &table_->at(slot_); }

    Iterator& operator++() {
      ++slot_;
      skip_free();
      return *this;
    }

    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    void skip_free() {
      while (slot_ < table_->slots_used_ && table_->at(slot_).id.empty()) {
        ++slot_;
      }
    }

    Owner* table_;
    Slot slot_;
  };

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] auto begin() const { return Iterator<const Table, const T>(this, 0); }

  [[nodiscard]] auto end() const { return Iterator<const Table, const T>(this, slots_used_); }

  [[nodiscard]] auto begin() { return Iterator<Table, T>(this, 0); }

  [[nodiscard]] auto end() { return Iterator<Table, T>(this, slots_used_); }

  /// The resource in a slot that is in use.
  [[nodiscard]] const T& at(Slot slot) const { return chunks_[slot / kChunk][slot % kChunk]; }

  [[nodiscard]] T& at(Slot slot) { return chunks_[slot / kChunk][slot % kChunk]; }

  /// The slot of an id, or kNoSlot.
  [[nodiscard]] Slot slot_of(const Id& id) const {
    if (index_.empty() || id.empty()) {
      return kNoSlot;
    }
    for (std::size_t i = bucket_of(id);; i = next(i)) {
      if (index_[i] == kNoSlot) {
        return kNoSlot;
      }
      if (at(index_[i]).id == id) {
        return index_[i];
      }
    }
  }

  [[nodiscard]] const T* find(const Id& id) const {
    const Slot slot = slot_of(id);
    return slot == kNoSlot ? nullptr : &at(slot);
  }

  [[nodiscard]] T* find(const Id& id) {
    const Slot slot = slot_of(id);
    return slot == kNoSlot ? nullptr : &at(slot);
  }

  [[nodiscard]] bool contains(const Id& id) const { return slot_of(id) != kNoSlot; }

  /// The resource that must exist: a reference held by another resource.
  [[nodiscard]] const T& get(const Id& id) const {
    const T* found = find(id);
    VPCLAB_CHECK(found != nullptr, "a reference to a resource that does not exist");
    return *found;
  }

  [[nodiscard]] T& get(const Id& id) {
    T* found = find(id);
    VPCLAB_CHECK(found != nullptr, "a reference to a resource that does not exist");
    return *found;
  }

  /// Adds a resource whose id is new; its slot stays until it is erased.
  Slot insert(T value) {
    VPCLAB_CHECK(!value.id.empty() && !contains(value.id), "an id that is empty or taken");
    if ((size_ + 1) * 4 > index_.size() * 3) {
      grow_index();
    }
    Slot slot = kNoSlot;
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
      at(slot) = std::move(value);
    } else {
      slot = slots_used_++;
      if (slot % kChunk == 0) {
        chunks_.emplace_back().reserve(kChunk);
      }
      chunks_.back().push_back(std::move(value));
    }
    ++size_;
    enter(slot);
    return slot;
  }

  /// Removes a resource that exists.
  void erase(const Id& id) {
    std::size_t hole = bucket_of(id);
    while (index_[hole] == kNoSlot || at(index_[hole]).id != id) {
      VPCLAB_CHECK(index_[hole] != kNoSlot, "erasing a resource that does not exist");
      hole = next(hole);
    }
    const Slot slot = index_[hole];
    for (std::size_t i = next(hole); index_[i] != kNoSlot; i = next(i)) {
      const std::size_t home = bucket_of(at(index_[i]).id);
      if (((i - home) & mask()) >= ((i - hole) & mask())) {  // may move back into the hole
        index_[hole] = index_[i];
        hole = i;
      }
    }
    index_[hole] = kNoSlot;
    at(slot) = T{};
    free_.push_back(slot);
    --size_;
  }

 private:
  static constexpr Slot kChunk = 64;

  [[nodiscard]] std::size_t mask() const { return index_.size() - 1; }

  [[nodiscard]] std::size_t next(std::size_t bucket) const { return (bucket + 1) & mask(); }

  [[nodiscard]] std::size_t bucket_of(const Id& id) const {
    const std::uint64_t mixed = id.digits().low * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed >> 20) & mask();
  }

  void enter(Slot slot) {
    std::size_t i = bucket_of(at(slot).id);
    while (index_[i] != kNoSlot) {
      i = next(i);
    }
    index_[i] = slot;
  }

  void grow_index() {
    index_.assign(index_.empty() ? 16 : index_.size() * 2, kNoSlot);
    for (Slot slot = 0; slot < slots_used_; ++slot) {
      if (!at(slot).id.empty()) {
        enter(slot);
      }
    }
  }

  std::vector<std::vector<T>> chunks_;  // each reserved once: elements never move
  std::vector<Slot> index_;             // open addressing, linear probing, a power of two
  std::vector<Slot> free_;
  Slot slots_used_ = 0;
  std::size_t size_ = 0;
};

}  // namespace vpclab::control
