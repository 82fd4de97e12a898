// dataplane/expiring_table.h - keys with a value and a time of death: open addressing, bounded. An
// insertion sweeps a few slots for what has expired, so that no single one is slow and nothing is
// allocated but to grow. Behind conntrack.h, fragment_gate.h and node/nat_gateway.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "netstack/base/sim_time.h"

namespace vpclab::dataplane {

/// Key is comparable and has `std::uint64_t hash() const`.
template <class Key, class Value>
class ExpiringTable {
 public:
  struct Entry {
    Key key;
    Value value;
    SimTime expires = kFree;
  };

  explicit ExpiringTable(std::size_t entries_max) : entries_(kFirstSlots), max_(entries_max) {}

  /// The live entry of a key, or null. Good until the next insert().
  [[nodiscard]] Entry* find(const Key& key, SimTime now) {
    for (std::size_t i = home_of(key); entries_[i].expires != kFree; i = next(i)) {
      if (entries_[i].key == key) {
        return entries_[i].expires > now ? &entries_[i] : nullptr;
      }
    }
    return nullptr;
  }

  /// Adds an entry; null if entries_max are there and a bounded search, which goes on where the
  /// last one ended, finds none among them that has expired. Pre: find() found none.
  [[nodiscard]] Entry* insert(const Key& key, const Value& value, SimTime expires, SimTime now) {
    sweep(used_ < max_ ? kSweptEachTime : kSweptWhenFull, now);
    std::size_t place = place_of(key);
    if (entries_[place].expires == kFree) {
      if (used_ >= max_) {
        return nullptr;
      }
      if ((used_ + 1) * 4 > entries_.size() * 3) {
        make_room(now);
        place = place_of(key);
      }
      ++used_;
    }
    entries_[place] = Entry{key, value, expires};
    return &entries_[place];
  }

  /// Live entries. Counts them: for tests and reports.
  [[nodiscard]] std::size_t live(SimTime now) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [now](const Entry& entry) { return entry.expires > now; }));
  }

  /// Slots in memory.
  [[nodiscard]] std::size_t capacity() const { return entries_.size(); }

  void clear() {
    std::fill(entries_.begin(), entries_.end(), Entry{});
    used_ = 0;
  }

 private:
  static constexpr std::size_t kFirstSlots = 16;
  static constexpr std::size_t kSweptEachTime = 8;
  static constexpr std::size_t kSweptWhenFull = 128;
  static constexpr SimTime kFree = SimTime::min();  // a slot that was never used

  [[nodiscard]] std::size_t home_of(const Key& key) const {
    return static_cast<std::size_t>(key.hash()) & (entries_.size() - 1);
  }

  [[nodiscard]] std::size_t next(std::size_t slot) const {
    return (slot + 1) & (entries_.size() - 1);
  }

  /// The slot of a key, expired or not, or the free one where it belongs.
  [[nodiscard]] std::size_t place_of(const Key& key) const {
    std::size_t i = home_of(key);
    while (entries_[i].expires != kFree && entries_[i].key != key) {
      i = next(i);
    }
    return i;
  }

  /// Looks at the next slots and frees those whose entries have expired.
  void sweep(std::size_t slots, SimTime now) {
    for (std::size_t left = std::min(slots, entries_.size()); left > 0; --left) {
      swept_ &= entries_.size() - 1;
      if (entries_[swept_].expires != kFree && entries_[swept_].expires <= now) {
        erase(swept_);  // what moves here is looked at next
      } else {
        ++swept_;
      }
    }
  }

  /// Frees a slot and moves those behind it that were pushed away from home by it.
  void erase(std::size_t hole) {
    for (std::size_t i = next(hole); entries_[i].expires != kFree; i = next(i)) {
      const std::size_t mask = entries_.size() - 1;
      if (((i - home_of(entries_[i].key)) & mask) >= ((i - hole) & mask)) {
        entries_[hole] = entries_[i];
        hole = i;
      }
    }
    entries_[hole].expires = kFree;
    --used_;
  }

  /// Drops all that expired; grows if more than half would still be in use.
  void make_room(SimTime now) {
    const std::size_t alive = live(now);
    std::size_t slots = entries_.size();
    while ((alive + 1) * 2 > slots) {  // at most half full afterwards: this stays rare
      slots *= 2;
    }
    if (slots == entries_.size()) {
      return sweep_all(now);
    }
    std::vector<Entry> before(slots);
    before.swap(entries_);
    for (const Entry& entry : before) {
      if (entry.expires > now) {
        entries_[place_of(entry.key)] = entry;
      }
    }
    used_ = alive;
  }

  void sweep_all(SimTime now) {
    for (std::size_t i = 0; i < entries_.size();) {
      if (entries_[i].expires != kFree && entries_[i].expires <= now) {
        erase(i);
      } else {
        ++i;
      }
    }
  }

  std::vector<Entry> entries_;  // a power of two; expired entries stay until they are swept
  std::size_t max_;
  std::size_t used_ = 0;   // slots that are not free, expired ones included
  std::size_t swept_ = 0;  // where the sweep goes on
};

}  // namespace vpclab::dataplane
