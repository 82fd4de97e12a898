#include "netstack/wire/arp.h"

#include "netstack/wire/ethernet.h"

namespace vpclab::wire {
namespace {

constexpr std::uint16_t kHardwareEthernet = 1;
constexpr std::size_t kHardwareType = 0;
constexpr std::size_t kProtocolType = 2;
constexpr std::size_t kHardwareSize = 4;
constexpr std::size_t kProtocolSize = 5;
constexpr std::size_t kOperation = 6;
constexpr std::size_t kSenderMac = 8;
constexpr std::size_t kSenderIp = 14;
constexpr std::size_t kTargetMac = 18;
constexpr std::size_t kTargetIp = 24;

}  // namespace

Parsed<ArpPacket> ArpPacket::parse(Bytes bytes) {
  if (bytes.size() < kSize) {
    return tl::unexpected(ParseError::kTooShort);
  }
  const auto operation = static_cast<ArpOperation>(load_be16(bytes, kOperation));
  if (load_be16(bytes, kHardwareType) != kHardwareEthernet ||
      load_be16(bytes, kProtocolType) != static_cast<std::uint16_t>(EtherType::kIpv4) ||
      bytes[kHardwareSize] != MacAddress::kSize || bytes[kProtocolSize] != 4 ||
      (operation != ArpOperation::kRequest && operation != ArpOperation::kReply)) {
    return tl::unexpected(ParseError::kUnsupported);
  }
  return ArpPacket{operation, MacAddress::load(bytes, kSenderMac),
                   Ipv4Address::from_host_order(load_be32(bytes, kSenderIp)),
                   MacAddress::load(bytes, kTargetMac),
                   Ipv4Address::from_host_order(load_be32(bytes, kTargetIp))};
}

void ArpPacket::emit(MutableBytes bytes) const {
  store_be16(bytes, kHardwareType, kHardwareEthernet);
  store_be16(bytes, kProtocolType, static_cast<std::uint16_t>(EtherType::kIpv4));
  bytes[kHardwareSize] = MacAddress::kSize;
  bytes[kProtocolSize] = 4;
  store_be16(bytes, kOperation, static_cast<std::uint16_t>(operation));
  sender_mac.store(bytes, kSenderMac);
  store_be32(bytes, kSenderIp, sender_ip.to_host_order());
  target_mac.store(bytes, kTargetMac);
  store_be32(bytes, kTargetIp, target_ip.to_host_order());
}

}  // namespace vpclab::wire
