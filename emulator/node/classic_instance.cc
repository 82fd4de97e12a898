#include "emulator/node/classic_instance.h"

#include <string>
#include <utility>

#include "emulator/dataplane/decide_classic.h"
#include "emulator/node/arp_answer.h"
#include "emulator/node/vpc_router.h"
#include "netstack/host/host_outcome.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::node {
namespace {

using dataplane::KeepSteps;
using dataplane::kNowhere;
using dataplane::NoSteps;
using dataplane::PacketFacts;
using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using trace::Tap;
using wire::EthernetHeader;
using wire::PacketHandle;

/// Whatever a guest of the flat network asks for, its host answers with this address.
constexpr wire::MacAddress kRouterMac = wire::MacAddress::from_integer(0xfeff'ffff'ffffU);

constexpr std::uint16_t kDnsPort = 53;

bool asks_resolver(const PacketFacts& facts) {  // CLC-5
  return facts.traffic == dataplane::TrafficClass::kUdp && facts.destination_port == kDnsPort &&
         !facts.is_fragment() &&
         (facts.destination == dataplane::kClassicDns || facts.destination == Resolver::kAddress);
}

}  // namespace

ClassicInstance::Side::Side(ClassicInstance& of, Tap::Side kind, std::string_view name,
                            Port::Handler leaves, Port::Handler arrives)
    : tap_side(kind),
      far_end(of, leaves),
      near_end(of, arrives),
      up(of.context().profiles().interface, of.context().simulator().add_sink(far_end),
         of.context().options().seed, of.id_.text() + std::string(name) + "/up"),
      down(of.context().profiles().interface, of.context().simulator().add_sink(near_end),
           of.context().options().seed, of.id_.text() + std::string(name) + "/down") {}

ClassicInstance::ClassicInstance(Context& context, ClassicNetwork& network,
                                 const api::InstanceId& id, const host::HostOptions& options)
    : Guest(context, options),
      network_(&network),
      id_(id),
      classic_(*this, Tap::Side::kFilter, "", &ClassicInstance::leave_to_classic,
               &ClassicInstance::arrive_from_classic),
      link_(*this, Tap::Side::kClassicLink, "/link", &ClassicInstance::leave_to_vpc,
            &ClassicInstance::arrive_from_vpc) {}

// --- What it is ----------------------------------------------------------------------------------

wire::Ipv4Address ClassicInstance::address() const {
  return host().has_interface(0) ? host().interface(0).address : wire::Ipv4Address{};
}

bool ClassicInstance::is_running() {
  static_cast<void>(network_->tables());  // follows the plan first
  return running_;
}

VpcRouter* ClassicInstance::linked_vpc() {
  static_cast<void>(network_->tables());
  return linked_;
}

std::uint32_t ClassicInstance::link_slot() {
  VpcRouter* vpc = linked_vpc();
  if (vpc == nullptr) {
    return kNowhere;
  }
  const dataplane::VpcTables& tables = vpc->tables();
  const std::uint32_t found = tables.link_at(address());
  return found != kNowhere && tables.links[found].instance == id_ ? found : kNowhere;
}

Tap ClassicInstance::tap(std::size_t /*number*/) const { return Tap{id_, Tap::Side::kGuest}; }

void ClassicInstance::impair(Direction direction, const link::Impairments& impairments) {
  const bool out = direction == Direction::kOut;
  const std::string end = out ? "/up" : "/down";
  const std::uint64_t seed = context().options().seed;
  (out ? classic_.up : classic_.down)
      .impair(context().links(), impairments, seed, id_.text() + end);
  (out ? link_.up : link_.down)
      .impair(context().links(), impairments, seed, id_.text() + "/link" + end);
}

// --- Following the plan --------------------------------------------------------------------------

void ClassicInstance::follow(const dataplane::ClassicInstance& now, std::uint32_t slot,
                             VpcRouter* linked) {
  slot_ = slot;
  if (linked != linked_ || now.links_made != links_made_) {  // CL-13, CL-30
    link_.gate.forget(place(link_), DropReason::kClassiclinkNotLinked);
    linked_ = linked;
    links_made_ = now.links_made;
  }
  set_state(now.is_up(), now.boots);
  set_address(now);
}

void ClassicInstance::forget() {
  slot_ = kNowhere;
  linked_ = nullptr;
  set_state(false, 0);
}

void ClassicInstance::set_state(bool running, std::uint32_t boots) {
  if (running_ && (!running || boots != boots_)) {
    host().shut_down(context().now());
    classic_.gate.forget(place(classic_));
    link_.gate.forget(place(link_));
  }
  running_ = running;
  boots_ = boots;
}

/// CLC-2: the address comes with the start and goes with the stop.
void ClassicInstance::set_address(const dataplane::ClassicInstance& now) {
  if (now.address == address()) {
    return;
  }
  if (host().has_interface(0)) {
    host().remove_interface(context().now(), 0);
  }
  if (!now.address.is_unspecified()) {
    host::InterfaceConfig config;
    config.mac = now.mac;
    config.address = now.address;
    config.subnet = now.subnet();
    config.gateway = now.router();
    config.mtu = kClassicMtu;
    static_cast<void>(host().add_interface(config));
  }
}

// --- Rules ---------------------------------------------------------------------------------------

/// FWD-1.1…4 and FWD-3.3…4 at one side, as its gate asks for them.
struct ClassicInstance::Rules {
  ClassicInstance& instance;
  const dataplane::ClassicTables& classic;
  const dataplane::VpcTables* linked;  // of the link's side; null: the flat network's
  std::uint32_t link = kNowhere;       // its position in `linked`

  [[nodiscard]] const dataplane::ClassicInstance& self() const {
    return classic.instances[instance.slot_];
  }

  template <class Recorder>
  [[nodiscard]] std::optional<DropReason> check(const PacketFacts& facts, bool egress,
                                                Recorder recorder) const {
    return egress ? check_classic_egress(classic, self(), facts, recorder)
                  : check_classic_ingress(self(), facts, recorder);
  }

  template <class Recorder>
  [[nodiscard]] dataplane::Admission judge(const PacketFacts& facts, Bytes packet, bool egress,
                                           dataplane::Conntrack* conntrack,
                                           Recorder recorder) const {
    if (const auto reason = check(facts, egress, recorder)) {
      dataplane::Admission denied;
      denied.reason = *reason;
      return denied;
    }
    Context& context = instance.context();
    const NodeOptions& options = context.options();
    const dataplane::SecurityGroups& groups =
        linked != nullptr ? linked->group_sets[linked->links[link].groups]  // CL-15
                          : classic.group_sets[self().groups];              // CLC-3
    const dataplane::GroupContext asked{
        groups,           linked != nullptr ? linked->address_sets : classic.address_sets,
        instance.id_,     conntrack,
        options.tracking, context.counters(),
        context.now(),    options.judge_anew};
    return judge_groups(asked, facts, packet, egress, recorder);
  }

  /// What the instance's host serves was taken before.
  [[nodiscard]] bool serve(PacketHandle /*packet*/, const PacketFacts& /*facts*/,
                           bool /*egress*/) const {
    return false;
  }

  [[nodiscard]] std::uint32_t plan() const {
    return linked != nullptr ? instance.linked_->plan_number() : instance.network_->plan_number();
  }
};

void ClassicInstance::filter(Side& side, PacketHandle packet, const PacketFacts& facts,
                             bool egress) {
  const dataplane::ClassicTables& classic = network_->tables();
  const bool by_link = &side == &link_;
  const Rules rules{*this, classic, by_link ? &linked_->tables() : nullptr,
                    by_link ? link_slot() : kNowhere};
  trace::StepList* steps = nullptr;
  bool passes = false;
  if (context().listening()) {
    steps = &context().fresh_steps();
    passes = side.gate.admit(place(side), rules, packet, facts, egress, steps, KeepSteps{*steps});
  } else {
    passes = side.gate.admit(place(side), rules, packet, facts, egress, nullptr, NoSteps{});
  }
  if (passes) {
    pass(side, packet, egress, steps);
  }
  if (facts.is_fragment() && !facts.is_later_fragment()) {
    side.gate.release(place(side), facts, egress, [&](PacketHandle next, const PacketFacts& later) {
      filter(side, next, later, egress);
    });
  }
}

SimTime ClassicInstance::expire_fragments(SimTime now) {
  static_cast<void>(network_->tables());  // may stop the guest: then no fragment is left
  return std::min(classic_.gate.expire(place(classic_), now), link_.gate.expire(place(link_), now));
}

// --- Out -----------------------------------------------------------------------------------------

void ClassicInstance::transmit(std::size_t number, PacketHandle frame) {
  if (context().listening()) {
    record_leaving(number, frame);
  }
  wire::PacketPool& packets = context().packets();
  const Tap outside{id_, Tap::Side::kFilter};
  const auto ethernet = EthernetHeader::parse(packets.bytes(frame));
  if (ethernet && ethernet->type == wire::EtherType::kArp) {
    return answer_arp(frame);
  }
  if (!ethernet || ethernet->type != wire::EtherType::kIpv4) {
    return context().drop(DropReason::kMalformed, outside, Direction::kOut, frame, nullptr, true);
  }
  packets.pop_front(frame, EthernetHeader::kSize);
  PacketFacts facts;
  if (const auto reason = context().read_facts(frame, facts)) {
    return context().drop(*reason, outside, Direction::kOut, frame, nullptr);
  }
  if (const std::size_t size = load_be16(packets.bytes(frame), 2);
      packets.bytes(frame).size() > size) {
    packets.truncate(frame, size);  // without Ethernet's padding
  }
  if (!is_running() || slot_ == kNowhere) {
    return context().drop(DropReason::kInstanceNotRunning, outside, Direction::kOut, frame,
                          nullptr);
  }
  if (asks_resolver(facts)) {  // FWD-1.1; CL-19: also where the linked VPC has the address, too
    return ask_resolver(frame, facts);
  }
  const bool by_link =
      link_slot() != kNowhere && goes_by_link(linked_->tables(), facts.destination);
  filter(by_link ? link_ : classic_, frame, facts, true);
}

/// L2-1: the host answers for everybody; the flat network has no subnet in which it could be asked
/// for somebody who is not there.
void ClassicInstance::answer_arp(PacketHandle frame) {
  wire::PacketPool& packets = context().packets();
  const Tap outside{id_, Tap::Side::kFilter};
  const auto question =
      wire::ArpPacket::parse(Bytes(packets.bytes(frame)).subspan(EthernetHeader::kSize));
  if (!question) {
    return context().drop(DropReason::kMalformed, outside, Direction::kOut, frame, nullptr, true);
  }
  if (question->operation != wire::ArpOperation::kRequest || question->target_ip == address()) {
    if (context().listening()) {
      context().record_consumed(outside, frame, to_string(host::HostOutcome::kArp), true);
    }
    return packets.free(frame);
  }
  if (context().listening()) {
    context().record(EventKind::kReplaced, outside, Direction::kOut, frame, nullptr, true);
  }
  answer_arp_in_place(packets, frame, *question, kRouterMac);
  if (context().listening()) {
    context().record(EventKind::kSent, outside, Direction::kIn, frame, nullptr, true);
    context().record(EventKind::kPassed, tap(0), Direction::kIn, frame, nullptr, true);
  }
  receive(0, frame);
}

void ClassicInstance::leave_to_classic(PacketHandle packet) {
  network_->from_instance(*this, packet);
}

void ClassicInstance::leave_to_vpc(PacketHandle packet) {
  VpcRouter* vpc = linked_vpc();
  if (vpc == nullptr) {  // CL-30: unlinked while the packet was on its way
    trace::StepList& steps = context().fresh_steps();
    steps.push({Stage::kClassicLink, Outcome::kDenied, RuleRef{.rule = id_}});
    return context().drop(DropReason::kClassiclinkNotLinked, Tap{id_, Tap::Side::kClassicLink},
                          Direction::kOut, packet, &steps);
  }
  vpc->from_link(*this, packet, link_.up.to());
}

void ClassicInstance::ask_resolver(PacketHandle packet, const PacketFacts& facts) {
  context().resolver().ask(*this, Tap{id_, Tap::Side::kFilter}, {{}, id_}, packet, facts);
}

// --- In ------------------------------------------------------------------------------------------

void ClassicInstance::arrive(Side& side, PacketHandle packet) {
  const Tap where{id_, side.tap_side};
  if (!is_running() || slot_ == kNowhere) {
    trace::StepList& steps = context().fresh_steps();
    const auto state = slot_ == kNowhere ? trace::ObjectState::kTerminated
                                         : network_->tables().instances[slot_].state;
    steps.push(
        {Stage::kDestinationLookup, Outcome::kDenied, RuleRef{.object = id_, .state = state}});
    return context().drop(DropReason::kInstanceNotRunning, where, Direction::kIn, packet, &steps);
  }
  PacketFacts facts;
  if (const auto reason = context().read_facts(packet, facts)) {
    return context().drop(*reason, where, Direction::kIn, packet, nullptr);
  }
  if (&side == &link_ && link_slot() == kNowhere) {  // CL-30
    trace::StepList& steps = context().fresh_steps();
    steps.push({Stage::kClassicLink, Outcome::kDenied, RuleRef{.rule = id_}});
    return context().drop(DropReason::kClassiclinkNotLinked, where, Direction::kIn, packet, &steps);
  }
  filter(side, packet, facts, false);
}

void ClassicInstance::pass(Side& side, PacketHandle packet, bool egress,
                           const trace::StepList* steps) {
  if (steps != nullptr) {
    context().record(EventKind::kPassed, Tap{id_, side.tap_side}, trace::direction_of(egress),
                     packet, steps);
  }
  if (egress) {
    side.up.accept(context().links(), packet);
  } else {
    hand_over(packet, steps != nullptr);
  }
}

/// Not filtered (SG-26).
void ClassicInstance::take_answer(PacketHandle packet) {
  if (!is_running() || slot_ == kNowhere) {
    return context().drop(DropReason::kInstanceNotRunning, Tap{id_, Tap::Side::kFilter},
                          Direction::kIn, packet, nullptr);
  }
  hand_over(packet, context().listening());
}

void ClassicInstance::hand_over(PacketHandle packet, bool listening) {
  wire::PacketPool& packets = context().packets();
  packets.push_front(packet, EthernetHeader::kSize);
  EthernetHeader{network_->tables().instances[slot_].mac, kRouterMac, wire::EtherType::kIpv4}.emit(
      packets.bytes(packet));
  if (listening) {
    context().record(EventKind::kPassed, tap(0), Direction::kIn, packet, nullptr, true);
  }
  receive(0, packet);
}

}  // namespace vpclab::node
