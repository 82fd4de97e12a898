// node/vpc_router.h - the implicit router of a VPC (RT-1): takes packets from interfaces, peering
// connections and the gateway, decides by the VPC's tables, records the decision and obeys it. It
// is no hop: TTLs stay (TTL-1). Owned by the fabric, which replaces its tables.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/fragment_gate.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/dataplane/plan.h"
#include "emulator/dataplane/verdict_cache.h"
#include "emulator/node/context.h"
#include "emulator/node/fragment_timer.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class ClassicInstance;
class Eni;
class InternetGateway;
class NatGateway;
class PeeringEnd;
class VpcRouter;

/// Who compiles a VPC's tables and knows the nodes around its router: the fabric.
class Planner {
 public:
  virtual ~Planner() = default;

  /// The VPC has changed since the router's tables were installed: installs new ones.
  virtual void refresh(VpcRouter& router) = 0;
};

/// What a router is given: its tables, and the node behind each of their positions.
struct RouterPlan {
  std::unique_ptr<const dataplane::VpcTables> tables;
  std::vector<Eni*> interfaces;           // parallel to tables->interfaces; null: no guest there
  std::vector<PeeringEnd*> peerings;      // parallel to tables->peerings; null: cannot be crossed
  std::vector<ClassicInstance*> links;    // parallel to tables->links
  std::vector<NatGateway*> nat_gateways;  // parallel to tables->nat_gateways; null: not available
  InternetGateway* gateway = nullptr;
};

class VpcRouter final : private FragmentHolder {
 public:
  /// Has no tables yet: it asks `planner` when somebody needs them.
  VpcRouter(Context& context, Planner& planner, const api::VpcId& vpc);

  VpcRouter(const VpcRouter&) = delete;
  VpcRouter& operator=(const VpcRouter&) = delete;

  [[nodiscard]] const api::VpcId& id() const { return vpc_; }

  /// The tables as of this instant (RT-26): compiled anew if the VPC has changed.
  [[nodiscard]] const dataplane::VpcTables& tables() {
    if (stale_) [[unlikely]] {
      planner_->refresh(*this);
    }
    return *plan_.tables;
  }

  /// Counts the plans that were installed: what was judged under another number is void.
  [[nodiscard]] std::uint32_t plan_number() const { return plan_number_; }

  /// Takes over a packet that passed the filter of `from`, a member of this VPC.
  void from_interface(Eni& from, wire::PacketHandle packet);

  /// Takes over a packet that crossed a peering connection (PCX-23).
  void from_peering(PeeringEnd& from, wire::PacketHandle packet);

  /// Takes over a packet that the gateway has translated.
  void from_gateway(wire::PacketHandle packet, const dataplane::PacketFacts& facts);

  /// Takes over a packet that an EC2-Classic instance sends by its link to this VPC (FWD-7.1…2),
  /// and that passed the link's groups. `wire` is the port where it came in.
  void from_link(const ClassicInstance& from, wire::PacketHandle packet, engine::PortId wire);

  /// Takes over a packet that a NAT gateway of this VPC sends: translated, or its own (FWD-5).
  void from_nat_gateway(const NatGateway& from, wire::PacketHandle packet);

  /// MTU-3: drops a packet of this VPC, which must not be cut, at an element that carries no more
  /// than `mtu` bytes, and tells its sender from the router's address in the sender's subnet
  /// (ICMP-2; ACLs and groups judge the answer: MTU-4).
  void refuse_too_big(wire::PacketHandle packet, const dataplane::PacketFacts& facts,
                      std::uint16_t mtu, const trace::Tap& tap);

  // --- The fabric's side ------------------------------------------------------------------------

  /// The VPC has changed.
  void mark_stale() { stale_ = true; }

  [[nodiscard]] bool is_stale() const { return stale_; }

  /// A mark of the fabric's own: whether it has noted this router somewhere. Returns the old one.
  bool set_noted(bool noted) { return std::exchange(noted_, noted); }

  /// New tables, and the nodes that belong to them.
  void install(RouterPlan plan);

  /// What was installed last; its tables are null before the first time.
  [[nodiscard]] const RouterPlan& plan() const { return plan_; }

 private:
  /// Where a packet came in.
  struct Origin {
    Eni* interface;       // null: from outside the VPC
    std::uint32_t place;  // its number among fragments' places
    std::uint32_t zone;   // dataplane::kNowhere: as near as the destination
    dataplane::Entry entry = dataplane::Entry::kPeering;  // of what comes from outside
    std::uint32_t nat_gateway = dataplane::kNowhere;      // what it comes from, if from one

    /// The interface that it comes from, an instance's or a NAT gateway's; kNowhere: neither.
    [[nodiscard]] std::uint32_t slot(const dataplane::VpcTables& tables) const;

    /// Whether it may send under other addresses than its own: an appliance or a NAT gateway.
    [[nodiscard]] bool relays(const dataplane::VpcTables& tables) const;

    /// Tells apart the packets on which the rules may say different things.
    [[nodiscard]] std::uint32_t key() const;
  };

  void handle(const Origin& origin, wire::PacketHandle packet, const dataplane::PacketFacts& facts);

  template <class Recorder>
  void forward(const Origin& origin, wire::PacketHandle packet, const dataplane::PacketFacts& facts,
               trace::StepList* steps, Recorder recorder);

  /// As forward() when nobody listens; remembers verdicts.
  void forward_quietly(const Origin& origin, wire::PacketHandle packet,
                       const dataplane::PacketFacts& facts);

  template <class Recorder>
  [[nodiscard]] dataplane::Verdict judge(const Origin& origin, const dataplane::PacketFacts& facts,
                                         dataplane::AclUse acls, Recorder recorder);

  void obey(const Origin& origin, const dataplane::Verdict& verdict, wire::PacketHandle packet,
            const dataplane::PacketFacts& facts, const trace::StepList* steps);
  void note_last_hop(const Origin& origin, std::uint32_t to, wire::PacketHandle packet,
                     const dataplane::PacketFacts& facts);
  void cross(std::uint32_t peering, wire::PacketHandle packet, const dataplane::PacketFacts& facts);
  void cross_to_link(std::uint32_t peering, wire::PacketHandle packet,
                     const dataplane::PacketFacts& facts);
  template <class Send>
  void send_narrow(wire::PacketHandle packet, const dataplane::PacketFacts& facts,
                   std::uint16_t mtu, const trace::Tap& leg, Send&& send);
  void send_across(std::uint32_t peering, wire::PacketHandle packet,
                   const dataplane::PacketFacts& facts);

  template <class Recorder>
  void leave_by_link(std::uint32_t link, wire::PacketHandle packet,
                     const dataplane::PacketFacts& facts, trace::StepList* steps,
                     Recorder recorder);

  void refuse(trace::DropReason reason, wire::PacketHandle packet, const trace::StepList* steps);

  /// SG-27 for ACLs: true if a later fragment may be decided upon; else it waits or was dropped.
  bool ask_gate(const Origin& origin, wire::PacketHandle packet,
                const dataplane::PacketFacts& facts, trace::StepList* steps);
  [[nodiscard]] bool stays_in_subnet(const Origin& origin,
                                     const dataplane::PacketFacts& facts) const;
  void share_verdict(const Origin& origin, const dataplane::PacketFacts& facts,
                     const dataplane::Verdict& verdict, const trace::StepList* steps);
  void release_fragments(const Origin& origin, const dataplane::PacketFacts& facts);
  SimTime expire_fragments(SimTime now) override;

  [[nodiscard]] trace::Tap tap() const { return trace::Tap{vpc_, trace::Tap::Side::kRouter}; }

  Context* context_;
  Planner* planner_;
  api::VpcId vpc_;
  bool stale_ = true;
  bool noted_ = false;
  std::uint32_t plan_number_ = 0;
  RouterPlan plan_;
  std::unique_ptr<dataplane::VerdictCache> verdicts_;   // made for the first packet
  std::unique_ptr<dataplane::FragmentGate> fragments_;  // made for the first fragment
  std::vector<wire::PacketHandle> pieces_;  // scratch, so that cutting allocates nothing
};

}  // namespace vpclab::node
