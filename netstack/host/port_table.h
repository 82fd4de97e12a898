// host/port_table.h - which endpoint stands behind a UDP port or an ICMP echo identifier, and which
// number to give to one that does not mind. Owned by its HostStack; empty it takes no memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "netstack/host/endpoint.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::host {

/// The two name spaces of ports a host has so far.
enum class PortSpace : std::uint8_t { kEcho, kUdp };

class PortTranslation;

class PortTable {
 public:
  /// First and last number handed out to those who do not mind (Linux's default range).
  static constexpr std::uint16_t kEphemeralFirst = 32768;
  static constexpr std::uint16_t kEphemeralLast = 60999;

  /// Puts `endpoint` behind (space, address, port). The unspecified address means all of the
  /// host's addresses; port 0 asks for a free number: ephemeral for UDP, counted from 1 for echo.
  /// Returns the number, or nothing if it is taken (or none is free).
  [[nodiscard]] std::optional<std::uint16_t> bind(PortSpace space, wire::Ipv4Address address,
                                                  std::uint16_t port, Endpoint& endpoint);

  /// From now on ports behind which `translation` (of a host that masquerades) has a flow are not
  /// handed out to those who do not mind: their answers would go to the flow (NAT-13). Null: none.
  void share_with(const PortTranslation* translation) { translation_ = translation; }

  /// Takes back what bind() gave. Nothing happens if it is not there.
  void release(PortSpace space, wire::Ipv4Address address, std::uint16_t port);

  /// Releases every port and tells each endpoint once that the host stopped.
  void release_all();

  /// The endpoint for a packet to (address, port), whether it is bound to that very address or to
  /// all of them (both at once cannot be). Null if there is none.
  [[nodiscard]] Endpoint* find(PortSpace space, wire::Ipv4Address address,
                               std::uint16_t port) const;

 private:
  struct Entry {
    std::uint32_t key;  // space and port: the order of the table
    wire::Ipv4Address address;
    Endpoint* endpoint;
  };

  [[nodiscard]] std::vector<Entry>::const_iterator first_of(std::uint32_t key) const;

  [[nodiscard]] bool is_taken(std::uint32_t key, wire::Ipv4Address address) const;

  [[nodiscard]] std::optional<std::uint16_t> next_free(PortSpace space, wire::Ipv4Address address);

  std::vector<Entry> entries_;  // sorted by (key, address)
  const PortTranslation* translation_ = nullptr;
  std::uint16_t next_udp_ = kEphemeralFirst;
  std::uint16_t next_echo_ = 1;
};

}  // namespace vpclab::host
