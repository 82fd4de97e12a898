// trace/traffic.h - a packet in the words of rules: what a security group or an ACL entry would
// have to name to match it. Reads whatever bytes there are; they may be cut short or wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::trace {

struct Traffic {
  std::optional<wire::Ipv4Address> source;  // absent if the bytes hold no IPv4 (or ARP) addresses
  std::optional<wire::Ipv4Address> destination;
  std::string what;  // "icmp type 8 code 0", "udp port 33434", "tcp port 22", "protocol 47", …
  bool is_later_fragment = false;
};

/// `packet` begins with the IPv4 header. A fragment behind the first has no ports and says so.
[[nodiscard]] Traffic read_traffic(Bytes packet);

/// `frame` begins with an Ethernet header and holds IPv4 or ARP (asker and asked-for address).
[[nodiscard]] Traffic read_frame_traffic(Bytes frame);

}  // namespace vpclab::trace
