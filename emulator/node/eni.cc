#include "emulator/node/eni.h"

#include <cstring>

#include "emulator/node/arp_answer.h"
#include "emulator/node/instance.h"
#include "emulator/node/vpc_router.h"
#include "netstack/host/host_outcome.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"

namespace vpclab::node {
namespace {

using dataplane::Admission;
using dataplane::DatagramKey;
using dataplane::DatagramVerdict;
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

Direction direction_of(bool egress) { return egress ? Direction::kOut : Direction::kIn; }

Stage group_stage(bool egress) {
  return egress ? Stage::kSecurityGroupEgress : Stage::kSecurityGroupIngress;
}

}  // namespace

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

void Eni::forget_flows() {
  if (fragments_ != nullptr) {
    while (const auto held = fragments_->take_expired(kNever)) {
      refuse(DropReason::kInstanceNotRunning, held->key.place != 0, held->packet, nullptr);
    }
    fragments_.reset();
  }
  conntrack_.reset();
}

void Eni::refuse(DropReason reason, bool egress, PacketHandle packet,
                 const trace::StepList* steps) {
  context_->drop(reason, tap(Tap::Side::kFilter), direction_of(egress), packet, steps);
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
  if (wanted != subnet.router() && wanted != subnet.dns()) {
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
    trace::StepList& steps = context_->fresh_steps();
    RuleRef rule{.object = instance_->id(), .rule = id_};
    rule.state = slot_ == dataplane::kNowhere ? trace::ObjectState::kDetached
                                              : tables.interfaces[slot_].state;
    steps.push({Stage::kDestinationLookup, Outcome::kDenied, rule});
    return refuse(DropReason::kInstanceNotRunning, false, packet, &steps);
  }
  PacketFacts facts;
  if (const auto reason = context_->read_facts(packet, facts)) [[unlikely]] {
    return refuse(*reason, false, packet, nullptr);
  }
  filter(packet, facts, false);
}

dataplane::FilterContext Eni::filter_context() {
  const dataplane::VpcTables& tables = router_->tables();
  const NodeOptions& options = context_->options();
  return {tables,
          tables.interfaces[slot_],
          conntrack_.get(),
          options.tracking,
          context_->counters(),
          context_->now(),
          options.judge_anew};
}

void Eni::filter(PacketHandle packet, const PacketFacts& facts, bool egress) {
  trace::StepList* steps = nullptr;
  bool passes = false;
  if (context_->listening()) {
    steps = &context_->fresh_steps();
    passes = admit(packet, facts, egress, steps, KeepSteps{*steps});
  } else if (goes_on(facts, egress)) [[likely]] {
    return egress ? pass_out(packet, nullptr) : pass_in(packet, facts.source, nullptr);
  } else {
    passes = admit(packet, facts, egress, nullptr, NoSteps{});
  }
  if (passes) {
    egress ? pass_out(packet, steps) : pass_in(packet, facts.source, steps);
  }
  if (facts.is_fragment() && !facts.is_later_fragment()) [[unlikely]] {
    // Those that waited for this verdict.
    while (fragments_ != nullptr) {
      const PacketHandle next = fragments_->release(DatagramKey::of(facts, egress ? 1 : 0));
      PacketFacts later;
      if (next == wire::kNoPacket) {
        break;
      }
      if (const auto reason = context_->read_facts(next, later)) {
        refuse(*reason, egress, next, nullptr);
      } else {
        filter(next, later, egress);
      }
    }
  }
}

bool Eni::goes_on(const PacketFacts& facts, bool egress) {
  if (conntrack_ == nullptr || facts.is_fragment() || context_->options().judge_anew) {
    return false;
  }
  const SimTime now = context_->now();
  dataplane::Conntrack::Flow* flow = conntrack_->find(flow_key(facts, egress), now);
  if (flow == nullptr || !dataplane::Conntrack::is_cleared(*flow, egress, router_->plan_number())) {
    return false;
  }
  conntrack_->refresh(*flow, facts, egress, now);
  return true;
}

template <class Recorder>
bool Eni::admit(PacketHandle packet, const PacketFacts& facts, bool egress, trace::StepList* steps,
                Recorder recorder) {
  if (facts.is_later_fragment()) [[unlikely]] {
    return admit_later_fragment(packet, facts, egress, steps, recorder);
  }
  const dataplane::FilterContext context = filter_context();
  // Only what quotes another packet is looked into further.
  const Bytes bytes = facts.traffic == dataplane::TrafficClass::kIcmp && facts.source_port == 0
                          ? Bytes(context_->packets().bytes(packet))
                          : Bytes{};
  const Admission admission = egress ? judge_egress(context, facts, bytes, recorder)
                                     : judge_ingress(context, facts, bytes, recorder);
  std::optional<DropReason> denied;
  if (!admission.allowed()) {
    denied = admission.reason;
  } else {
    if (admission.kind == Admission::Kind::kNew && conntrack_ == nullptr) [[unlikely]] {
      conntrack_ = std::make_unique<dataplane::Conntrack>(context_->options().tracking);
    }
    if (conntrack_ != nullptr && !commit(admission, *conntrack_, facts, egress, context_->now()))
        [[unlikely]] {
      denied = DropReason::kConntrackFull;
      if constexpr (Recorder::kKeeps) {
        recorder.push(group_stage(egress), Outcome::kDenied, RuleRef{.object = id_, .scope = id_});
      }
    }
    if (admission.kind == Admission::Kind::kTracked) {
      dataplane::Conntrack::clear_direction(*admission.flow, egress, router_->plan_number());
    }
  }
  if (facts.is_fragment()) [[unlikely]] {
    share_verdict(facts, egress, denied, steps);
  }
  if (denied) {
    refuse(*denied, egress, packet, steps);
  }
  return !denied.has_value();
}

void Eni::share_verdict(const PacketFacts& facts, bool egress, std::optional<DropReason> denied,
                        const trace::StepList* steps) {
  if (fragments_ == nullptr) {
    fragments_ = std::make_unique<dataplane::FragmentGate>(context_->options().fragments);
  }
  DatagramVerdict verdict{denied, {}};
  if (denied && steps != nullptr && !steps->empty()) {
    verdict.step = steps->back();
  }
  fragments_->judge(DatagramKey::of(facts, egress ? 1 : 0), verdict, context_->now());
}

/// SG-27.
template <class Recorder>
bool Eni::admit_later_fragment(PacketHandle packet, const PacketFacts& facts, bool egress,
                               trace::StepList* steps, Recorder recorder) {
  const dataplane::FilterContext context = filter_context();
  const auto reason = egress ? check_egress_addresses(context, facts, recorder)
                             : check_ingress_addresses(context, facts, recorder);
  if (reason) {
    refuse(*reason, egress, packet, steps);
    return false;
  }
  if (context_->options().fragments.policy == dataplane::FragmentPolicy::kFirstOnly) {
    return true;
  }
  if (fragments_ == nullptr) {
    fragments_ = std::make_unique<dataplane::FragmentGate>(context_->options().fragments);
  }
  const DatagramKey key = DatagramKey::of(facts, egress ? 1 : 0);
  if (const DatagramVerdict* verdict = fragments_->verdict(key, context_->now())) {
    if constexpr (Recorder::kKeeps) {
      const trace::Step shared{group_stage(egress), Outcome::kTracked,
                               RuleRef{.object = id_, .scope = id_}};
      steps->push(verdict->denied ? verdict->step : shared);
    }
    if (verdict->denied) {
      refuse(*verdict->denied, egress, packet, steps);
    }
    return !verdict->denied.has_value();
  }
  if (fragments_->hold(key, packet, context_->packets().size(packet), context_->now())) {
    context_->fragment_timer().watch(*this, fragments_->deadline());
  } else {
    if constexpr (Recorder::kKeeps) {
      recorder.push(group_stage(egress), Outcome::kDenied, RuleRef{.object = id_, .scope = id_});
    }
    refuse(DropReason::kConntrackFull, egress, packet, steps);
  }
  return false;
}

/// A fragment whose datagram's first one never came is no rule's affair: it is MALFORMED.
SimTime Eni::expire_fragments(SimTime now) {
  static_cast<void>(router_->tables());  // may stop the guest: then no fragment is left
  if (fragments_ == nullptr) {
    return kNever;
  }
  while (const auto held = fragments_->take_expired(now)) {
    refuse(DropReason::kMalformed, held->key.place != 0, held->packet, nullptr);
  }
  return fragments_->deadline();
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
  const dataplane::VpcTables& tables = router_->tables();
  const dataplane::Interface& interface = tables.interfaces[slot_];
  const dataplane::Subnet& subnet = tables.subnets[interface.subnet];
  wire::PacketPool& packets = context_->packets();
  wire::MacAddress from = subnet.router_mac;  // L2-2
  if (subnet.cidr.contains(source)) {         // L2-1
    const std::uint32_t owner = tables.owner_of(source);
    if (owner != dataplane::kNowhere) {
      from = tables.interfaces[owner].mac;
    }
  }
  packets.push_front(packet, EthernetHeader::kSize);
  const MutableBytes frame = packets.bytes(packet);
  std::memcpy(frame.data(), interface.mac.octets().data(), wire::MacAddress::kSize);
  std::memcpy(frame.data() + wire::MacAddress::kSize, from.octets().data(),
              wire::MacAddress::kSize);
  store_be16(frame, 12, static_cast<std::uint16_t>(wire::EtherType::kIpv4));
  if (steps != nullptr) {
    context_->record(EventKind::kPassed, tap(Tap::Side::kGuest), Direction::kIn, packet, nullptr,
                     true);
  }
  instance_->receive(number_, packet);
}

}  // namespace vpclab::node
