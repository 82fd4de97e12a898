// tests/oracle/random_call.h - random EC2 calls, legal or not, made from the model of the actions:
// members are there by chance; ids, ranges and addresses mostly name what there is, sometimes what
// there is not, and sometimes they are nonsense.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/param_map.h"
#include "netstack/base/rng.h"

namespace vpclab::control {
class Inventory;
}

namespace vpclab::oracle {

class RandomCalls {
 public:
  RandomCalls(base::Rng& rng, const control::Inventory& inventory)
      : rng_(rng), inventory_(inventory) {}

  struct Call {
    std::string action;
    api::ParamMap params;
  };

  /// The next one: mostly changes, now and then a description.
  [[nodiscard]] Call next();

 private:
  void fill(const api::StructureModel& model, const std::string& prefix);
  void fill_member(const api::MemberModel& member, const std::string& name);
  [[nodiscard]] std::string scalar(const api::MemberModel& member);
  [[nodiscard]] std::string text_for(std::string_view name);
  [[nodiscard]] std::string id_for(std::string_view name);
  [[nodiscard]] std::string range();
  [[nodiscard]] std::string address();
  [[nodiscard]] int wanted(const api::MemberModel& member) const;
  [[nodiscard]] std::string one_of(const std::vector<std::string>& list);
  void gather();

  base::Rng& rng_;
  const control::Inventory& inventory_;
  std::string action_;
  api::ParamMap params_;
  std::map<std::string, std::vector<std::string>> ids_;  // by prefix
};

}  // namespace vpclab::oracle
