#include "emulator/fabric/fabric.h"

#include <algorithm>
#include <utility>

namespace vpclab::fabric {

using dataplane::kNowhere;

Fabric::Fabric(engine::Simulator& simulator, trace::TraceHub& trace, PlanSource& plans,
               const FabricOptions& options)
    : simulator_(simulator),
      plans_(plans),
      options_(options),
      profiles_(options.links),
      links_(simulator, trace, [this](engine::PortId port) { return element_at(port); }),
      fragment_timer_(simulator),
      context_(simulator, trace, links_, profiles_, options_.nodes, fragment_timer_) {}

Fabric::~Fabric() = default;

void Fabric::mark_changed(std::span<const api::VpcId> vpcs) {
  for (const api::VpcId& vpc : vpcs) {
    node::VpcRouter& router = router_or_new(vpc);
    router.mark_stale();
    if (!router.set_noted(true)) {
      stale_.push_back(&router);
    }
  }
}

node::VpcRouter& Fabric::router_or_new(const api::VpcId& id) {
  if (node::VpcRouter* known = routers_.find(id)) {
    return *known;
  }
  node::Planner& planner = *this;
  return routers_.insert(std::make_unique<node::VpcRouter>(context_, planner, id));
}

void Fabric::follow_plan() {
  for (std::size_t i = 0; i < stale_.size(); ++i) {  // by index: following one may note another
    stale_[i]->set_noted(false);
    static_cast<void>(stale_[i]->tables());
  }
  stale_.clear();
}

node::Instance* Fabric::instance(const api::InstanceId& id) {
  follow_plan();
  return instances_.find(id);
}

node::Eni* Fabric::interface(const api::NetworkInterfaceId& id) {
  follow_plan();
  return interfaces_.find(id);
}

node::VpcRouter* Fabric::router(const api::VpcId& id) {
  follow_plan();
  return routers_.find(id);
}

node::Internet& Fabric::internet() {
  if (internet_ == nullptr) {
    node::PublicDirectory& directory = *this;
    internet_ = std::make_unique<node::Internet>(context_, directory);
  }
  return *internet_;
}

bool Fabric::is_cloud_address(wire::Ipv4Address address) const {
  return plans_.is_cloud_address(address);
}

node::InternetGateway* Fabric::gateway_of(wire::Ipv4Address address) {
  follow_plan();
  const auto found = public_addresses_.find(address);
  return found == public_addresses_.end() ? nullptr : found->second->plan().gateway;
}

// --- Following a plan ----------------------------------------------------------------------------

void Fabric::refresh(node::VpcRouter& router) {
  ++compilations_;
  std::optional<dataplane::VpcTables> compiled = plans_.compile(router.id());
  const bool exists = compiled.has_value();
  if (!exists) {  // packets may still be on their way to it: nobody is there
    compiled.emplace();
    compiled->id = router.id();
  }
  auto tables = std::make_unique<const dataplane::VpcTables>(std::move(*compiled));

  for (node::Eni* eni : router.plan().interfaces) {
    if (eni != nullptr) {
      eni->set_slot(kNowhere);
    }
  }
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
  plan.gateway = follow_gateway(router, *tables);
  follow_public_addresses(router, *tables);
  remove_members(router, *tables);
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
  if (eni != nullptr && &eni->instance() != instance) {  // moved to another instance
    eni->instance().detach(*eni);
    eni->forget_flows();
    gone_interfaces_.push_back(interfaces_.take(interface.id));
    eni = nullptr;
  }
  if (eni == nullptr) {
    const dataplane::Subnet& subnet = tables.subnets[interface.subnet];
    host::InterfaceConfig config;
    config.mac = interface.mac;
    config.address = interface.address;
    config.subnet = subnet.cidr;
    config.gateway = subnet.router();
    const std::uint8_t number = instance->add_interface(config);
    eni = &interfaces_.insert(
        std::make_unique<node::Eni>(context_, router, *instance, interface.id, number));
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
  for (const dataplane::MappedAddress& mapped : tables.addresses) {
    if (mapped.interface == slot && mapped.private_address != tables.interfaces[slot].address) {
      wanted.push_back(mapped.private_address);
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
        peering.inter_region ? profiles_.inter_region : profiles_.peering;
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

node::InternetGateway* Fabric::follow_gateway(node::VpcRouter& router,
                                              const dataplane::VpcTables& tables) {
  node::InternetGateway* before = router.plan().gateway;
  node::InternetGateway* after = nullptr;
  if (tables.internet_gateway.has_value()) {
    after = gateways_.find(*tables.internet_gateway);
    if (after == nullptr) {
      const engine::PortId border = internet().border(tables.region).gateway_port();
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

/// Takes away the interfaces and instances that the plan before had and the next has not.
void Fabric::remove_members(node::VpcRouter& router, const dataplane::VpcTables& next) {
  for (node::Eni* eni : router.plan().interfaces) {
    if (eni == nullptr || eni->slot() != kNowhere || interfaces_.find(eni->id()) != eni) {
      continue;  // still there, or already moved
    }
    eni->forget_flows();
    eni->instance().detach(*eni);
    gone_interfaces_.push_back(interfaces_.take(eni->id()));
  }
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

// --- Wires ---------------------------------------------------------------------------------------

bool Fabric::impair(const api::ResourceId& element, trace::Direction direction,
                    const link::Impairments& impairments) {
  follow_plan();
  const IdDigits digits = element.digits();
  switch (element.kind()) {
    case api::ResourceKind::kNetworkInterface: {
      node::Eni* eni = interfaces_.find(api::NetworkInterfaceId(digits));
      if (eni != nullptr) {
        eni->impair(direction, impairments);
      }
      return eni != nullptr;
    }
    case api::ResourceKind::kVpcPeeringConnection: {
      Crossing* crossing = crossings_.find(api::VpcPeeringConnectionId(digits));
      if (crossing != nullptr) {
        const bool out = direction == trace::Direction::kOut;
        (out ? crossing->there : crossing->back)
            ->impair(impairments, element.text() + (out ? "/out" : "/in"));
      }
      return crossing != nullptr;
    }
    case api::ResourceKind::kInternetGateway: {
      node::InternetGateway* gateway = gateways_.find(api::InternetGatewayId(digits));
      if (gateway != nullptr) {
        gateway->impair(direction, impairments);
      }
      return gateway != nullptr;
    }
    default:
      return false;
  }
}

api::ResourceId Fabric::element_at(engine::PortId port) const {
  if (elements_known_ != simulator_.port_count()) {
    const auto note = [this](engine::PortId at, const api::ResourceId& element) {
      elements_[static_cast<std::uint32_t>(at)] = element;
    };
    interfaces_.for_each([&](const node::Eni& eni) {
      note(eni.uplink_port(), eni.id());
      note(eni.downlink_port(), eni.id());
    });
    crossings_.for_each([&](const Crossing& crossing) {
      note(crossing.there->port(), crossing.pcx);
      note(crossing.back->port(), crossing.pcx);
    });
    gateways_.for_each(
        [&](const node::InternetGateway& gateway) { note(gateway.port(), gateway.id()); });
    if (internet_ != nullptr) {
      internet_->for_each_port(note);
    }
    elements_known_ = simulator_.port_count();
  }
  const auto found = elements_.find(static_cast<std::uint32_t>(port));
  return found == elements_.end() ? api::ResourceId{} : found->second;
}

}  // namespace vpclab::fabric
