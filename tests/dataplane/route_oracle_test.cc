// decide.cc against an oracle that reads the rules aloud: no compiled lists, no lookup structure,
// one question after the other as aws-semantics section 17 puts them.
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/dataplane/decide.h"
#include "netstack/base/rng.h"
#include "tests/dataplane/toy_tables.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::ObjectState;

bool entry_matches(const AclEntry& entry, const PacketFacts& facts, bool egress) {
  const wire::Ipv4Address remote = egress ? facts.destination : facts.source;
  if (entry.egress != egress || !entry.remote.contains(remote)) {
    return false;
  }
  if (entry.traffic.protocol == -1) {
    return true;
  }
  if (entry.traffic.protocol != facts.protocol) {
    return false;
  }
  return facts.traffic == TrafficClass::kOther ||
         (entry.traffic.first <= facts.selector && facts.selector <= entry.traffic.last);
}

bool acl_allows(const NetworkAcl& acl, const PacketFacts& facts, bool egress) {
  const AclEntry* first = nullptr;
  for (const AclEntry& entry : acl.entries()) {
    if (entry_matches(entry, facts, egress) && (first == nullptr || entry.number < first->number)) {
      first = &entry;
    }
  }
  return first != nullptr && first->allow;
}

/// FWD-2.1 without the ACL.
Verdict owner_aloud(const VpcTables& tables, wire::Ipv4Address destination) {
  for (const MappedAddress& mapped : tables.addresses) {
    if (mapped.private_address == destination) {
      return tables.interfaces[mapped.interface].state == ObjectState::kUsable
                 ? Verdict{Action::kDeliver, {}, mapped.interface}
                 : Verdict::drop(DropReason::kInstanceNotRunning);
    }
  }
  for (const Subnet& subnet : tables.subnets) {
    const std::uint64_t offset =
        std::uint64_t{destination.to_host_order()} - subnet.cidr.network().to_host_order();
    if (subnet.cidr.contains(destination) && (offset <= 3 || offset + 1 == subnet.cidr.size())) {
      return Verdict::drop(DropReason::kReservedAddress);
    }
  }
  return Verdict::drop(DropReason::kNoSuchHost);
}

Verdict enter_aloud(const VpcTables& tables, const PacketFacts& facts) {
  const Verdict owner = owner_aloud(tables, facts.destination);
  if (owner.action == Action::kDeliver) {
    const Subnet& subnet = tables.subnets[tables.interfaces[owner.target].subnet];
    if (!acl_allows(tables.acls[subnet.acl], facts, false)) {
      return Verdict::drop(DropReason::kNaclIngress);
    }
  }
  return owner;
}

/// FWD-1.8, ACL-7.
Verdict appliance_aloud(const VpcTables& tables, std::uint32_t from, std::uint32_t appliance,
                        const PacketFacts& facts) {
  const Interface& interface = tables.interfaces[appliance];
  if (interface.state != ObjectState::kUsable) {
    return Verdict::drop(DropReason::kInstanceNotRunning);
  }
  const Subnet& subnet = tables.subnets[interface.subnet];
  const bool is_across = interface.subnet != from;
  return is_across && !acl_allows(tables.acls[subnet.acl], facts, false)
             ? Verdict::drop(DropReason::kNaclIngress)
             : Verdict{Action::kDeliver, {}, appliance};
}

Verdict route_aloud(const VpcTables& tables, std::uint32_t from, const PacketFacts& facts) {
  const Subnet& subnet = tables.subnets[tables.interfaces[from].subnet];
  if (subnet.cidr.contains(facts.destination)) {
    return owner_aloud(tables, facts.destination);
  }
  if (!acl_allows(tables.acls[subnet.acl], facts, true)) {
    return Verdict::drop(DropReason::kNaclEgress);
  }
  const Route* best = nullptr;
  for (const Route& route : tables.route_tables[subnet.route_table].routes) {
    if (route.destination.contains(facts.destination) &&
        (best == nullptr || route.destination.length() > best->destination.length())) {
      best = &route;
    }
  }
  if (best == nullptr) {
    return Verdict::drop(DropReason::kNoRoute);
  }
  if (best->state != ObjectState::kUsable) {
    return Verdict::drop(DropReason::kBlackhole);
  }
  switch (best->kind) {
    case TargetKind::kLocal:
      return enter_aloud(tables, facts);
    case TargetKind::kInternetGateway:
      return Verdict{Action::kLeaveByGateway, {}, kNowhere};
    case TargetKind::kPeering:
      return Verdict{Action::kCrossPeering, {}, best->index};
    case TargetKind::kInterface:
      return appliance_aloud(tables, tables.interfaces[from].subnet, best->index, facts);
    case TargetKind::kNatGateway:
    case TargetKind::kClassicLink:
    case TargetKind::kOther:
      break;
  }
  return Verdict::drop(DropReason::kBlackhole);
}

class RandomVpc {
 public:
  explicit RandomVpc(base::Rng& rng) : rng_(rng) {
    tables.cidrs = {testing::prefix("10.1.0.0/24"), testing::prefix("10.9.0.0/26")};
    for (std::uint32_t i = 0; i < 4; ++i) {
      Subnet subnet;
      subnet.cidr = i < 3 ? wire::Ipv4Prefix::of(tables.cidrs[0].at(i * 64), 26) : tables.cidrs[1];
      subnet.route_table = pick(3);
      subnet.acl = pick(3);
      tables.subnets.push_back(subnet);
    }
    for (std::uint32_t i = 0; i < 12; ++i) {
      add_interface(i);
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
      Peering peering;
      peering.state = any_state();
      tables.peerings.push_back(peering);
      tables.acls.push_back(random_acl());
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
      tables.route_tables.push_back(random_table());
    }
    seal(tables);
  }

  wire::Ipv4Address any_address() {
    switch (pick(4)) {
      case 0:
        return tables.addresses[pick(12)].private_address;
      case 1:
        return tables.cidrs[0].at(pick(256));
      case 2:
        return wire::Ipv4Address::from_host_order(0x0a00'0000 + pick(1 << 20));
      default:
        return wire::Ipv4Address::from_host_order(static_cast<std::uint32_t>(rng_.next()));
    }
  }

  PacketFacts any_facts() {
    PacketFacts facts;
    facts.source = any_address();
    facts.destination = any_address();
    constexpr std::array<std::uint8_t, 4> kProtocols = {1, 6, 17, 47};
    facts.protocol = kProtocols[pick(4)];
    facts.traffic = class_of(facts.protocol);
    facts.selector = facts.traffic == TrafficClass::kOther
                         ? facts.protocol
                         : static_cast<std::uint16_t>(pick(4) * 256 + pick(3));
    return facts;
  }

  std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(rng_.below(bound)); }

  VpcTables tables;

 private:
  ObjectState any_state() {
    return pick(4) == 0 ? ObjectState::kPendingAcceptance : ObjectState::kUsable;
  }

  void add_interface(std::uint32_t number) {
    Interface interface;
    interface.subnet = pick(4);
    const Subnet& subnet = tables.subnets[interface.subnet];
    interface.address = subnet.cidr.at(4 + number);
    interface.state = pick(5) == 0 ? ObjectState::kStopped : ObjectState::kUsable;
    tables.interfaces.push_back(interface);
    tables.addresses.push_back({interface.address, {}, number});
  }

  RuleTraffic any_traffic() {
    constexpr std::array<std::int16_t, 5> kProtocols = {-1, 1, 6, 17, 47};
    const auto first = static_cast<std::uint16_t>(pick(4) * 256);
    return RuleTraffic{kProtocols[pick(5)], first, static_cast<std::uint16_t>(first + pick(600))};
  }

  NetworkAcl random_acl() {
    std::vector<AclEntry> entries;
    for (std::uint16_t i = 1; i <= 8; ++i) {
      entries.push_back(AclEntry{i, pick(2) == 0, pick(3) != 0, any_traffic(),
                                 wire::Ipv4Prefix::of(any_address(), static_cast<int>(pick(30)))});
    }
    return NetworkAcl({}, entries);
  }

  RouteTable random_table() {
    RouteTable table;
    for (const wire::Ipv4Prefix& cidr : tables.cidrs) {
      table.routes.push_back(
          Route{cidr, tables.id, TargetKind::kLocal, ObjectState::kUsable, kNowhere});
    }
    for (std::uint32_t i = 0; i < 8; ++i) {
      Route route;
      route.destination = wire::Ipv4Prefix::of(any_address(), static_cast<int>(pick(33)));
      route.state = any_state();
      switch (pick(4)) {
        case 0:
          route.kind = TargetKind::kInternetGateway;
          break;
        case 1:
          route.kind = TargetKind::kPeering;
          route.index = pick(3);
          break;
        case 2:
          route.kind = TargetKind::kInterface;
          route.index = pick(12);
          break;
        default:
          route.kind = TargetKind::kOther;
          break;
      }
      bool is_new = true;  // RT-9: no destination twice
      for (const Route& known : table.routes) {
        is_new = is_new && known.destination != route.destination;
      }
      if (is_new) {
        table.routes.push_back(route);
      }
    }
    return table;
  }

  base::Rng& rng_;
};

TEST(RouteOracle, AgreesOnRandomNetworks) {  // FWD-1, FWD-2, RT-8, RT-15, ACL-2
  base::Rng rng(4, "route-oracle");
  std::array<int, trace::kDropReasonCount> drops{};
  int passed = 0;
  for (int round = 0; round < 300; ++round) {
    RandomVpc vpc(rng);
    for (int probe = 0; probe < 100; ++probe) {
      const PacketFacts facts = vpc.any_facts();
      const std::uint32_t from = vpc.pick(12);
      Counters counters;
      const Verdict decided = route(vpc.tables, from, facts, AclUse::kJudge, counters, NoSteps{});
      ASSERT_EQ(decided, route_aloud(vpc.tables, from, facts));
      ASSERT_EQ(enter(vpc.tables, Entry::kPeering, facts, AclUse::kJudge, counters, NoSteps{}),
                enter_aloud(vpc.tables, facts));
      trace::StepList steps;
      ASSERT_EQ(route(vpc.tables, from, facts, AclUse::kJudge, counters, KeepSteps{steps}),
                decided);
      if (decided.action == Action::kDrop) {
        ++drops[static_cast<std::size_t>(decided.reason)];
        ASSERT_EQ(steps.back().outcome, trace::Outcome::kDenied);
      } else {
        ++passed;
        ASSERT_NE(steps.back().outcome, trace::Outcome::kDenied);
      }
    }
  }
  // The test is worth something only if every outcome occurs.
  EXPECT_GT(passed, 1'000);
  for (const DropReason reason :
       {DropReason::kNaclEgress, DropReason::kNaclIngress, DropReason::kNoRoute,
        DropReason::kBlackhole, DropReason::kNoSuchHost, DropReason::kReservedAddress,
        DropReason::kInstanceNotRunning}) {
    EXPECT_GT(drops[static_cast<std::size_t>(reason)], 10) << to_string(reason);
  }
}

}  // namespace
}  // namespace vpclab::dataplane
