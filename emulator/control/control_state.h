// control/control_state.h - all that the control plane remembers, and the options it was made with.
// Owned by ControlPlane; nouns change it through a Call or when a transition is due.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/api/timestamp.h"
#include "emulator/control/address_pool.h"
#include "emulator/control/client_tokens.h"
#include "emulator/control/id_source.h"
#include "emulator/control/inventory.h"
#include "emulator/control/knobs.h"
#include "emulator/control/quotas.h"
#include "emulator/control/transitions.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::control {

struct ControlOptions {
  std::uint64_t seed = 1;
  Quotas quotas;
  Knobs knobs;
  /// CLC-7: the accounts whose platforms are EC2 and VPC, in the regions that ever had EC2-Classic;
  /// every other account's is VPC alone.
  std::set<std::string, std::less<>> classic_accounts;
  /// What SimTime{} is called in responses: 2024-01-01T00:00:00Z.
  api::Timestamp epoch{1'704'067'200'000};
  /// Where public addresses come from, in this order: none that the internet model uses.
  std::vector<wire::Ipv4Prefix> public_pools{
      wire::Ipv4Prefix::of(wire::Ipv4Address::of(203, 0, 113, 128), 25),
      wire::Ipv4Prefix::of(wire::Ipv4Address::of(198, 18, 0, 0), 15)};
};

/// One resource that left one state for another: `provisioning` -> `active`.
struct StateChange {
  SimTime at{};
  api::ResourceId resource;
  std::string_view from;
  std::string_view to;
};

/// Something that was done although AWS, at least in some years, would have refused it.
struct Warning {
  SimTime at{};
  api::ResourceId resource;
  std::string_view rule;  // "VPC-10"
  std::string message;    // a sentence
};

struct ControlState {
  explicit ControlState(ControlOptions options_given)
      : options(std::move(options_given)),
        ids(options.seed),
        public_pool(options.seed, "control/public-pool", options.public_pools) {}

  ControlOptions options;
  Inventory inventory;
  IdSource ids;
  Transitions transitions;
  AddressPool public_pool;
  std::map<std::uint32_t, AddressPool> classic_pools;  // by region number, made when first needed
  ClientTokens client_tokens;
  std::vector<Warning> warnings;  // until somebody takes them
  SimTime now = SimTime::min();   // of the call or the transition under way
  std::function<void(const StateChange&)> listener;

  void warn(const api::ResourceId& resource, std::string_view rule, std::string message) {
    warnings.push_back({now, resource, rule, std::move(message)});
  }

  /// The next public address that nobody uses, if there is one.
  [[nodiscard]] std::optional<wire::Ipv4Address> next_public() {
    return public_pool.next(
        [this](wire::Ipv4Address address) { return !inventory.public_in_use(address); });
  }

  /// Tells who listens, if anybody does.
  void tell(const api::ResourceId& resource, std::string_view from, std::string_view to) const {
    if (listener) {
      listener({now, resource, from, to});
    }
  }
};

}  // namespace vpclab::control
