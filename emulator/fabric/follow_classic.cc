// Fabric: following the plan of EC2-Classic, and the links between it and VPCs.
#include <utility>

#include "emulator/fabric/fabric.h"
#include "netstack/base/check.h"

namespace vpclab::fabric {

void Fabric::mark_classic_changed(std::span<const std::uint32_t> regions) {
  for (const std::uint32_t region : regions) {
    node::ClassicNetwork& network = classic_network(region);
    network.mark_stale();
    if (!network.set_noted(true)) {
      stale_classic_.push_back(&network);
    }
  }
}

node::ClassicNetwork& Fabric::classic_network(std::uint32_t region) {
  std::unique_ptr<node::ClassicNetwork>& network = classic_networks_[region];
  if (network == nullptr) {
    node::ClassicPlanner& planner = *this;
    network = std::make_unique<node::ClassicNetwork>(context_, planner, region,
                                                     internet().border(region).open_gateway_port());
  }
  return *network;
}

void Fabric::follow_classic() {
  // By index: following one may note another.
  for (std::size_t i = 0; i < stale_classic_.size(); ++i) {  // NOLINT(modernize-loop-convert)
    stale_classic_[i]->set_noted(false);
    static_cast<void>(stale_classic_[i]->tables());
  }
  stale_classic_.clear();
}

void Fabric::refresh(node::ClassicNetwork& network) {
  ++compilations_;
  auto tables =
      std::make_unique<const dataplane::ClassicTables>(plans_.compile_classic(network.region()));
  node::ClassicPlan plan;
  plan.instances.reserve(tables->instances.size());
  for (std::uint32_t slot = 0; slot < tables->instances.size(); ++slot) {
    plan.instances.push_back(&follow_classic_instance(network, *tables, slot));
  }
  if (network.plan().tables != nullptr) {
    forget_classic(network, plan);
  }
  for (const dataplane::ClassicInstance& instance : tables->instances) {
    if (!instance.public_address.is_unspecified()) {
      classic_addresses_[instance.public_address] = &network;
    }
  }
  plan.tables = std::move(tables);
  network.install(std::move(plan));
}

node::ClassicInstance& Fabric::follow_classic_instance(node::ClassicNetwork& network,
                                                       const dataplane::ClassicTables& tables,
                                                       std::uint32_t slot) {
  const dataplane::ClassicInstance& now = tables.instances[slot];
  node::ClassicInstance* instance = classic_instances_.find(now.id);
  if (instance == nullptr) {
    host::HostOptions options;
    options.initial_ttl = now.initial_ttl;
    instance = &classic_instances_.insert(
        std::make_unique<node::ClassicInstance>(context_, network, now.id, options));
  }
  instance->follow(now, slot, now.linked_vpc.empty() ? nullptr : &router_or_new(now.linked_vpc));
  return *instance;
}

/// Takes away the instances and public addresses that the plan before had and the next has not.
void Fabric::forget_classic(node::ClassicNetwork& network, const node::ClassicPlan& next) {
  for (const dataplane::ClassicInstance& before : network.plan().tables->instances) {
    classic_addresses_.erase(before.public_address);
  }
  for (node::ClassicInstance* before : network.plan().instances) {
    const bool stays =
        before->slot() < next.instances.size() && next.instances[before->slot()] == before;
    if (!stays) {
      before->forget();
      gone_classic_instances_.push_back(classic_instances_.take(before->id()));
    }
  }
}

/// CL-14: the nodes behind a VPC's links, which the network of its region must know first.
void Fabric::follow_links(const dataplane::VpcTables& tables, node::RouterPlan& plan) {
  if (tables.links.empty()) {
    return;
  }
  static_cast<void>(classic_network(tables.region).tables());
  plan.links.reserve(tables.links.size());
  for (const dataplane::Link& link : tables.links) {
    node::ClassicInstance* instance = classic_instances_.find(link.instance);
    VPCLAB_CHECK(instance != nullptr, "a linked instance is one of EC2-Classic");
    plan.links.push_back(instance);
  }
}

}  // namespace vpclab::fabric
