#include "emulator/capture/tap_frame.h"

#include <algorithm>

#include "emulator/trace/explain.h"
#include "netstack/wire/ethernet.h"

namespace vpclab::capture {
namespace {

using Side = trace::Tap::Side;

/// What translates between private and public addresses.
std::string_view edge_of(api::ResourceKind kind) {
  switch (kind) {
    case api::ResourceKind::kNatGateway:
      return "NAT gateway ";
    case api::ResourceKind::kClassicNetwork:
      return "edge of ";
    default:
      return "internet gateway ";
  }
}

}  // namespace

std::string tap_name(const trace::Tap& tap) {
  std::string id = to_string(tap.element);
  switch (tap.side) {
    case Side::kGuest:
    case Side::kRouter:
    case Side::kCrossing:
    case Side::kInternet:
      return id;
    case Side::kFilter:
    case Side::kInside:
    case Side::kOutside:
    case Side::kLink:
    case Side::kClassicLink:
      return id + " " + std::string(trace::to_string(tap.side));
  }
  return id;
}

std::string tap_description(const trace::Tap& tap, const trace::NameDirectory& names) {
  std::string name = names.name_of(tap.element);
  if (name.empty()) {
    name = to_string(tap.element);
  }
  switch (tap.side) {
    case Side::kGuest:
      return name + ", inside the guest";
    case Side::kFilter:
      return name + ", outside the guest: source/destination check and groups";
    case Side::kRouter:
      return "router of " + name + ": network ACLs and route tables";
    case Side::kCrossing:
      return "peering connection " + name;
    case Side::kInside:
      return std::string(edge_of(tap.element.kind())) + name + ", private addresses";
    case Side::kOutside:
      return std::string(edge_of(tap.element.kind())) + name + ", public addresses";
    case Side::kInternet:
      return "internet: " + name;
    case Side::kLink:
      return "link to " + name;
    case Side::kClassicLink:
      return name + ", outside the guest: ClassicLink and its groups";
  }
  return name;
}

wire::MacAddress tap_mac(const trace::Tap& tap, bool near) {
  // The id's last 32 bits tell elements apart for the reader; the last octet says which side.
  const std::uint64_t element = tap.element.digits().low & 0xffff'ffffU;
  const std::uint64_t side = static_cast<std::uint64_t>(tap.side) * 2 + (near ? 0 : 1);
  return wire::MacAddress::from_integer((std::uint64_t{0x02} << 40) | (element << 8) | side);
}

Bytes frame_of(const trace::TraceEvent& event, std::vector<std::uint8_t>& scratch) {
  if (event.ethernet) {
    return event.bytes;
  }
  const bool out = event.direction == trace::Direction::kOut;
  scratch.resize(wire::EthernetHeader::kSize + event.bytes.size());
  wire::EthernetHeader{tap_mac(event.tap, !out), tap_mac(event.tap, out), wire::EtherType::kIpv4}
      .emit(scratch);
  std::copy(event.bytes.begin(), event.bytes.end(),
            scratch.begin() + static_cast<std::ptrdiff_t>(wire::EthernetHeader::kSize));
  return scratch;
}

std::string comment_of(const trace::TraceEvent& event, const trace::NameDirectory& names) {
  if (event.kind == trace::EventKind::kDropped) {
    const trace::Explanation why = trace::explain(event, names);
    return "DROPPED " + std::string(trace::to_string(why.reason)) + " (" + std::string(why.code) +
           "): " + why.sentence;
  }
  return event.steps == nullptr ? std::string() : trace::brief(*event.steps);
}

}  // namespace vpclab::capture
