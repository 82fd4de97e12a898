#include "emulator/scenario/owners.h"

#include <algorithm>

namespace vpclab::scenario {
namespace {

std::string account_of(const Scenario& scenario, std::string_view account) {
  const auto named = scenario.accounts.find(std::string(account));
  return named == scenario.accounts.end() ? std::string(account) : named->second;
}

}  // namespace

control::Caller default_caller(const Scenario& scenario) {
  return control::Caller{scenario.account, scenario.region.value};
}

control::Caller owner_of_vpc(const Scenario& scenario, std::string_view vpc) {
  const auto found = std::find_if(scenario.vpcs.begin(), scenario.vpcs.end(),
                                  [vpc](const Vpc& other) { return other.name.value == vpc; });
  return found == scenario.vpcs.end() ? default_caller(scenario)
                                      : caller_of(scenario, found->account, found->region);
}

control::Caller caller_of(const Scenario& scenario, const std::optional<Text>& account,
                          const std::optional<Text>& region) {
  control::Caller caller = default_caller(scenario);
  if (account.has_value()) {
    caller.account = account_of(scenario, account->value);
  }
  if (region.has_value()) {
    caller.region = region->value;
  }
  return caller;
}

control::Caller caller_of(const Scenario& scenario, std::string_view as) {
  const bool is_vpc = std::any_of(scenario.vpcs.begin(), scenario.vpcs.end(),
                                  [as](const Vpc& vpc) { return vpc.name.value == as; });
  if (is_vpc) {
    return owner_of_vpc(scenario, as);
  }
  const std::size_t slash = as.find('/');
  control::Caller caller = default_caller(scenario);
  caller.account = account_of(scenario, as.substr(0, slash));
  if (slash != std::string_view::npos) {
    caller.region = as.substr(slash + 1);
  }
  return caller;
}

}  // namespace vpclab::scenario
