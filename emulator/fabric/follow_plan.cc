// Fabric: following a VPC's plan.
#include <algorithm>
#include <utility>

#include "emulator/fabric/fabric.h"

namespace vpclab::fabric {

using dataplane::kNowhere;

void Fabric::refresh(node::VpcRouter& router) {
  ++compilations_;
  std::optional<dataplane::VpcTables> compiled = plans_.compile(router.id());
  const bool exists = compiled.has_value();
  if (!exists) {  // packets may still be on their way to it: nobody is there
    compiled.emplace();
    compiled->id = router.id();
  }
  auto tables = std::make_unique<const dataplane::VpcTables>(std::move(*compiled));

  remove_interfaces(router, *tables);
  const std::size_t known =
      router.plan().tables == nullptr ? 0 : router.plan().tables->interfaces.size();
  if (tables->interfaces.size() > known) {
    const std::size_t more = tables->interfaces.size() - known;
    interfaces_.reserve(interfaces_.size() + more);
    instances_.reserve(instances_.size() + more);
  }
  follow_guests(router, *tables);
  node::RouterPlan plan;
  plan.interfaces.reserve(tables->interfaces.size());
  for (std::uint32_t slot = 0; slot < tables->interfaces.size(); ++slot) {
    plan.interfaces.push_back(follow_interface(router, *tables, slot));
  }
  plan.peerings.reserve(tables->peerings.size());
  for (const dataplane::Peering& peering : tables->peerings) {
    plan.peerings.push_back(follow_peering(router, peering));
  }
  follow_links(*tables, plan);
  follow_nat_gateways(router, *tables, plan);
  plan.gateway = follow_gateway(router, *tables);
  follow_public_addresses(router, *tables);
  remove_instances(router, *tables);
  plan.tables = std::move(tables);
  router.install(std::move(plan));
  if (!exists) {
    gone_routers_.push_back(routers_.take(router.id()));
  }
}

/// Makes the instances that are new and tells all how they are.
void Fabric::follow_guests(node::VpcRouter& router, const dataplane::VpcTables& tables) {
  for (const dataplane::Guest& guest : tables.guests) {
    node::Instance* instance = instances_.find(guest.id);
    if (instance == nullptr) {
      host::HostOptions options;
      options.initial_ttl = guest.initial_ttl;
      instance =
          &instances_.insert(std::make_unique<node::Instance>(context_, router, guest.id, options));
      // The primary interface is number 0 of the host, whatever its place in the tables.
      static_cast<void>(follow_interface(router, tables, guest.primary));
    }
    instance->set_state(guest.state == trace::ObjectState::kUsable, guest.boots);
  }
}

node::Eni* Fabric::follow_interface(node::VpcRouter& router, const dataplane::VpcTables& tables,
                                    std::uint32_t slot) {
  const dataplane::Interface& interface = tables.interfaces[slot];
  node::Instance* instance =
      interface.instance.empty() ? nullptr : instances_.find(interface.instance);
  if (instance == nullptr) {
    return nullptr;
  }
  node::Eni* eni = interfaces_.find(interface.id);
  if (eni == nullptr) {
    const dataplane::Subnet& subnet = tables.subnets[interface.subnet];
    host::InterfaceConfig config;
    config.mac = interface.mac;
    config.address = interface.address;
    config.subnet = subnet.cidr;
    config.gateway = subnet.router();
    const std::uint8_t number = instance->add_interface(config);
    auto made = std::make_unique<node::Eni>(context_, router, *instance, interface.id, number);
    const auto before = detached_.find(interface.id);
    if (before != detached_.end()) {
      made->take_over_wires(*before->second);
      detached_.erase(before);
    }
    eni = &interfaces_.insert(std::move(made));
    instance->attach(*eni);
  }
  eni->set_slot(slot);
  follow_addresses(*eni, tables, slot);
  return eni;
}

/// The images configure the secondary addresses that the interface is given, and no others.
void Fabric::follow_addresses(node::Eni& eni, const dataplane::VpcTables& tables,
                              std::uint32_t slot) {
  host::HostStack& host = eni.instance().host();
  const std::size_t number = eni.number();
  if (!tables.interfaces[slot].has_secondary && host.interface(number).secondary.empty()) {
    return;
  }
  std::vector<wire::Ipv4Address> wanted;
  const auto first = std::lower_bound(  // in order of interfaces
      tables.addresses.begin(), tables.addresses.end(), slot,
      [](const dataplane::MappedAddress& mapped, std::uint32_t of) {
        return mapped.interface < of;
      });
  for (auto mapped = first; mapped != tables.addresses.end() && mapped->interface == slot;
       ++mapped) {
    if (mapped->private_address != tables.interfaces[slot].address) {
      wanted.push_back(mapped->private_address);
    }
  }
  const std::vector<wire::Ipv4Address> known = host.interface(number).secondary;
  for (const wire::Ipv4Address address : known) {
    if (std::find(wanted.begin(), wanted.end(), address) == wanted.end()) {
      static_cast<void>(host.remove_address(number, address));
    }
  }
  for (const wire::Ipv4Address address : wanted) {
    static_cast<void>(host.add_address(number, address));  // false: it is there already
  }
}

node::PeeringEnd* Fabric::follow_peering(node::VpcRouter& router,
                                         const dataplane::Peering& peering) {
  if (!peering.is_active()) {
    return nullptr;
  }
  Crossing* crossing = crossings_.find(peering.id);
  if (crossing == nullptr) {
    node::VpcRouter& far = router_or_new(peering.far_vpc);
    node::VpcRouter& requester = peering.requested_here ? router : far;
    node::VpcRouter& accepter = peering.requested_here ? far : router;
    const link::LinkProfile& profile =
        peering.inter_region ? profile_for(peering.distance) : profiles_.peering;
    const std::string name = peering.id.text();
    auto made = std::make_unique<Crossing>();
    made->pcx = peering.id;
    made->there =
        std::make_unique<node::PeeringEnd>(context_, profile, requester, accepter, name + "/out");
    made->back =
        std::make_unique<node::PeeringEnd>(context_, profile, accepter, requester, name + "/in");
    crossing = &crossings_.insert(std::move(made));
  }
  return &crossing->there->from() == &router ? crossing->there.get() : crossing->back.get();
}

/// PCX-20: one class of wires for each distance between regions.
const link::LinkProfile& Fabric::profile_for(Duration distance) {
  std::unique_ptr<link::LinkProfile>& profile = inter_region_[distance];
  if (profile == nullptr) {
    link::LinkOptions options = options_.links.inter_region;
    options.propagation_delay += distance;
    profile = std::make_unique<link::LinkProfile>(options);
  }
  return *profile;
}

/// Packets may be on their way to an interface that is gone; attached again, it has the same wires.
void Fabric::take_interface(node::Eni& eni) {
  detached_[eni.id()] = &eni;
  gone_interfaces_.push_back(interfaces_.take(eni.id()));
}

node::InternetGateway* Fabric::follow_gateway(node::VpcRouter& router,
                                              const dataplane::VpcTables& tables) {
  node::InternetGateway* before = router.plan().gateway;
  node::InternetGateway* after = nullptr;
  if (tables.internet_gateway.has_value()) {
    after = gateways_.find(*tables.internet_gateway);
    if (after == nullptr) {
      const engine::PortId border = internet().border(tables.region).open_gateway_port();
      after = &gateways_.insert(std::make_unique<node::InternetGateway>(
          context_, *tables.internet_gateway, tables.region, border));
    }
  }
  if (before != nullptr && before != after && before->router() == &router) {
    before->attach(nullptr);
  }
  if (after != nullptr) {
    after->attach(&router);
  }
  return after;
}

/// FWD-5: a node for each NAT gateway that is available; one that is no longer loses its flows
/// (NAT-11).
void Fabric::follow_nat_gateways(node::VpcRouter& router, const dataplane::VpcTables& tables,
                                 node::RouterPlan& plan) {
  for (const node::NatGateway* before : router.plan().nat_gateways) {
    const auto is_it = [before](const dataplane::NatGateway& gateway) {
      return gateway.is_available() && before != nullptr && gateway.id == before->id();
    };
    if (before != nullptr &&
        std::none_of(tables.nat_gateways.begin(), tables.nat_gateways.end(), is_it)) {
      gone_nat_gateways_.push_back(nat_gateways_.take(before->id()));
      gone_nat_gateways_.back()->set_position(kNowhere);
    }
  }
  for (std::uint32_t position = 0; position < tables.nat_gateways.size(); ++position) {
    const dataplane::NatGateway& gateway = tables.nat_gateways[position];
    node::NatGateway* node = nullptr;
    if (gateway.is_available()) {
      node = nat_gateways_.find(gateway.id);
      if (node == nullptr) {
        node =
            &nat_gateways_.insert(std::make_unique<node::NatGateway>(context_, router, gateway.id));
      }
      node->set_position(position);
    }
    plan.nat_gateways.push_back(node);
  }
}

void Fabric::follow_public_addresses(node::VpcRouter& router, const dataplane::VpcTables& next) {
  if (router.plan().tables != nullptr) {
    for (const dataplane::MappedAddress& mapped : router.plan().tables->addresses) {
      const auto found = public_addresses_.find(mapped.public_address);
      if (found != public_addresses_.end() && found->second == &router) {
        public_addresses_.erase(found);
      }
    }
  }
  for (const dataplane::MappedAddress& mapped : next.addresses) {
    if (!mapped.public_address.is_unspecified()) {
      public_addresses_[mapped.public_address] = &router;
    }
  }
}

/// Takes away the interfaces that the plan before had and that the next has not, or has elsewhere;
/// before others come, since a guest has room for so many only.
void Fabric::remove_interfaces(node::VpcRouter& router, const dataplane::VpcTables& next) {
  for (node::Eni* eni : router.plan().interfaces) {
    if (eni != nullptr) {
      eni->set_slot(kNowhere);
    }
  }
  for (std::uint32_t slot = 0; slot < next.interfaces.size(); ++slot) {
    node::Eni* eni = interfaces_.find(next.interfaces[slot].id);
    if (eni != nullptr && eni->instance().id() == next.interfaces[slot].instance) {
      eni->set_slot(slot);
    }
  }
  for (node::Eni* eni : router.plan().interfaces) {
    if (eni == nullptr || eni->slot() != kNowhere || interfaces_.find(eni->id()) != eni) {
      continue;  // still there, or gone before
    }
    eni->forget_flows();
    eni->instance().detach(*eni);
    take_interface(*eni);
  }
}

/// Takes away the instances that the plan before had and the next has not.
void Fabric::remove_instances(node::VpcRouter& router, const dataplane::VpcTables& next) {
  if (router.plan().tables == nullptr) {
    return;
  }
  std::vector<api::InstanceId> kept;
  kept.reserve(next.guests.size());
  for (const dataplane::Guest& guest : next.guests) {
    kept.push_back(guest.id);
  }
  std::sort(kept.begin(), kept.end());
  for (const dataplane::Guest& guest : router.plan().tables->guests) {
    if (std::binary_search(kept.begin(), kept.end(), guest.id)) {
      continue;
    }
    if (auto instance = instances_.take(guest.id)) {
      instance->set_state(false, 0);
      gone_instances_.push_back(std::move(instance));
    }
  }
}

}  // namespace vpclab::fabric
