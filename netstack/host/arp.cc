// Address resolution (RFC 826): one request a second, three at most; and answering others'.
#include "netstack/wire/arp.h"

#include <algorithm>

#include "netstack/host/arp_cache.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/ethernet.h"

namespace vpclab::host {
namespace {

using wire::ArpOperation;
using wire::ArpPacket;
using wire::EthernetHeader;
using wire::Ipv4Address;
using wire::MacAddress;
using wire::PacketHandle;

/// RFC 1122 section 2.3.2.1: one request a second for each destination.
constexpr Duration kRequestInterval = std::chrono::seconds(1);
constexpr std::uint8_t kRequestsMax = 3;
/// How long an answer holds (RFC 1122 section 2.3.2.1: of the order of a minute).
constexpr Duration kFreshFor = std::chrono::seconds(60);

}  // namespace

void HostStack::receive_arp(SimTime now, std::size_t interface, PacketHandle frame) {
  const Bytes bytes = pool_.bytes(frame);
  const auto parsed = ArpPacket::parse(bytes.subspan(EthernetHeader::kSize));
  if (!parsed) {
    return finish(now, interface, frame, HostOutcome::kMalformed);
  }
  const ArpPacket arp = *parsed;
  const std::uint64_t cause = pool_.id(frame);
  finish(now, interface, frame, HostOutcome::kArp);

  const InterfaceConfig& config = interfaces_[interface];
  const bool is_mine = owner_of(arp.target_ip) == interface;
  // A probe (RFC 5227) has no sender address; an address of ours in other hands is a conflict; and
  // nobody can be at a group address, or off this link. From none of them is anything learnt.
  const bool is_near = config.subnet.contains(arp.sender_ip) ||
                       (arp_ != nullptr && arp_->find(interface, arp.sender_ip) != nullptr);
  const bool is_sane = !arp.sender_mac.is_group() && arp.sender_mac != MacAddress() && is_near &&
                       kind_of(arp.sender_ip) == Kind::kOther;
  if (is_sane) {
    // RFC 826: who is known is updated; who talks to us is added. An unasked-for reply adds nobody.
    learn(now, interface, arp.sender_ip, arp.sender_mac,
          is_mine && arp.operation == ArpOperation::kRequest);
  }
  const bool is_probe = arp.sender_ip.is_unspecified();
  if (arp.operation == ArpOperation::kRequest && is_mine && !arp.sender_mac.is_group() &&
      (is_sane || is_probe)) {
    send_arp(
        interface, arp.sender_mac,
        ArpPacket{ArpOperation::kReply, config.mac, arp.target_ip, arp.sender_mac, arp.sender_ip},
        cause);
  }
}

void HostStack::learn(SimTime now, std::size_t interface, Ipv4Address address, MacAddress mac,
                      bool may_add) {
  if (arp_ == nullptr) {
    if (!may_add) {
      return;
    }
    arp_ = std::make_unique<ArpCache>(
        options_.arp_entries_max, options_.arp_pending_per_address_max, options_.arp_pending_max);
  }
  ArpCache::Neighbour* neighbour = arp_->find(interface, address);
  if (neighbour == nullptr) {
    neighbour = may_add ? arp_->insert(interface, address) : nullptr;
    if (neighbour == nullptr) {
      return;
    }
  }
  const bool was_asked = neighbour->requests > 0;
  neighbour->mac = mac;
  neighbour->state = ArpCache::State::kReachable;
  neighbour->requests = 0;
  neighbour->at = now + kFreshFor;
  for (const ArpCache::Waiting& waiting : arp_->take_waiting(*neighbour)) {
    transmit(now, interface, mac, waiting.packet, waiting.origin);
  }
  if (was_asked) {
    plan_timers();
  }
}

/// Sends `packet` to a neighbour whose address is fresh, stale or unknown.
void HostStack::resolve(SimTime now, std::size_t interface, Ipv4Address next_hop,
                        PacketHandle packet, PacketOrigin origin) {
  if (arp_ == nullptr) {
    arp_ = std::make_unique<ArpCache>(
        options_.arp_entries_max, options_.arp_pending_per_address_max, options_.arp_pending_max);
  }
  ArpCache::Neighbour* neighbour = arp_->find(interface, next_hop);
  const auto begin_asking = [&](MacAddress to) {
    neighbour->requests = 1;
    neighbour->at = now + kRequestInterval;
    wake_by(neighbour->at);
    ask(interface, to, next_hop);
  };
  if (neighbour != nullptr && neighbour->state != ArpCache::State::kAsking) {
    if (neighbour->state == ArpCache::State::kReachable && neighbour->at <= now) {
      neighbour->state = ArpCache::State::kChecking;
      begin_asking(neighbour->mac);
    }
    return transmit(now, interface, neighbour->mac, packet, origin);
  }
  if (neighbour == nullptr) {
    neighbour = arp_->insert(interface, next_hop);
    if (neighbour == nullptr) {
      return give_up(now, interface, packet, origin, HostOutcome::kArpQueueFull);
    }
    begin_asking(MacAddress::broadcast());
  }
  if (const auto refused = arp_->enqueue(*neighbour, {packet, origin})) {
    give_up(now, interface, refused->packet, refused->origin, HostOutcome::kArpQueueFull);
  }
}

/// Asks who has `target`: everybody, or the one who had it.
void HostStack::ask(std::size_t interface, MacAddress to, Ipv4Address target) {
  const InterfaceConfig& config = interfaces_[interface];
  send_arp(interface, to,
           ArpPacket{ArpOperation::kRequest, config.mac, config.address, MacAddress(), target}, 0);
}

void HostStack::send_arp(std::size_t interface, MacAddress to, const ArpPacket& arp,
                         std::uint64_t cause) {
  const PacketHandle frame = pool_.allocate(EthernetHeader::kSize + ArpPacket::kSize);
  const MutableBytes bytes = pool_.bytes(frame);
  EthernetHeader{to, interfaces_[interface].mac, wire::EtherType::kArp}.emit(bytes);
  arp.emit(bytes.subspan(EthernetHeader::kSize));
  pool_.set_cause(frame, cause);
  outbound_.push_back({frame, static_cast<std::uint8_t>(interface)});
}

void HostStack::announce(std::size_t interface) {
  const InterfaceConfig& config = interfaces_[interface];
  // RFC 5227 section 2.3: sender and target address are both the announced one.
  const auto say = [&](Ipv4Address address) {
    send_arp(interface, MacAddress::broadcast(),
             ArpPacket{ArpOperation::kRequest, config.mac, address, MacAddress(), address}, 0);
  };
  say(config.address);
  std::for_each(config.secondary.begin(), config.secondary.end(), say);
}

void HostStack::poll_arp(SimTime now) {
  const auto is_due = [&](const ArpCache::Neighbour& neighbour) {
    return neighbour.state != ArpCache::State::kReachable && neighbour.at <= now;
  };
  for (;;) {
    std::vector<ArpCache::Neighbour>& all = arp_->neighbours();
    const auto due = std::find_if(all.begin(), all.end(), is_due);
    if (due == all.end()) {
      return;
    }
    if (due->requests < kRequestsMax) {
      ++due->requests;
      due->at = now + kRequestInterval;
      ask(due->interface,
          due->state == ArpCache::State::kChecking ? due->mac : MacAddress::broadcast(),
          due->address);
      continue;
    }
    // Three unanswered. Forgotten first, so that what the failures provoke may ask again.
    const std::size_t interface = due->interface;
    const std::vector<ArpCache::Waiting> failed = arp_->take_waiting(*due);
    arp_->erase(interface, due->address);
    for (const ArpCache::Waiting& waiting : failed) {
      fail_waiting(now, interface, waiting.packet, waiting.origin);
    }
  }
}

/// Nobody is there: the sender is told, be it a program of this host or another host (RFC 1812
/// section 5.2.7.1; ICMP-1's exception).
void HostStack::fail_waiting(SimTime now, std::size_t interface, PacketHandle packet,
                             PacketOrigin origin) {
  const auto error =
      wire::IcmpV4Header::error(wire::IcmpType::kDestinationUnreachable, wire::unreachable::kHost);
  if (origin != PacketOrigin::kOwn) {
    send_icmp_error(now, Received{packet, pool_.bytes(packet), 0, interface, false}, error);
  } else {
    report_local(now, interfaces_[interface].address, pool_.bytes(packet), error);
  }
  give_up(now, interface, packet, origin, HostOutcome::kArpFailed);
}

/// Ends a packet that was to leave. One that only passed through is shown as the frame that it was.
void HostStack::give_up(SimTime now, std::size_t interface, PacketHandle packet,
                        PacketOrigin origin, HostOutcome outcome) {
  if (origin == PacketOrigin::kForwarded) {
    pool_.push_front(packet, EthernetHeader::kSize);
  }
  finish(now, interface, packet, outcome);
}

}  // namespace vpclab::host
