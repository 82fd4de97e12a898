// dataplane/expiring_table.h - keys with a value and a time of death: open addressing, bounded,
// expired lazily, no allocation while known keys live on. Behind conntrack.h and fragment_gate.h.
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

  /// Adds an entry; null if entries_max live ones are there. Pre: find() found none.
  [[nodiscard]] Entry* insert(const Key& key, const Value& value, SimTime expires, SimTime now) {
    std::size_t place = place_of(key);
    if (entries_[place].expires == kFree) {
      if ((used_ + 1) * 4 > entries_.size() * 3 || used_ >= max_) {
        if (!make_room(now)) {
          return nullptr;
        }
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
    full_until_ = SimTime{};
  }

 private:
  static constexpr std::size_t kFirstSlots = 16;
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

  /// Drops what expired and makes room for more; false if there are too many live ones.
  [[nodiscard]] bool make_room(SimTime now) {
    if (now < full_until_) {
      return false;
    }
    const std::size_t alive = live(now);
    // At the limit an eighth of it must be free, or each insertion would count again.
    if (alive >= max_ || (used_ >= max_ && alive > max_ - max_ / 8)) {
      full_until_ = now + std::chrono::seconds(1);  // counting takes long: not for each packet
      return false;
    }
    std::size_t slots = entries_.size();
    while ((alive + 1) * 2 > slots) {  // at most half full afterwards: this stays rare
      slots *= 2;
    }
    std::vector<Entry> before(slots);
    before.swap(entries_);
    for (const Entry& entry : before) {
      if (entry.expires > now) {
        entries_[place_of(entry.key)] = entry;
      }
    }
    used_ = alive;
    return true;
  }

  std::vector<Entry> entries_;  // a power of two; expired entries stay until make_room
  std::size_t max_;
  std::size_t used_ = 0;  // slots that are not free, expired ones included
  SimTime full_until_{};  // found full of live ones: not counted again before
};

}  // namespace vpclab::dataplane
