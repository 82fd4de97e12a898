// world/zones.h - what Amazon's DNS server knows: the names of instances and of the internet's
// hosts (DNS-3…6, DNS-12, CL-19), answered from the control plane's inventory as it is at the
// moment of the question. Reads, and keeps nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/control/inventory.h"
#include "emulator/node/resolver.h"
#include "netstack/app/dns_server.h"
#include "netstack/wire/dns.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::world {

/// The hosts of the internet by their names; names are folded, without the last dot.
struct InternetNames {
  std::function<std::optional<wire::Ipv4Address>(const std::string& name)> address_of;
  std::function<std::string(wire::Ipv4Address address)> name_of;  // empty: nobody
};

/// Seconds that every answer may be kept.
inline constexpr std::uint32_t kDnsTtl = 60;

class Zones {
 public:
  /// Both outlive the zones.
  Zones(const control::Inventory& inventory, const InternetNames& internet)
      : inventory_(inventory), internet_(internet) {}

  /// The answer for `client`; another one may get another (DNS-4).
  [[nodiscard]] app::DnsReply look_up(const node::NameClient& client,
                                      const wire::DnsQuestion& question) const;

 private:
  /// Who asks. Both null: somebody on the internet.
  struct Asker {
    const control::Vpc* vpc = nullptr;
    const control::Instance* classic = nullptr;
    std::string region;  // empty on the internet
  };

  [[nodiscard]] Asker asker(const node::NameClient& client) const;
  [[nodiscard]] std::optional<wire::Ipv4Address> address_of(const Asker& asker,
                                                            const std::string& name) const;
  [[nodiscard]] std::optional<wire::Ipv4Address> address_of_private_name(
      const Asker& asker, wire::Ipv4Address address, std::string_view region) const;
  [[nodiscard]] std::optional<wire::Ipv4Address> address_of_public_name(
      const Asker& asker, wire::Ipv4Address address, std::string_view region) const;
  [[nodiscard]] std::string name_of(const Asker& asker, wire::Ipv4Address address) const;
  [[nodiscard]] const control::Vpc* open_peer_with(const Asker& asker,
                                                   wire::Ipv4Address address) const;
  [[nodiscard]] bool sees_inside(const Asker& asker, const control::Vpc& vpc) const;
  [[nodiscard]] bool is_open_peer(const control::Vpc& vpc,
                                  const control::VpcPeeringConnection& peering) const;

  [[nodiscard]] const std::string& region_of(control::OwnerIndex owner) const {
    return inventory_.owner(owner).region;
  }

  const control::Inventory& inventory_;
  const InternetNames& internet_;
};

}  // namespace vpclab::world
