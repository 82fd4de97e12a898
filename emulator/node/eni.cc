#include "emulator/node/eni.h"

#include <cstring>

#include "emulator/node/arp_answer.h"
#include "emulator/node/echo_reply.h"
#include "emulator/node/instance.h"
#include "emulator/node/vpc_router.h"
#include "netstack/host/host_outcome.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/icmpv4.h"

namespace vpclab::node {
namespace {

using dataplane::KeepSteps;
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

}  // namespace

wire::MacAddress presumed_last_hop(const dataplane::VpcTables& tables, std::uint32_t to,
                                   wire::Ipv4Address source) {
  const dataplane::Subnet& subnet = tables.subnets[tables.interfaces[to].subnet];
  if (subnet.cidr.contains(source)) {  // L2-1
    const std::uint32_t owner = tables.owner_of(source);
    if (owner != dataplane::kNowhere) {
      return tables.interfaces[owner].mac;
    }
  }
  return subnet.router_mac;  // L2-2
}

void UplinkPort::accept(PacketHandle packet) {
  Eni& eni = static_cast<Eni&>(*this);
  eni.router_->from_interface(eni, packet);
}

void DownlinkPort::accept(PacketHandle packet) { static_cast<Eni&>(*this).arrive(packet); }

Eni::Eni(Context& context, VpcRouter& router, Instance& instance, const api::NetworkInterfaceId& id,
         std::uint8_t number)
    : context_(&context),
      router_(&router),
      instance_(&instance),
      id_(id),
      slot_(dataplane::kNowhere),
      number_(number),
      uplink_(context.profiles().interface,
              context.simulator().add_sink(static_cast<UplinkPort&>(*this)), context.options().seed,
              id.text() + "/up"),
      downlink_(context.profiles().interface,
                context.simulator().add_sink(static_cast<DownlinkPort&>(*this)),
                context.options().seed, id.text() + "/down") {}

link::Link& Eni::far_downlink() {
  if (far_downlink_ == nullptr) {
    far_downlink_ = std::make_unique<link::Link>(context_->profiles().far_zone, downlink_.to(),
                                                 context_->options().seed, id_.text() + "/far");
    const link::Impairments wanted = downlink_.impairments();
    if (wanted != link::Impairments{}) {
      far_downlink_->impair(context_->links(), wanted, context_->options().seed,
                            id_.text() + "/far");
    }
  }
  return *far_downlink_;
}

void Eni::impair(Direction direction, const link::Impairments& impairments) {
  const std::uint64_t seed = context_->options().seed;
  if (direction == Direction::kOut) {
    uplink_.impair(context_->links(), impairments, seed, id_.text() + "/up");
    return;
  }
  downlink_.impair(context_->links(), impairments, seed, id_.text() + "/down");
  if (far_downlink_ != nullptr) {
    far_downlink_->impair(context_->links(), impairments, seed, id_.text() + "/far");
  }
}

void Eni::take_over_wires(const Eni& before) {
  uplink_.go_on_as(before.uplink_);
  downlink_.go_on_as(before.downlink_);
  if (before.far_downlink_ != nullptr) {
    far_downlink().go_on_as(*before.far_downlink_);
  }
}

void Eni::forget_flows() { gate_.forget(place()); }

void Eni::refuse(DropReason reason, bool egress, PacketHandle packet,
                 const trace::StepList* steps) {
  context_->drop(reason, tap(Tap::Side::kFilter), trace::direction_of(egress), packet, steps);
}

void Eni::transmit(PacketHandle frame) {
  wire::PacketPool& packets = context_->packets();
  const Bytes bytes = packets.bytes(frame);
  const auto type = bytes.size() < EthernetHeader::kSize
                        ? wire::EtherType{}
                        : static_cast<wire::EtherType>(load_be16(bytes, 12));
  if (type == wire::EtherType::kArp) [[unlikely]] {
    return answer_arp(frame);
  }
  if (type != wire::EtherType::kIpv4) [[unlikely]] {
    return context_->drop(DropReason::kMalformed, tap(Tap::Side::kFilter), Direction::kOut, frame,
                          nullptr, true);
  }
  packets.pop_front(frame, EthernetHeader::kSize);
  PacketFacts facts;
  if (const auto reason = context_->read_facts(frame, facts)) [[unlikely]] {
    return refuse(*reason, true, frame, nullptr);
  }
  if (const std::size_t size = load_be16(bytes, EthernetHeader::kSize + 2);
      bytes.size() - EthernetHeader::kSize > size) {
    packets.truncate(frame, size);  // without Ethernet's padding
  }
  static_cast<void>(router_->tables());  // may move slot_
  if (slot_ == dataplane::kNowhere) [[unlikely]] {
    return refuse(DropReason::kInstanceNotRunning, true, frame, nullptr);
  }
  filter(frame, facts, true);
}

/// L2-1, L2-3, ICMP-5: the mapping of the subnet answers, never another guest.
void Eni::answer_arp(PacketHandle frame) {
  wire::PacketPool& packets = context_->packets();
  const Tap filter_tap = tap(Tap::Side::kFilter);
  const auto question =
      wire::ArpPacket::parse(Bytes(packets.bytes(frame)).subspan(EthernetHeader::kSize));
  if (!question) {
    return context_->drop(DropReason::kMalformed, filter_tap, Direction::kOut, frame, nullptr,
                          true);
  }
  const dataplane::VpcTables& tables = router_->tables();
  if (slot_ == dataplane::kNowhere) {
    return context_->drop(DropReason::kInstanceNotRunning, filter_tap, Direction::kOut, frame,
                          nullptr, true);
  }
  const dataplane::Subnet& subnet = tables.subnets[tables.interfaces[slot_].subnet];
  const wire::Ipv4Address wanted = question->target_ip;
  const std::uint32_t owner = tables.owner_of(wanted);
  if (question->operation != wire::ArpOperation::kRequest || owner == slot_) {
    // Announcements and probes of own addresses: the mapping knows better (L2-4).
    if (context_->listening()) {
      context_->record_consumed(filter_tap, frame, to_string(host::HostOutcome::kArp), true);
    }
    return packets.free(frame);
  }
  wire::MacAddress mac = subnet.router_mac;
  const bool is_routers = wanted == subnet.router() || wanted == subnet.dns() ||
                          (context_->options().router_answers_arp && owner == dataplane::kNowhere &&
                           subnet.cidr.contains(wanted));
  if (!is_routers) {
    if (owner == dataplane::kNowhere || !subnet.cidr.contains(wanted)) {
      trace::StepList& steps = context_->fresh_steps();
      steps.push({Stage::kDestinationLookup, Outcome::kDenied,
                  RuleRef{.object = tables.id,
                          .scope = subnet.id,
                          .prefix = subnet.cidr,
                          .has_prefix = true}});
      return context_->drop(
          subnet.is_reserved(wanted) ? DropReason::kReservedAddress : DropReason::kNoSuchHost,
          filter_tap, Direction::kOut, frame, &steps, true);
    }
    mac = tables.interfaces[owner].mac;
  }
  if (context_->listening()) {
    context_->record(EventKind::kReplaced, filter_tap, Direction::kOut, frame, nullptr, true);
  }
  answer_arp_in_place(packets, frame, *question, mac);
  if (context_->listening()) {
    context_->record(EventKind::kSent, filter_tap, Direction::kIn, frame, nullptr, true);
    context_->record(EventKind::kPassed, tap(Tap::Side::kGuest), Direction::kIn, frame, nullptr,
                     true);
  }
  instance_->receive(number_, frame);
}

void Eni::arrive(PacketHandle packet) {
  const dataplane::VpcTables& tables = router_->tables();
  if (slot_ == dataplane::kNowhere || !tables.interfaces[slot_].is_up()) [[unlikely]] {
    return refuse_at_rest(packet);
  }
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) [[unlikely]] {
    return refuse(*reason, false, packet, nullptr);
  }
  filter(packet, facts, false);
}

/// The interface was detached, or its instance does not run (INST-2).
void Eni::refuse_at_rest(PacketHandle packet) {
  trace::StepList& steps = context_->fresh_steps();
  RuleRef rule{.object = instance_->id(), .rule = id_};
  rule.state = slot_ == dataplane::kNowhere ? trace::ObjectState::kDetached
                                            : router_->tables().interfaces[slot_].state;
  steps.push({Stage::kDestinationLookup, Outcome::kDenied, rule});
  refuse(DropReason::kInstanceNotRunning, false, packet, &steps);
}

/// FWD-1.1…4 and FWD-3.3…4, as the gate asks for them.
struct Eni::Rules {
  Eni& eni;
  const dataplane::VpcTables& tables;

  [[nodiscard]] dataplane::FilterContext context(dataplane::Conntrack* conntrack) const {
    const NodeOptions& options = eni.context_->options();
    return {tables,
            tables.interfaces[eni.slot_],
            conntrack,
            options.tracking,
            eni.context_->counters(),
            eni.context_->now(),
            options.judge_anew};
  }

  template <class Recorder>
  [[nodiscard]] dataplane::Admission judge(const PacketFacts& facts, Bytes packet, bool egress,
                                           dataplane::Conntrack* conntrack,
                                           Recorder recorder) const {
    return egress ? judge_egress(context(conntrack), facts, packet, recorder)
                  : judge_ingress(context(conntrack), facts, packet, recorder);
  }

  template <class Recorder>
  [[nodiscard]] std::optional<DropReason> check(const PacketFacts& facts, bool egress,
                                                Recorder recorder) const {
    return egress ? check_egress_addresses(context(nullptr), facts, recorder)
                  : check_ingress_addresses(context(nullptr), facts, recorder);
  }

  [[nodiscard]] bool serve(PacketHandle packet, const PacketFacts& facts, bool egress) const {
    if (egress && dataplane::asks_resolver(tables, facts)) {
      eni.ask_resolver(packet, facts);
      return true;
    }
    return egress && eni.context_->options().router_answers_pings && eni.ask_router(packet, facts);
  }

  [[nodiscard]] std::uint32_t plan() const { return eni.router_->plan_number(); }
};

void Eni::filter(PacketHandle packet, const PacketFacts& facts, bool egress) {
  trace::StepList* steps = nullptr;
  bool passes = false;
  if (context_->listening()) {
    steps = &context_->fresh_steps();
    const Rules rules{*this, router_->tables()};
    passes = gate_.admit(place(), rules, packet, facts, egress, steps, KeepSteps{*steps});
  } else if (gate_.goes_on(*context_, facts, egress, router_->plan_number())) [[likely]] {
    return egress ? pass_out(packet, nullptr) : pass_in(packet, facts.source, nullptr);
  } else {
    const Rules rules{*this, router_->tables()};
    passes = gate_.admit(place(), rules, packet, facts, egress, nullptr, NoSteps{});
  }
  if (passes) {
    egress ? pass_out(packet, steps) : pass_in(packet, facts.source, steps);
  }
  if (facts.is_fragment() && !facts.is_later_fragment()) [[unlikely]] {
    gate_.release(place(), facts, egress, [&](PacketHandle next, const PacketFacts& later) {
      filter(next, later, egress);
    });
  }
}

void Eni::ask_resolver(PacketHandle packet, const PacketFacts& facts) {
  const dataplane::VpcTables& tables = router_->tables();
  if (tables.dns_support) {
    return context_->resolver().ask(*this, tap(Tap::Side::kFilter), {tables.id, {}}, packet, facts);
  }
  trace::StepList& steps = context_->fresh_steps();  // DNS-1
  steps.push({Stage::kLinkLocalService, Outcome::kDenied,
              RuleRef{.object = tables.id,
                      .prefix = wire::Ipv4Prefix::host(facts.destination),
                      .has_prefix = true}});
  refuse(facts.destination == tables.dns() ? DropReason::kReservedAddress : DropReason::kNoSuchHost,
         true, packet, &steps);
}

/// ICMP-5, where the knob says so: the subnet's router answers an echo request, past all filters
/// (SG-26). False for whatever else is sent to a reserved address.
bool Eni::ask_router(PacketHandle packet, const PacketFacts& facts) {
  const dataplane::VpcTables& tables = router_->tables();
  const dataplane::Subnet& subnet = tables.subnets[tables.interfaces[slot_].subnet];
  const bool is_whole_ping =
      facts.traffic == dataplane::TrafficClass::kIcmp && !facts.is_fragment() &&
      facts.icmp_type() == static_cast<std::uint8_t>(wire::IcmpType::kEchoRequest);
  if (!is_whole_ping || facts.destination != subnet.router()) {
    return false;
  }
  const PacketHandle reply = make_echo_reply(context_->packets(), packet);
  if (reply == wire::kNoPacket) {
    refuse(DropReason::kBadChecksum, true, packet, nullptr);
    return true;
  }
  const Tap where = tap(Tap::Side::kFilter);
  if (context_->listening()) {
    context_->record_consumed(where, packet, to_string(host::HostOutcome::kEchoRequest), false);
  }
  context_->packets().free(packet);
  context_->resolver().send_answer(*this, where, reply);
  return true;
}

/// Not filtered (SG-26).
void Eni::take_answer(PacketHandle packet) {
  const dataplane::VpcTables& tables = router_->tables();
  if (slot_ == dataplane::kNowhere || !tables.interfaces[slot_].is_up()) {
    return refuse_at_rest(packet);
  }
  hand_over(packet, wire::ipv4_source(context_->packets().bytes(packet)), context_->listening());
}

SimTime Eni::expire_fragments(SimTime now) {
  static_cast<void>(router_->tables());  // may stop the guest: then no fragment is left
  return gate_.expire(place(), now);
}

void Eni::pass_out(PacketHandle packet, const trace::StepList* steps) {
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kFilter), Direction::kOut, packet, steps);
  }
  uplink_.accept(context_->links(), packet);
}

void Eni::pass_in(PacketHandle packet, wire::Ipv4Address source, const trace::StepList* steps) {
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kFilter), Direction::kIn, packet, steps);
  }
  hand_over(packet, source, steps != nullptr);
}

/// Dresses the packet for the guest, who gets it.
void Eni::hand_over(PacketHandle packet, wire::Ipv4Address source, bool listening) {
  const dataplane::VpcTables& tables = router_->tables();
  const dataplane::Interface& interface = tables.interfaces[slot_];
  wire::PacketPool& packets = context_->packets();
  wire::MacAddress from = presumed_last_hop(tables, slot_, source);
  if (const wire::MacAddress* passed_on_by = context_->last_hop(packet)) [[unlikely]] {
    from = *passed_on_by;
  }
  packets.push_front(packet, EthernetHeader::kSize);
  const MutableBytes frame = packets.bytes(packet);
  std::memcpy(frame.data(), interface.mac.octets().data(), wire::MacAddress::kSize);
  std::memcpy(frame.data() + wire::MacAddress::kSize, from.octets().data(),
              wire::MacAddress::kSize);
  store_be16(frame, 12, static_cast<std::uint16_t>(wire::EtherType::kIpv4));
  if (listening) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kGuest), Direction::kIn, packet, nullptr,
                     true);
  }
  instance_->receive(number_, packet);
}

}  // namespace vpclab::node
