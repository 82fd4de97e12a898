#include "emulator/dataplane/packet_facts.h"

#include <array>
#include <bit>
#include <cstring>

#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::dataplane {
namespace {

constexpr std::size_t kMinHeader = wire::Ipv4Header::kMinSize;

/// Four bytes in network order as a number.
inline std::uint32_t word_at(const std::uint8_t* bytes) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return std::endian::native == std::endian::little ? __builtin_bswap32(word) : word;
}

/// RFC 1071: the header's words sum to all ones. `words` are its first 20 bytes as numbers.
inline bool header_checksum_holds(const std::array<std::uint32_t, 5>& words,
                                  const std::uint8_t* options, std::size_t options_size) {
  std::uint64_t sum = std::uint64_t{words[0]} + words[1] + words[2] + words[3] + words[4];
  for (std::size_t i = 0; i < options_size; i += 4) {
    sum += word_at(options + i);
  }
  sum = (sum & 0xffff'ffffU) + (sum >> 32);
  sum = (sum & 0xffffU) + (sum >> 16);
  sum = (sum & 0xffffU) + (sum >> 16);
  return sum == 0xffff;
}

/// Pre: `words` are the first 20 bytes of an IPv4 header.
inline void read_network_header(const std::array<std::uint32_t, 5>& words, PacketFacts& facts) {
  facts.identification = static_cast<std::uint16_t>(words[1] >> 16);
  facts.fragment_offset = static_cast<std::uint16_t>((words[1] & 0x1fff) << 3);
  facts.more_fragments = (words[1] & 0x2000) != 0;
  facts.protocol = static_cast<std::uint8_t>(words[2] >> 16);
  facts.traffic = class_of(facts.protocol);
  facts.source = wire::Ipv4Address::from_host_order(words[3]);
  facts.destination = wire::Ipv4Address::from_host_order(words[4]);
}

inline std::array<std::uint32_t, 5> header_words(const std::uint8_t* bytes) {
  return {word_at(bytes), word_at(bytes + 4), word_at(bytes + 8), word_at(bytes + 12),
          word_at(bytes + 16)};
}

/// Pre: `transport` has 8 bytes if the class is not kOther.
inline void read_transport(const std::uint8_t* transport, PacketFacts& facts) {
  if (facts.traffic == TrafficClass::kOther) {
    facts.source_port = 0;
    facts.destination_port = 0;
    facts.selector = facts.protocol;
    return;
  }
  const std::uint32_t first = word_at(transport);
  if (facts.traffic != TrafficClass::kIcmp) {
    facts.source_port = static_cast<std::uint16_t>(first >> 16);
    facts.destination_port = static_cast<std::uint16_t>(first & 0xffff);
    facts.selector = facts.destination_port;
    return;
  }
  facts.selector = static_cast<std::uint16_t>(first >> 16);  // type and code
  const auto type = static_cast<wire::IcmpType>(first >> 24);
  facts.source_port = wire::is_icmp_query(type)
                          ? static_cast<std::uint16_t>(word_at(transport + 4) >> 16)
                          : std::uint16_t{0};
  facts.destination_port = facts.source_port;
}

/// How much of a transport header a filter must see.
inline std::size_t transport_minimum(TrafficClass traffic) {
  return traffic == TrafficClass::kTcp ? 20 : traffic == TrafficClass::kOther ? 0 : 8;
}

}  // namespace

std::optional<trace::DropReason> read_facts(Bytes bytes, PacketFacts& facts) {
  if (bytes.size() < kMinHeader) {
    return trace::DropReason::kMalformed;
  }
  const std::array<std::uint32_t, 5> words = header_words(bytes.data());
  const std::size_t header = ((words[0] >> 24) & 0x0f) * 4;
  const std::size_t total = words[0] & 0xffff;
  if ((words[0] >> 28) != 4 || header < kMinHeader || header > total || total > bytes.size()) {
    return trace::DropReason::kMalformed;
  }
  if (!header_checksum_holds(words, bytes.data() + kMinHeader, header - kMinHeader)) {
    return trace::DropReason::kBadChecksum;
  }
  read_network_header(words, facts);
  facts.header_size = static_cast<std::uint8_t>(header);
  facts.tcp_flags = 0;
  if (facts.fragment_offset != 0) {
    facts.source_port = 0;
    facts.destination_port = 0;
    facts.selector = 0;
    return std::nullopt;
  }
  if (total - header < transport_minimum(facts.traffic)) {
    return trace::DropReason::kMalformed;
  }
  read_transport(bytes.data() + header, facts);
  if (facts.traffic == TrafficClass::kTcp) {
    facts.tcp_flags = bytes[header + 13];
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
  read_network_header(header_words(quoted.data()), facts);
  facts.header_size = static_cast<std::uint8_t>(header);
  if (facts.fragment_offset != 0) {
    return false;  // RFC 1122: no error is sent about a later fragment
  }
  read_transport(quoted.data() + header, facts);
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
