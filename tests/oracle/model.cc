#include "tests/oracle/model.h"

#include <cstdlib>

#include <fmt/format.h>

namespace vpclab::oracle {

Cidr Cidr::of(std::uint32_t address, int length) {
  const std::uint64_t block = std::uint64_t{1} << (32 - length);
  return {static_cast<std::uint32_t>(address / block * block), length};
}

Cidr Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  return of(parse_address(text.substr(0, slash)),
            std::atoi(std::string(text.substr(slash + 1)).c_str()));
}

std::string text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 255, (address >> 8) & 255,
                     address & 255);
}

std::string text(const Cidr& cidr) { return fmt::format("{}/{}", text(cidr.base), cidr.length); }

std::uint32_t parse_address(std::string_view text) {
  std::uint32_t address = 0;
  std::uint32_t part = 0;
  for (const char c : text) {
    if (c == '.') {
      address = (address << 8) | part;
      part = 0;
    } else {
      part = part * 10 + static_cast<std::uint32_t>(c - '0');
    }
  }
  return (address << 8) | part;
}

bool GroupRule::same_traffic_as(const GroupRule& other) const {
  return egress == other.egress && protocol == other.protocol && from == other.from &&
         to == other.to && cidr == other.cidr && group == other.group &&
         prefix_list == other.prefix_list;
}

bool Vpc::contains(std::uint32_t address) const {
  for (const Cidr& cidr : cidrs) {
    if (cidr.contains(address)) {
      return true;
    }
  }
  return false;
}

const Address* Interface::address(std::uint32_t private_address) const {
  for (const Address& own : addresses) {
    if (own.private_address == private_address) {
      return &own;
    }
  }
  return nullptr;
}

const Peering* Network::active_peering(std::string_view one, std::string_view other) const {
  for (const Peering& peering : peerings) {
    if (peering.state == PeeringState::kActive && peering.joins(one) && peering.joins(other)) {
      return &peering;
    }
  }
  return nullptr;
}

const Interface* Network::owner(std::string_view vpc, std::uint32_t address) const {
  for (const Interface& interface : interfaces) {
    if (interface.vpc == vpc && interface.address(address) != nullptr) {
      return &interface;
    }
  }
  return nullptr;
}

const NatGateway* Network::nat_at(std::string_view vpc, std::uint32_t address) const {
  for (const NatGateway& nat : nats) {
    if (nat.vpc == vpc && nat.address == address) {
      return &nat;
    }
  }
  return nullptr;
}

const Subnet* Network::subnet_at(std::string_view vpc, std::uint32_t address) const {
  for (const Subnet& subnet : subnets) {
    if (subnet.vpc == vpc && subnet.cidr.contains(address)) {
      return &subnet;
    }
  }
  return nullptr;
}

bool Network::has_classic_route(const Vpc& vpc) const {
  for (const Peering& peering : peerings) {
    if (peering.state == PeeringState::kActive && peering.joins(vpc.id) &&
        peering.options_of(vpc.id).to_peer_links) {
      return true;
    }
  }
  return vpc.classic_link;
}

const ClassicInstance* Network::classic_at(std::string_view region, std::uint32_t address) const {
  for (const ClassicInstance& instance : classics) {
    if (instance.region == region && instance.private_address == address && address != 0) {
      return &instance;
    }
  }
  return nullptr;
}

bool Network::is_up(const Interface& interface) const {
  const Instance* instance = find(instances, interface.instance);
  return instance != nullptr && instance->state == InstanceState::kRunning;
}

}  // namespace vpclab::oracle
