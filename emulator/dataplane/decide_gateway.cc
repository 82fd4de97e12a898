// The decisions of internet gateways.
#include <array>

#include "emulator/dataplane/decide_parts.h"

namespace vpclab::dataplane {
namespace {

using trace::DropReason;
using trace::RuleRef;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

/// The attached gateway, with the interface that a step is about. Null ids where there is none.
RuleRef at_gateway(const VpcTables& tables, const api::ResourceId& interface) {
  RuleRef rule{.scope = interface};
  if (tables.internet_gateway.has_value()) {
    rule.object = *tables.internet_gateway;
  }
  return rule;
}

RuleRef at_gateway(const VpcTables& tables, const MappedAddress& mapping) {
  return at_gateway(tables, tables.interfaces[mapping.interface].id);
}

/// Who has an address: an interface, or the NAT gateway behind it.
api::ResourceId sender_of(const VpcTables& tables, std::uint32_t address) {
  if (address == AddressMap::kNone) {
    return {};
  }
  const Interface& interface = tables.interfaces[tables.addresses[address].interface];
  return interface.nat_gateway == kNowhere
             ? api::ResourceId(interface.id)
             : api::ResourceId(tables.nat_gateways[interface.nat_gateway].id);
}

}  // namespace

const Ipv4Prefix* private_block(Ipv4Address address, bool rfc1918_only) {
  static constexpr std::array<Ipv4Prefix, 5> kBlocks = {
      Ipv4Prefix::of(Ipv4Address::of(10, 0, 0, 0), 8),
      Ipv4Prefix::of(Ipv4Address::of(172, 16, 0, 0), 12),
      Ipv4Prefix::of(Ipv4Address::of(192, 168, 0, 0), 16),
      Ipv4Prefix::of(Ipv4Address::of(100, 64, 0, 0), 10),
      Ipv4Prefix::of(Ipv4Address::of(169, 254, 0, 0), 16)};
  for (std::size_t i = 0; i < (rfc1918_only ? 3U : kBlocks.size()); ++i) {
    if (kBlocks[i].contains(address)) {
      return &kBlocks[i];
    }
  }
  return nullptr;
}

template <class Recorder>
Translation leave_by_gateway(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t found = tables.owners.find(facts.source);
  if (found == AddressMap::kNone || tables.addresses[found].public_address.is_unspecified()) {
    return refuse_translation(at_gateway(tables, sender_of(tables, found)), nullptr,
                              DropReason::kIgwNoPublicIp, recorder);
  }
  const MappedAddress& mapping = tables.addresses[found];
  if (const Ipv4Prefix* block = private_block(facts.destination, false)) {
    return refuse_translation(at_gateway(tables, mapping), block, DropReason::kIgwPrivateDst,
                              recorder);
  }
  return translate(at_gateway(tables, mapping), mapping.public_address, recorder);
}

template <class Recorder>
Translation enter_by_gateway(const VpcTables& tables, const PacketFacts& facts, Recorder recorder) {
  const std::uint32_t found = tables.public_owners.find(facts.destination);
  if (found == AddressMap::kNone) {
    return refuse_translation(at_gateway(tables, api::ResourceId{}), nullptr,
                              DropReason::kIgwUnmapped, recorder);
  }
  const MappedAddress& mapping = tables.addresses[found];
  if (const Ipv4Prefix* block = private_block(facts.source, true)) {  // IGW-6
    return refuse_translation(at_gateway(tables, mapping), block, DropReason::kIgwPrivateSrc,
                              recorder);
  }
  return translate(at_gateway(tables, mapping), mapping.private_address, recorder);
}

template Translation leave_by_gateway(const VpcTables&, const PacketFacts&, NoSteps);
template Translation leave_by_gateway(const VpcTables&, const PacketFacts&, KeepSteps);
template Translation enter_by_gateway(const VpcTables&, const PacketFacts&, NoSteps);
template Translation enter_by_gateway(const VpcTables&, const PacketFacts&, KeepSteps);

}  // namespace vpclab::dataplane
