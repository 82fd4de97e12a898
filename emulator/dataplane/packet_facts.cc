#include "emulator/dataplane/packet_facts.h"

#include <cstring>

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::dataplane {
namespace {

constexpr std::size_t kMinHeader = wire::Ipv4Header::kMinSize;

/// RFC 1071: the header's 32-bit words, in any byte order, sum to all ones.
bool header_checksum_holds(const std::uint8_t* header, std::size_t size) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size; i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, header + i, sizeof(word));
    sum += word;
  }
  sum = (sum & 0xffff'ffffU) + (sum >> 32);
  sum = (sum & 0xffff'ffffU) + (sum >> 32);
  sum = (sum & 0xffffU) + (sum >> 16);
  sum = (sum & 0xffffU) + (sum >> 16);
  return sum == 0xffff;
}

void read_network_header(Bytes bytes, PacketFacts& facts) {
  facts.source = wire::ipv4_source(bytes);
  facts.destination = wire::ipv4_destination(bytes);
  facts.protocol = bytes[9];
  facts.traffic = class_of(facts.protocol);
  facts.identification = wire::ipv4_identification(bytes);
  const std::uint16_t fragment = load_be16(bytes, 6);
  facts.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) << 3);
  facts.more_fragments = (fragment & 0x2000) != 0;
}

/// Pre: `transport` has 8 bytes if the class is not kOther.
void read_transport(Bytes transport, PacketFacts& facts) {
  switch (facts.traffic) {
    case TrafficClass::kTcp:
    case TrafficClass::kUdp:
      facts.source_port = load_be16(transport, 0);
      facts.destination_port = load_be16(transport, 2);
      facts.selector = facts.destination_port;
      return;
    case TrafficClass::kIcmp:
      facts.selector = load_be16(transport, 0);  // type and code
      facts.source_port = wire::is_icmp_query(static_cast<wire::IcmpType>(transport[0]))
                              ? load_be16(transport, 4)
                              : std::uint16_t{0};
      facts.destination_port = facts.source_port;
      return;
    case TrafficClass::kOther:
      facts.source_port = 0;
      facts.destination_port = 0;
      facts.selector = facts.protocol;
      return;
  }
}

}  // namespace

std::optional<trace::DropReason> read_facts(Bytes bytes, PacketFacts& facts) {
  if (bytes.size() < kMinHeader || (bytes[0] >> 4) != 4) {
    return trace::DropReason::kMalformed;
  }
  const std::size_t header = wire::ipv4_header_size(bytes);
  const std::size_t total = wire::ipv4_total_length(bytes);
  if (header < kMinHeader || header > total || total > bytes.size()) {
    return trace::DropReason::kMalformed;
  }
  if (!header_checksum_holds(bytes.data(), header)) {
    return trace::DropReason::kBadChecksum;
  }
  read_network_header(bytes, facts);
  facts.header_size = static_cast<std::uint8_t>(header);
  facts.tcp_flags = 0;
  if (facts.fragment_offset != 0) {
    facts.source_port = 0;
    facts.destination_port = 0;
    facts.selector = 0;
    return std::nullopt;
  }
  const Bytes transport = bytes.subspan(header, total - header);
  const std::size_t needed = facts.traffic == TrafficClass::kTcp     ? 20
                             : facts.traffic == TrafficClass::kOther ? 0
                                                                     : 8;
  if (transport.size() < needed) {
    return trace::DropReason::kMalformed;
  }
  read_transport(transport, facts);
  if (facts.traffic == TrafficClass::kTcp) {
    facts.tcp_flags = transport[13];
  }
  return std::nullopt;
}

bool read_quoted_facts(Bytes quoted, PacketFacts& facts) {
  if (quoted.size() < kMinHeader || (quoted[0] >> 4) != 4) {
    return false;
  }
  const std::size_t header = wire::ipv4_header_size(quoted);
  if (header < kMinHeader || header + 8 > quoted.size()) {
    return false;
  }
  read_network_header(quoted, facts);
  facts.header_size = static_cast<std::uint8_t>(header);
  if (facts.fragment_offset != 0) {
    return false;  // RFC 1122: no error is sent about a later fragment
  }
  read_transport(quoted.subspan(header, 8), facts);
  return true;
}

Bytes quoted_datagram(Bytes packet, const PacketFacts& facts) {
  if (facts.traffic != TrafficClass::kIcmp || facts.is_later_fragment() ||
      !wire::is_icmp_error(static_cast<wire::IcmpType>(facts.icmp_type())) ||
      packet.size() < facts.header_size + wire::IcmpV4Header::kSize) {
    return {};
  }
  return packet.subspan(facts.header_size + wire::IcmpV4Header::kSize);
}

}  // namespace vpclab::dataplane
