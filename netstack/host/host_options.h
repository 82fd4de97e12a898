// host/host_options.h - what differs from host to host: addresses, initial TTL, forwarding, limits.
// Plain values, checked by whoever makes them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::host {

/// One network interface as its owner describes it.
struct InterfaceConfig {
  wire::MacAddress mac;
  wire::Ipv4Address address;                 // primary
  wire::Ipv4Prefix subnet;                   // what is on the link
  std::optional<wire::Ipv4Address> gateway;  // next hop for everything else
  std::uint16_t mtu = 9001;                  // MTU-1; the whole IP packet; 68 at least (RFC 791)
  std::vector<wire::Ipv4Address> secondary;  // further addresses of the same interface
};

/// A route beside those that follow from the interfaces.
struct HostRoute {
  wire::Ipv4Prefix prefix;
  std::optional<wire::Ipv4Address> gateway;  // nothing: the destinations are on the link
  std::uint8_t interface = 0;

  friend bool operator==(const HostRoute&, const HostRoute&) = default;
};

/// How a host behaves. The limits bound what strangers can make it remember.
struct HostOptions {
  std::uint8_t initial_ttl = 127;  // INST-7: by operating system image
  bool ip_forward = false;         // passes on what is not for it
  bool masquerade = false;         // forwards under its own address (NAT-13)
  bool answer_echo = true;         // RFC 1122 3.2.2.6
  /// Packets with the source address of a further interface use that interface's routes, as the
  /// images with ec2-net-utils configure it.
  bool route_by_source = true;
  std::uint16_t arp_entries_max = 1024;
  std::uint16_t arp_pending_per_address_max = 128;
  std::uint16_t arp_pending_max = 1024;
  std::uint16_t reassembly_datagrams_max = 64;
  std::uint32_t reassembly_bytes_max = 4U << 20;
  std::uint16_t path_mtu_entries_max = 256;
};

}  // namespace vpclab::host
