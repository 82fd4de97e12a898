// control/inventory_findings.h - what Inventory::check() found broken, as sentences; and the parts
// of that check that have files of their own.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vpclab::control {

class Inventory;

class Findings {
 public:
  /// Notes `sentence` of a resource, unless what it denies holds.
  template <class Id>
  void expect(bool holds, const Id& id, std::string_view sentence) {
    if (!holds) {
      sentences_.push_back(id.text() + ": " + std::string(sentence));
    }
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(sentences_); }

 private:
  std::vector<std::string> sentences_;
};

template <class Id>
[[nodiscard]] bool lists_once(const std::vector<Id>& ids, const Id& id) {
  return std::count(ids.begin(), ids.end(), id) == 1;
}

/// EC2-Classic and ClassicLink: inventory_check_classic.cc.
void check_classic(const Inventory& inventory, Findings& findings);

}  // namespace vpclab::control
