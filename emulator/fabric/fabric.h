// fabric/fabric.h - owns the nodes and the links between them, and follows the plan: when a VPC has
// changed, its tables are compiled and its nodes added, removed and retargeted before the next
// packet needs them (RT-26), and not earlier. Knows the control plane only as a source of plans.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/plan.h"
#include "emulator/engine/simulator.h"
#include "emulator/fabric/id_table.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link_context.h"
#include "emulator/node/classic_instance.h"
#include "emulator/node/classic_network.h"
#include "emulator/node/context.h"
#include "emulator/node/eni.h"
#include "emulator/node/fragment_timer.h"
#include "emulator/node/instance.h"
#include "emulator/node/internet.h"
#include "emulator/node/internet_gateway.h"
#include "emulator/node/link_profiles.h"
#include "emulator/node/nat_gateway.h"
#include "emulator/node/peering_end.h"
#include "emulator/node/resolver.h"
#include "emulator/node/vpc_router.h"
#include "emulator/trace/trace_event.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::fabric {

/// Where plans and names come from.
class PlanSource : public node::NameDirectory {
 public:
  /// The VPC as it is now; nothing if it does not exist (any more).
  [[nodiscard]] virtual std::optional<dataplane::VpcTables> compile(const api::VpcId& vpc) = 0;

  [[nodiscard]] virtual bool exists(const api::VpcId& vpc) const = 0;

  /// EC2-Classic in a region, by its number, as it is now.
  [[nodiscard]] virtual dataplane::ClassicTables compile_classic(std::uint32_t region) = 0;

  /// Whether the cloud hands out such public addresses, mapped or not.
  [[nodiscard]] virtual bool is_cloud_address(wire::Ipv4Address address) const = 0;
};

struct FabricOptions {
  node::NodeOptions nodes;
  node::LinkProfileOptions links;
};

class Fabric final : private node::Planner,
                     private node::ClassicPlanner,
                     private node::PublicDirectory {
 public:
  /// All outlive the fabric.
  Fabric(engine::Simulator& simulator, trace::TraceHub& trace, PlanSource& plans,
         const FabricOptions& options);

  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;
  ~Fabric() override;

  /// These VPCs have changed, came or went. Costs nothing but a note.
  void mark_changed(std::span<const api::VpcId> vpcs);

  /// EC2-Classic in these regions has changed. Costs nothing but a note.
  void mark_classic_changed(std::span<const std::uint32_t> regions);

  /// Follows all changes now, as the next packet would.
  void follow_plan();

  /// A node, as of this instant; null if there is none (a terminated instance has none).
  [[nodiscard]] node::Instance* instance(const api::InstanceId& id);
  [[nodiscard]] node::ClassicInstance* classic_instance(const api::InstanceId& id);
  /// Either of the two.
  [[nodiscard]] node::Guest* guest(const api::InstanceId& id);
  [[nodiscard]] node::Eni* interface(const api::NetworkInterfaceId& id);
  [[nodiscard]] node::VpcRouter* router(const api::VpcId& id);
  [[nodiscard]] node::NatGateway* nat_gateway(const api::NatGatewayId& id);

  [[nodiscard]] node::Internet& internet();

  /// What is wrong, from now on, with a direction of the wire at an instance's interface (kOut:
  /// away from the instance), an instance of EC2-Classic, a NAT gateway (likewise), a peering
  /// connection (kOut: from the requester to the accepter) or an internet gateway (kOut: to the
  /// internet). False if there is no such wire now.
  [[nodiscard]] bool impair(const api::ResourceId& element, trace::Direction direction,
                            const link::Impairments& impairments);

  [[nodiscard]] const dataplane::Counters& counters() { return context_.counters(); }

  [[nodiscard]] const node::Context::Drops& drops() const { return context_.drops(); }

  [[nodiscard]] const link::LinkCounters& link_counters() const { return links_.counters(); }

  /// Plans compiled so far: for tests of laziness.
  [[nodiscard]] std::uint64_t compilations() const { return compilations_; }

 private:
  /// Both directions of a peering connection.
  struct Crossing {
    api::VpcPeeringConnectionId pcx;
    std::unique_ptr<node::PeeringEnd> there;  // from the requester's router
    std::unique_ptr<node::PeeringEnd> back;

    [[nodiscard]] const api::VpcPeeringConnectionId& id() const { return pcx; }
  };

  void refresh(node::VpcRouter& router) override;
  void refresh(node::ClassicNetwork& network) override;
  [[nodiscard]] node::InternetEdge* gateway_of(wire::Ipv4Address address) override;
  [[nodiscard]] bool is_cloud_address(wire::Ipv4Address address) const override;

  node::VpcRouter& router_or_new(const api::VpcId& id);
  void remove_interfaces(node::VpcRouter& router, const dataplane::VpcTables& next);
  void remove_instances(node::VpcRouter& router, const dataplane::VpcTables& next);
  void follow_guests(node::VpcRouter& router, const dataplane::VpcTables& tables);
  node::Eni* follow_interface(node::VpcRouter& router, const dataplane::VpcTables& tables,
                              std::uint32_t slot);
  void follow_addresses(node::Eni& eni, const dataplane::VpcTables& tables, std::uint32_t slot);
  void take_interface(node::Eni& eni);
  [[nodiscard]] const link::LinkProfile& profile_for(Duration distance);
  node::PeeringEnd* follow_peering(node::VpcRouter& router, const dataplane::Peering& peering);
  node::InternetGateway* follow_gateway(node::VpcRouter& router,
                                        const dataplane::VpcTables& tables);
  void follow_nat_gateways(node::VpcRouter& router, const dataplane::VpcTables& tables,
                           node::RouterPlan& plan);
  void follow_public_addresses(node::VpcRouter& router, const dataplane::VpcTables& next);
  node::ClassicNetwork& classic_network(std::uint32_t region);
  void follow_classic();
  node::ClassicInstance& follow_classic_instance(node::ClassicNetwork& network,
                                                 const dataplane::ClassicTables& tables,
                                                 std::uint32_t slot);
  void forget_classic(node::ClassicNetwork& network, const node::ClassicPlan& next);
  void follow_links(const dataplane::VpcTables& tables, node::RouterPlan& plan);
  [[nodiscard]] api::ResourceId element_at(engine::PortId port) const;

  engine::Simulator& simulator_;
  PlanSource& plans_;
  const FabricOptions options_;
  const node::LinkProfiles profiles_;
  link::LinkContext links_;
  node::FragmentTimer fragment_timer_;
  node::Context context_;
  node::Resolver resolver_;
  std::unique_ptr<node::Internet> internet_;  // made when a gateway or somebody asks for it
  IdTable<node::VpcRouter, api::VpcId> routers_;
  IdTable<node::Instance, api::InstanceId> instances_;
  IdTable<node::Eni, api::NetworkInterfaceId> interfaces_;
  IdTable<Crossing, api::VpcPeeringConnectionId> crossings_;
  IdTable<node::InternetGateway, api::InternetGatewayId> gateways_;
  IdTable<node::NatGateway, api::NatGatewayId> nat_gateways_;
  IdTable<node::ClassicInstance, api::InstanceId> classic_instances_;
  std::map<std::uint32_t, std::unique_ptr<node::ClassicNetwork>> classic_networks_;  // by region
  std::map<Duration, std::unique_ptr<link::LinkProfile>> inter_region_;  // by distance (PCX-20)
  std::map<api::NetworkInterfaceId, node::Eni*> detached_;  // the last of gone_interfaces_ by id
  std::unordered_map<wire::Ipv4Address, node::VpcRouter*> public_addresses_;  // never iterated
  std::unordered_map<wire::Ipv4Address, node::ClassicNetwork*> classic_addresses_;  // likewise
  std::vector<node::ClassicNetwork*> stale_classic_;
  std::vector<node::VpcRouter*> stale_;  // each once; may hold routers that are fresh again
  // Packets may still be on their way to nodes that are gone; they stay until the run ends.
  std::vector<std::unique_ptr<node::Eni>> gone_interfaces_;
  std::vector<std::unique_ptr<node::Instance>> gone_instances_;
  std::vector<std::unique_ptr<node::NatGateway>> gone_nat_gateways_;
  std::vector<std::unique_ptr<node::VpcRouter>> gone_routers_;
  std::vector<std::unique_ptr<node::ClassicInstance>> gone_classic_instances_;
  mutable std::unordered_map<std::uint32_t, api::ResourceId> elements_;  // at ports; never iterated
  mutable std::size_t elements_known_ = 0;  // ports when elements_ was filled
  std::uint64_t compilations_ = 0;
};

}  // namespace vpclab::fabric
