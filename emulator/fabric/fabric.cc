#include "emulator/fabric/fabric.h"

#include <utility>

namespace vpclab::fabric {

Fabric::Fabric(engine::Simulator& simulator, trace::TraceHub& trace, PlanSource& plans,
               const FabricOptions& options)
    : simulator_(simulator),
      plans_(plans),
      options_(options),
      profiles_(options.links),
      links_(simulator, trace, [this](engine::PortId port) { return element_at(port); }),
      fragment_timer_(simulator),
      context_(simulator, trace, links_, profiles_, options_.nodes, fragment_timer_),
      resolver_(context_, plans) {
  context_.set_resolver(resolver_);
}

Fabric::~Fabric() = default;

void Fabric::mark_changed(std::span<const api::VpcId> vpcs) {
  for (const api::VpcId& vpc : vpcs) {
    if (routers_.find(vpc) == nullptr && !plans_.exists(vpc)) {
      continue;  // it came and went, and nobody heard of it
    }
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
  follow_classic();
  // By index: following one may note another.
  for (std::size_t i = 0; i < stale_.size(); ++i) {  // NOLINT(modernize-loop-convert)
    stale_[i]->set_noted(false);
    static_cast<void>(stale_[i]->tables());
  }
  stale_.clear();
}

node::Instance* Fabric::instance(const api::InstanceId& id) {
  follow_plan();
  return instances_.find(id);
}

node::ClassicInstance* Fabric::classic_instance(const api::InstanceId& id) {
  follow_plan();
  return classic_instances_.find(id);
}

node::Guest* Fabric::guest(const api::InstanceId& id) {
  if (node::Instance* found = instance(id)) {
    return found;
  }
  return classic_instance(id);
}

node::Eni* Fabric::interface(const api::NetworkInterfaceId& id) {
  follow_plan();
  return interfaces_.find(id);
}

node::NatGateway* Fabric::nat_gateway(const api::NatGatewayId& id) {
  follow_plan();
  return nat_gateways_.find(id);
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

node::InternetEdge* Fabric::gateway_of(wire::Ipv4Address address) {
  follow_plan();
  const auto found = public_addresses_.find(address);
  if (found != public_addresses_.end()) {
    return found->second->plan().gateway;
  }
  const auto classic = classic_addresses_.find(address);
  return classic == classic_addresses_.end() ? nullptr : classic->second;
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
    case api::ResourceKind::kNatGateway: {
      node::NatGateway* gateway = nat_gateways_.find(api::NatGatewayId(digits));
      if (gateway != nullptr) {
        gateway->impair(direction, impairments);
      }
      return gateway != nullptr;
    }
    case api::ResourceKind::kInternetGateway: {
      node::InternetGateway* gateway = gateways_.find(api::InternetGatewayId(digits));
      if (gateway != nullptr) {
        gateway->impair(direction, impairments);
      }
      return gateway != nullptr;
    }
    case api::ResourceKind::kInstance: {
      node::ClassicInstance* instance = classic_instances_.find(api::InstanceId(digits));
      if (instance != nullptr) {
        instance->impair(direction, impairments);
      }
      return instance != nullptr;
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
    nat_gateways_.for_each([&](const node::NatGateway& gateway) {
      note(gateway.uplink_port(), gateway.id());
      note(gateway.downlink_port(), gateway.id());
    });
    gateways_.for_each([&](const node::InternetGateway& gateway) {
      note(gateway.port(), gateway.id());
      note(gateway.uplink_port(), gateway.id());
    });
    classic_instances_.for_each(
        [&](const node::ClassicInstance& instance) { instance.for_each_port(note); });
    for (const auto& [region, network] : classic_networks_) {
      note(network->port(), network->id());
      note(network->uplink_port(), network->id());
    }
    if (internet_ != nullptr) {
      internet_->for_each_port(note);
    }
    elements_known_ = simulator_.port_count();
  }
  const auto found = elements_.find(static_cast<std::uint32_t>(port));
  return found == elements_.end() ? api::ResourceId{} : found->second;
}

}  // namespace vpclab::fabric
