// benchmarks/networks.h - the networks of the workloads, built through the control plane in the AWS
// CLI's own spelling. All are legal on AWS (quotas apart).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/reply.h"
#include "emulator/node/guest.h"
#include "emulator/world/world.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::benchmarks {

/// A network and who pings whom in it.
struct Network {
  std::unique_ptr<world::World> world;
  node::Guest* sender = nullptr;
  std::vector<wire::Ipv4Address> destinations;
  std::uint64_t hosts = 0;
  std::uint64_t crossings_per_exchange = 0;  // of links: packet-hops
};

struct NetworkOptions {
  std::uint64_t appliances = 1;  // of `appliances`
  std::uint64_t hosts = 1000;    // of `star`
  bool judge_anew = false;       // every packet is judged by every rule
};

/// Two instances over one peering connection: six crossings an exchange.
[[nodiscard]] Network make_peering(const NetworkOptions& options);

/// Forwarding instances between two others, each in its own subnet (RT-11): 4 (R + 1) crossings.
[[nodiscard]] Network make_appliances(const NetworkOptions& options);

/// VPCs of up to 1,000 instances each, all peered with a hub whose instance pings them in turn.
[[nodiscard]] Network make_star(const NetworkOptions& options);

}  // namespace vpclab::benchmarks
