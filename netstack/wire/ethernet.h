// wire/ethernet.h - the 14-byte Ethernet II header. Frames carry no frame check sequence and no
// VLAN tag; other types of payload are carried, never read.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/bytes.h"
#include "netstack/wire/mac_address.h"
#include "netstack/wire/parse_error.h"

namespace vpclab::wire {

enum class EtherType : std::uint16_t { kIpv4 = 0x0800, kArp = 0x0806, kIpv6 = 0x86dd };

struct EthernetHeader {
  static constexpr std::size_t kSize = 14;

  MacAddress destination;
  MacAddress source;
  EtherType type = EtherType::kIpv4;

  [[nodiscard]] static Parsed<EthernetHeader> parse(Bytes frame) {
    if (frame.size() < kSize) {
      return tl::unexpected(ParseError::kTooShort);
    }
    return EthernetHeader{MacAddress::load(frame, 0), MacAddress::load(frame, MacAddress::kSize),
                          static_cast<EtherType>(load_be16(frame, 12))};
  }

  /// Writes the header at the front. Pre: at least kSize bytes.
  void emit(MutableBytes frame) const {
    destination.store(frame, 0);
    source.store(frame, MacAddress::kSize);
    store_be16(frame, 12, static_cast<std::uint16_t>(type));
  }

  friend bool operator==(const EthernetHeader&, const EthernetHeader&) = default;
};

}  // namespace vpclab::wire
