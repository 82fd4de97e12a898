#include "emulator/world/zones.h"

#include <array>
#include <charconv>

#include "emulator/control/region.h"

namespace vpclab::world {
namespace {

using app::DnsReply;
using control::Instance;
using control::NetworkInterface;
using control::Vpc;
using control::VpcPeeringConnection;
using wire::DnsName;
using wire::DnsQuestion;
using wire::DnsRcode;
using wire::DnsRecord;
using wire::DnsType;
using wire::Ipv4Address;

/// Names that the internet's standing hosts have in the world.
struct WellKnown {
  std::string_view name;
  Ipv4Address address;
};

constexpr std::array<WellKnown, 2> kWellKnown{{{"dns.google", Ipv4Address::of(8, 8, 8, 8)},
                                               {"one.one.one.one", Ipv4Address::of(1, 1, 1, 1)}}};

/// What stands before a region's domain for the metadata service.
constexpr std::string_view kMetadataLabel = "instance-data";
constexpr Ipv4Address kMetadataAddress = Ipv4Address::of(169, 254, 169, 254);

/// `ip-10-1-2-3` with the prefix "ip-": 10.1.2.3.
std::optional<Ipv4Address> dashed_address(std::string_view label, std::string_view prefix) {
  if (!label.starts_with(prefix)) {
    return std::nullopt;
  }
  std::string text(label.substr(prefix.size()));
  for (char& c : text) {
    if (c == '.') {
      return std::nullopt;
    }
    c = c == '-' ? '.' : c;
  }
  const auto address = Ipv4Address::parse(text);
  return address ? std::optional(*address) : std::nullopt;
}

/// The region whose instances' private names end with a domain.
std::string_view region_of_private_domain(std::string_view domain) {
  for (const control::Region& region : control::all_regions()) {
    if (control::private_domain(region.name) == domain) {
      return region.name;
    }
  }
  return {};
}

/// The same for public names: `compute-1.amazonaws.com`, `eu-west-1.compute.amazonaws.com`.
std::string_view region_of_public_domain(std::string_view domain) {
  for (const control::Region& region : control::all_regions()) {
    const std::string name = control::public_dns_name({}, region.name);
    if (std::string_view(name).substr(name.find('.') + 1) == domain) {
      return region.name;
    }
  }
  return {};
}

/// The apex of the zone that a name belongs to, as folded text.
std::string zone_of(const std::string& name) {
  for (std::string_view rest = name;;) {
    if (!region_of_private_domain(rest).empty() || rest == "amazonaws.com" ||
        rest == "in-addr.arpa") {
      return std::string(rest);
    }
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) {
      return ".";
    }
    rest.remove_prefix(dot + 1);
  }
}

DnsName dns_name(std::string_view text) { return DnsName::parse(text).value(); }

DnsRecord soa_of(const std::string& zone) {
  wire::DnsSoa soa{dns_name(zone == "." ? "ns0.amazonaws.com" : "ns0." + zone),
                   dns_name("hostmaster.amazon.com"),
                   2012103100,
                   3600,
                   3600,
                   3600,
                   kDnsTtl};
  return {dns_name(zone), DnsType::kSoa, wire::kDnsInternet, kDnsTtl, std::move(soa)};
}

bool wants(DnsType asked, DnsType type) { return asked == type || asked == DnsType::kAny; }

/// A name that is there, with the one record it has.
DnsReply positive(const DnsQuestion& question, DnsType type, DnsRecord::Data data,
                  const std::string& zone) {
  DnsReply reply;
  if (wants(question.type, type)) {
    reply.answers.push_back({question.name, type, wire::kDnsInternet, kDnsTtl, std::move(data)});
  } else {
    reply.authorities.push_back(soa_of(zone));
  }
  return reply;
}

/// The private address that a public one of an interface is mapped to.
Ipv4Address private_of(const NetworkInterface& interface, Ipv4Address public_address) {
  for (std::size_t i = 0; i < interface.address_count(); ++i) {
    if (interface.address(i).public_address == public_address) {
      return interface.address(i).private_address;
    }
  }
  return {};
}

bool is_dns_name(const std::string& name) {
  return !Ipv4Address::parse(name) && DnsName::parse(name).has_value();
}

}  // namespace

DnsReply Zones::look_up(const node::NameClient& client, const DnsQuestion& question) const {
  const Asker who = asker(client);
  const std::string name = question.name.folded();
  const std::string zone = zone_of(name);
  if (const auto address = question.name.reversed_address()) {
    const std::string found = name_of(who, *address);
    if (!found.empty()) {
      return positive(question, DnsType::kPtr, dns_name(found), zone);
    }
  } else if (const auto found = address_of(who, name)) {
    return positive(question, DnsType::kA, *found, zone);
  } else if (name == zone) {
    DnsRecord soa = soa_of(zone);
    return positive(question, DnsType::kSoa, std::move(soa.data), zone);
  }
  DnsReply nobody;
  nobody.rcode = DnsRcode::kNxDomain;
  nobody.authorities.push_back(soa_of(zone));
  return nobody;
}

Zones::Asker Zones::asker(const node::NameClient& client) const {
  Asker who;
  who.vpc = client.vpc.empty() ? nullptr : inventory_.vpcs.find(client.vpc);
  who.classic = client.classic_instance.empty()
                    ? nullptr
                    : inventory_.instances.find(client.classic_instance);
  if (who.vpc != nullptr) {
    who.region = region_of(who.vpc->owner);
  } else if (who.classic != nullptr) {
    who.region = region_of(who.classic->owner);
  }
  return who;
}

std::optional<Ipv4Address> Zones::address_of(const Asker& asker, const std::string& name) const {
  const std::size_t dot = name.find('.');
  const std::string_view label = std::string_view(name).substr(0, dot);
  const std::string_view domain =
      dot == std::string::npos ? std::string_view() : std::string_view(name).substr(dot + 1);
  if (const std::string_view region = region_of_private_domain(domain); !region.empty()) {
    if (label == kMetadataLabel && region == asker.region) {
      return kMetadataAddress;
    }
    const auto address = dashed_address(label, "ip-");
    return address ? address_of_private_name(asker, *address, region) : std::nullopt;
  }
  if (const std::string_view region = region_of_public_domain(domain); !region.empty()) {
    const auto address = dashed_address(label, "ec2-");
    return address ? address_of_public_name(asker, *address, region) : std::nullopt;
  }
  for (const WellKnown& known : kWellKnown) {
    if (known.name == name) {
      return known.address;
    }
  }
  return is_dns_name(name) ? internet_.address_of(name) : std::nullopt;
}

/// DNS-3, DNS-6: in its own region the name says the address, whether anybody has it or not.
std::optional<Ipv4Address> Zones::address_of_private_name(const Asker& asker, Ipv4Address address,
                                                          std::string_view region) const {
  if (asker.region.empty()) {
    return std::nullopt;
  }
  const bool here = region == asker.region;
  if (here && (address.is_private() || (asker.vpc != nullptr && asker.vpc->contains(address)))) {
    return address;
  }
  const Vpc* peer = open_peer_with(asker, address);
  return peer != nullptr && region_of(peer->owner) == region ? std::optional(address)
                                                             : std::nullopt;
}

/// DNS-2, DNS-4: whoever sees the inside gets the private address.
std::optional<Ipv4Address> Zones::address_of_public_name(const Asker& asker, Ipv4Address address,
                                                         std::string_view region) const {
  if (const NetworkInterface* interface = inventory_.interface_with_public(address)) {
    const Vpc& vpc = inventory_.vpcs.get(interface->vpc);
    if (!vpc.dns_hostnames || !vpc.dns_support || region_of(vpc.owner) != region) {
      return std::nullopt;
    }
    return sees_inside(asker, vpc) ? private_of(*interface, address) : address;
  }
  const Instance* classic = inventory_.classic_with_public(address);
  if (classic == nullptr || region_of(classic->owner) != region) {
    return std::nullopt;
  }
  const bool is_near = asker.classic != nullptr && asker.region == region;  // CLC-5
  const bool is_linked = asker.vpc != nullptr && asker.vpc->classic_link_dns &&
                         classic->classic->linked_vpc == asker.vpc->id;  // CL-19
  return is_near || is_linked ? classic->classic->private_address : address;
}

std::string Zones::name_of(const Asker& asker, Ipv4Address address) const {
  if (!asker.region.empty()) {
    if (asker.vpc != nullptr && asker.vpc->contains(address)) {
      return control::private_dns_name(address, asker.region);
    }
    if (const Vpc* peer = open_peer_with(asker, address)) {
      return control::private_dns_name(address, region_of(peer->owner));
    }
    if (address.is_private()) {
      return control::private_dns_name(address, asker.region);
    }
  }
  if (const NetworkInterface* interface = inventory_.interface_with_public(address)) {
    const Vpc& vpc = inventory_.vpcs.get(interface->vpc);
    return vpc.dns_hostnames && vpc.dns_support
               ? control::public_dns_name(address, region_of(vpc.owner))
               : std::string();
  }
  if (const Instance* classic = inventory_.classic_with_public(address)) {
    return control::public_dns_name(address, region_of(classic->owner));
  }
  for (const WellKnown& known : kWellKnown) {
    if (known.address == address) {
      return std::string(known.name);
    }
  }
  const std::string host = internet_.name_of(address);
  return !host.empty() && is_dns_name(host) ? host : std::string();
}

/// The peer of the asker's VPC that holds an address and lets the asker see inside (DNS-6).
const Vpc* Zones::open_peer_with(const Asker& asker, Ipv4Address address) const {
  if (asker.vpc == nullptr) {
    return nullptr;
  }
  for (const api::VpcPeeringConnectionId& id : asker.vpc->peering_connections) {
    const VpcPeeringConnection& peering = inventory_.peering_connections.get(id);
    if (is_open_peer(*asker.vpc, peering)) {
      const Vpc& far = inventory_.vpcs.get(peering.far_side(asker.vpc->id).vpc);
      if (far.contains(address)) {
        return &far;
      }
    }
  }
  return nullptr;
}

/// DNS-4, DNS-12, CL-19: whether public names of `vpc` are private addresses for who asks.
bool Zones::sees_inside(const Asker& asker, const Vpc& vpc) const {
  if (asker.classic != nullptr) {
    return vpc.classic_link_dns && asker.classic->classic != nullptr &&
           asker.classic->classic->linked_vpc == vpc.id;
  }
  if (asker.vpc == nullptr || asker.vpc->id == vpc.id) {
    return asker.vpc != nullptr;
  }
  const VpcPeeringConnection* peering = active_peering_between(inventory_, asker.vpc->id, vpc.id);
  return peering != nullptr && is_open_peer(*asker.vpc, *peering);
}

/// DNS-12: the option on the far side, and both VPCs with DNS and host names.
bool Zones::is_open_peer(const Vpc& vpc, const VpcPeeringConnection& peering) const {
  if (!peering.is_active() || !peering.far_side(vpc.id).options.dns_resolution_from_remote_vpc) {
    return false;
  }
  const Vpc* far = inventory_.vpcs.find(peering.far_side(vpc.id).vpc);
  return far != nullptr && far->dns_support && far->dns_hostnames && vpc.dns_support &&
         vpc.dns_hostnames;
}

}  // namespace vpclab::world
