#include "emulator/scenario/quota_ceilings.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/scenario/settings.h"

namespace vpclab::scenario {
namespace {

using SetQuota = std::pair<Text, Located<std::int64_t>>;

constexpr std::string_view kGroups = "security_groups_per_interface";
constexpr std::string_view kRules = "rules_per_security_group";
constexpr std::int64_t kMostGroupRules = 1'000;

struct Ceiling {
  std::string_view quota;
  std::int64_t most;
};

constexpr std::array<Ceiling, 3> kCeilings{{
    {kGroups, 16},
    {"entries_per_network_acl", 40},
    {"active_peering_connections_per_vpc", 125},
}};

void warn(Diagnostics& diagnostics, const Mark& mark, std::string message) {
  diagnostics.add(
      Diagnostic{mark,
                 {},
                 std::move(message),
                 "it holds here, for what is measured or taught; no account of AWS has it",
                 true});
}

/// The last of the two quotas that was set; null: neither.
const SetQuota* last_of_groups_and_rules(const Scenario& scenario) {
  const SetQuota* last = nullptr;
  for (const SetQuota& quota : scenario.quotas) {
    if (quota.first.value == kGroups || quota.first.value == kRules) {
      last = &quota;
    }
  }
  return last;
}

}  // namespace

void warn_of_ceilings(const Scenario& scenario, Diagnostics& diagnostics) {
  for (const SetQuota& quota : scenario.quotas) {
    for (const Ceiling& ceiling : kCeilings) {
      if (quota.first.value == ceiling.quota && quota.second.value > ceiling.most) {
        warn(diagnostics, quota.second.mark,
             "AWS raises '" + quota.first.value + "' to " + std::to_string(ceiling.most) +
                 " at most");
      }
    }
  }
  if (const SetQuota* last = last_of_groups_and_rules(scenario)) {
    const control::Quotas quotas = quotas_of(scenario);
    const std::int64_t product = std::int64_t{quotas.security_groups_per_interface} *
                                 std::int64_t{quotas.rules_per_security_group};
    if (product > kMostGroupRules) {
      warn(diagnostics, last->second.mark,
           "AWS lets '" + std::string(kGroups) + "' times '" + std::string(kRules) + "' be " +
               std::to_string(kMostGroupRules) + " at most, and here it is " +
               std::to_string(product));
    }
  }
}

}  // namespace vpclab::scenario
