// The oracle's NAT gateways: FWD-5, NAT-*. Which port a gateway takes is its own affair: the oracle
// takes it over from what it saw, and checks that it may be that one.
#include <fmt/format.h>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

constexpr Seconds kIdle{350};  // NAT-5
constexpr Seconds kHaze{0.5};

int remote_number(const Packet& packet, bool leaving) {
  if (packet.protocol == kIcmp) {
    return 0;
  }
  return leaving ? packet.destination_port : packet.source_port;
}

}  // namespace

/// NAT-3: what is wrong with the port, or nothing.
std::string Oracle::check_port(const Walk& walk, const NatGateway& nat, int port) const {
  const Packet& packet = walk.packet;
  if (packet.protocol != kIcmp && (port < 1024 || port > 65535)) {
    return fmt::format("port {} is not in 1024-65535", port);
  }
  for (const NatFlow& flow : nat_flows_) {
    if (flow.nat != nat.id || flow.protocol != packet.protocol ||
        flow.remote != packet.destination || flow.remote_number != remote_number(packet, true) ||
        walk.now - flow.last > kIdle - kHaze) {
      continue;
    }
    const bool same = flow.client == packet.source && flow.client_number == packet.source_number();
    if (same && flow.port != port && packet.protocol != kTcp) {
      return fmt::format("the flow had port {} and gets {}", flow.port, port);
    }
    if (!same && flow.port == port && packet.protocol != kTcp) {
      return fmt::format("port {} is another flow's", port);
    }
  }
  return {};
}

/// TTL-4: from its private address.
void Oracle::tell_of_ttl(Walk& walk, const NatGateway& nat) const {
  walk.step("ttl", "denied", nat.id).says = "NAT-7, TTL-4";
  walk.drop("TTL_EXPIRED", nat.id);
  walk.tell({nat.id, nat.address, walk.packet.source, 11, 0, 0});
}

/// NAT-4, and SG-27 where a later fragment of UDP comes. True: nothing else is to be done with it.
bool Oracle::refuses_at_nat(Walk& walk, const NatGateway& nat, bool leaving) {
  Packet& packet = walk.packet;
  if (!packet.is_fragment()) {
    return false;
  }
  if (packet.protocol != kUdp) {
    walk.step("translation", "denied", nat.id).says = "NAT-4";
    walk.drop("NAT_FRAGMENT", nat.id);
    return true;
  }
  if (packet.offset == 0) {
    return false;
  }
  const Datagram* first = shared(walk, nat.id + (leaving ? " out" : " in"));
  if (first == nullptr || !walk.by_nat.empty()) {
    walk.fate.is_open = true;
    return true;
  }
  (leaving ? packet.source : packet.destination) = first->address;
  --packet.ttl;
  walk.by_nat = nat.id;
  leave_subnet(walk, *find(network_.subnets, nat.subnet));
  return true;
}

void Oracle::enter_nat(Walk& walk, const NatGateway& nat, const Subnet& from) {
  const Subnet& subnet = *find(network_.subnets, nat.subnet);
  Packet& packet = walk.packet;
  if (from.id != subnet.id && !ask_acl(walk, subnet, false)) {  // NAT-6, ACL-16
    return walk.drop("NACL_INGRESS", subnet.vpc);
  }
  if (!find(network_.vpcs, nat.vpc)->contains(packet.source)) {
    walk.step("translation", "denied", nat.id).says = "NAT-10";
    return walk.drop("NAT_SRC_NOT_IN_VPC", nat.id);
  }
  if (packet.protocol != kIcmp && packet.protocol != kTcp && packet.protocol != kUdp) {
    walk.step("translation", "denied", nat.id).says = "NAT-4";
    return walk.drop("NAT_PROTO", nat.id);
  }
  if (packet.ttl <= 1) {  // FWD-5
    return tell_of_ttl(walk, nat);
  }
  if (refuses_at_nat(walk, nat, true)) {
    return;
  }
  if (!walk.by_nat.empty()) {
    chained_.insert(walk.by_nat);
    chained_.insert(nat.id);
  }
  if (!walk.by_nat.empty() || (packet.protocol == kIcmp && !packet.is_query()) ||
      (packet.protocol == kTcp && !packet.opens)) {
    walk.fate.is_open = true;  // from one to the other, or in the middle of a flow: not told
    return;
  }
  const int port = walk.witness.port(nat.id);
  const std::string wrong = check_port(walk, nat, port);
  if (!wrong.empty()) {
    walk.step("port", "denied", nat.id).says = wrong;
    return walk.drop("another port", nat.id);
  }
  nat_flows_.insert(nat_flows_.begin(),
                    {nat.id, packet.protocol, packet.source, packet.source_number(),
                     packet.destination, remote_number(packet, true), port, walk.now});
  Step& step = walk.step("translation", "translated", nat.id);
  step.range = text(nat.address) + "/32";
  step.says = fmt::format("NAT-3: port {}", port);
  if (packet.is_fragment()) {
    share(walk, nat.id + " out", true, nat.address);
  }
  packet.source = nat.address;
  --packet.ttl;  // NAT-7
  (packet.protocol == kIcmp ? packet.identifier : packet.source_port) = port;
  walk.by_nat = nat.id;
  leave_subnet(walk, subnet);
}

/// PCX-23, CL-16: from a peer or a linked instance. Nobody there is known to a NAT gateway (NAT-8).
void Oracle::enter_from_afar(Walk& walk, const Vpc& vpc) {
  const NatGateway* nat = network_.nat_at(vpc.id, walk.packet.destination);
  if (nat == nullptr) {
    return enter_vpc(walk, vpc, nullptr);
  }
  if (!ask_acl(walk, *find(network_.subnets, nat->subnet), false)) {
    return walk.drop("NACL_INGRESS", vpc.id);
  }
  walk.step("translation", "denied").says = "NAT-8";
  walk.drop("NAT_NO_STATE", vpc.id);
}

/// NAT-7: for the gateway's own address: an answer, or nobody's.
void Oracle::return_by_nat(Walk& walk, const NatGateway& nat, const Subnet* from) {
  const Subnet& subnet = *find(network_.subnets, nat.subnet);
  Packet& packet = walk.packet;
  if ((from == nullptr || from->id != subnet.id) && !ask_acl(walk, subnet, false)) {
    return walk.drop("NACL_INGRESS", subnet.vpc);
  }
  if (packet.is_fragment() && packet.ttl <= 1) {
    walk.fate.is_open = true;  // for one reason or the other
    return;
  }
  if (refuses_at_nat(walk, nat, false)) {
    return;
  }
  if (packet.is_error() ||
      (packet.protocol == kIcmp && !packet.is_query() && !packet.is_answer())) {
    walk.fate.is_open = true;
    return;
  }
  NatFlow* known = nullptr;
  for (NatFlow& flow : nat_flows_) {
    if (flow.nat == nat.id && flow.protocol == packet.protocol && flow.remote == packet.source &&
        flow.remote_number == remote_number(packet, false) &&
        flow.port == packet.destination_number() && !packet.is_query()) {
      known = &flow;
      break;
    }
  }
  const Seconds idle = known == nullptr ? kIdle * 2 : walk.now - known->last;
  const bool is_doubtful = known != nullptr && (packet.protocol == kTcp || idle > kIdle - kHaze) &&
                           idle < kIdle + kHaze;  // a reset may have ended it
  if (idle > kIdle + kHaze || (is_doubtful && walk.witness.port(nat.id) < 0)) {
    walk.fate.is_open = is_doubtful || chained_.contains(nat.id);
    walk.step("translation", "denied", nat.id).says = "NAT-3: no flow";
    return walk.drop("NAT_NO_STATE", nat.id);
  }
  if (packet.ttl <= 1) {
    walk.fate.is_open = is_doubtful;
    return tell_of_ttl(walk, nat);
  }
  known->last = walk.now;
  if (packet.is_fragment()) {
    share(walk, nat.id + " in", true, known->client);
  }
  Step& step = walk.step("translation", "translated", nat.id);
  step.range = text(known->client) + "/32";
  step.says = "FWD-5: back to the client";
  packet.destination = known->client;
  --packet.ttl;
  (packet.protocol == kIcmp ? packet.identifier : packet.destination_port) = known->client_number;
  walk.by_nat = nat.id;
  leave_subnet(walk, subnet);
}

}  // namespace vpclab::oracle
