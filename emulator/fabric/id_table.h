// fabric/id_table.h - owns nodes and finds them by id: open addressing over pointers, so that a
// hundred thousand nodes cost little besides themselves. The order of for_each is a function of the
// calls so far, and promises nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace vpclab::fabric {

/// Node has `id()` that compares equal with Id and is never empty.
template <class Node, class Id>
class IdTable {
 public:
  [[nodiscard]] Node* find(const Id& id) const {
    if (slots_.empty()) {
      return nullptr;
    }
    for (std::size_t i = home_of(id); slots_[i] != nullptr; i = (i + 1) & mask()) {
      if (slots_[i]->id() == id) {
        return slots_[i].get();
      }
    }
    return nullptr;
  }

  /// Makes room for `count` nodes in all, so that growing does not move those that are there.
  void reserve(std::size_t count) {
    std::size_t slots = slots_.empty() ? 8 : slots_.size();
    while (count * 3 > slots * 2) {
      slots *= 2;
    }
    if (slots != slots_.size()) {
      grow(slots);
    }
  }

  /// Pre: no node with this id is there.
  Node& insert(std::unique_ptr<Node> node) {
    reserve(size_ + 1);
    ++size_;
    return place(std::move(node));
  }

  /// Takes a node out; null if it is not there.
  [[nodiscard]] std::unique_ptr<Node> take(const Id& id) {
    if (slots_.empty()) {
      return nullptr;
    }
    std::size_t hole = home_of(id);
    while (slots_[hole] != nullptr && !(slots_[hole]->id() == id)) {
      hole = (hole + 1) & mask();
    }
    std::unique_ptr<Node> taken = std::move(slots_[hole]);
    if (taken == nullptr) {
      return nullptr;
    }
    --size_;
    for (std::size_t i = (hole + 1) & mask(); slots_[i] != nullptr; i = (i + 1) & mask()) {
      const std::size_t home = home_of(slots_[i]->id());
      if (((i - home) & mask()) >= ((i - hole) & mask())) {  // may move back into the hole
        slots_[hole] = std::move(slots_[i]);
        hole = i;
      }
    }
    return taken;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const std::unique_ptr<Node>& slot : slots_) {
      if (slot != nullptr) {
        visit(*slot);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }

  [[nodiscard]] std::size_t home_of(const Id& id) const {
    const std::uint64_t mixed = id.digits().low * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed >> 20) & mask();
  }

  Node& place(std::unique_ptr<Node> node) {
    std::size_t i = home_of(node->id());
    while (slots_[i] != nullptr) {
      i = (i + 1) & mask();
    }
    slots_[i] = std::move(node);
    return *slots_[i];
  }

  void grow(std::size_t slots) {
    std::vector<std::unique_ptr<Node>> before(slots);
    before.swap(slots_);
    for (std::unique_ptr<Node>& node : before) {
      if (node != nullptr) {
        place(std::move(node));
      }
    }
  }

  std::vector<std::unique_ptr<Node>> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace vpclab::fabric
