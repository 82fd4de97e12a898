// Packets: whence, where to, what.
#include <algorithm>
#include <array>

#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

struct Message {
  int protocol;
  int type_or_port;  // ICMP: type; TCP, UDP: destination port
  int code;
};

constexpr std::array kMessages{Message{1, 8, 0},    Message{1, 8, 0},      Message{1, 8, 0},
                               Message{17, 53, 0},  Message{17, 1500, 0},  Message{6, 22, 0},
                               Message{6, 1500, 0}, Message{17, 33434, 0}, Message{1, 0, 0},
                               Message{1, 13, 0},   Message{1, 3, 1},      Message{47, 0, 0},
                               Message{1, 11, 0},   Message{6, 443, 0}};

/// What else is drawn with the message: its size, whether it may be cut, its TTL, and whether the
/// guest cuts it. 0 is what is usual.
void set_form(Packet& packet, std::uint32_t form) {
  packet.size = std::array{0, 0, 0, 0, 1500, 1501, 4000, 9001}[form % 8];
  packet.dont_fragment = form / 8 % 2 == 1;
  packet.ttl = std::array{64, 64, 64, 64, 1, 2, 3, 4}[form / 16 % 8];
}

/// The same conversation seen from the other end: what a spontaneous answer would be.
Packet reversed(const Packet& packet) {
  Packet back = packet;
  std::swap(back.source, back.destination);
  std::swap(back.source_port, back.destination_port);
  if (packet.is_query()) {
    back.type = packet.type == 8 ? 0 : 14;
  }
  return back;
}

}  // namespace

/// Mostly somebody's address.
std::uint32_t Lab::choose_destination(std::uint32_t choice, std::uint32_t which) const {
  const Interface& owner = *pick(network_.interfaces, which);
  const Address& own = *pick(owner.addresses, which / 64);
  const Subnet& subnet = *pick(network_.subnets, which);
  const Vpc& vpc = *pick(network_.vpcs, which);
  switch (choice % 16) {
    case 0:
      return own.public_address != 0 ? own.public_address : parse_address("8.8.8.8");
    case 1:
      return pick(network_.outsiders, which)->address;
    case 2:
      return subnet.cidr.base + 1 + which % 3 * 2;  // the router, another reserved one, …
    case 3:
      return subnet.cidr.last();
    case 4:
      return subnet.cidr.base + 15 - which % 2;  // nobody's
    case 5:
      return vpc.cidrs.back().last() - 3;  // mostly in no subnet
    case 7:
    case 8:
    case 9: {
      const ClassicInstance* classic = pick(network_.classics, which);
      return classic == nullptr ? own.private_address
             : choice % 16 == 7 ? classic->public_address
                                : classic->private_address;
    }
    case 6:
      return std::array{parse_address("203.0.113.129"), parse_address("192.0.2.77"),
                        parse_address("224.0.0.5"), parse_address("255.255.255.255"),
                        parse_address("10.99.1.2")}[which % 5];
    default:
      return own.private_address;
  }
}

/// Somebody in the same VPC, or in one that is joined to it.
std::uint32_t Lab::choose_near(const Interface& from, std::uint32_t which) const {
  std::vector<std::uint32_t> near;
  for (const Interface& interface : network_.interfaces) {
    const bool is_far = interface.vpc != from.vpc;
    if (!is_far || network_.active_peering(interface.vpc, from.vpc) != nullptr) {
      near.insert(near.end(), is_far ? 2 : 1, interface.addresses.front().private_address);
    }
  }
  return *pick(near, which);
}

void Lab::send(const Wish& wish) {
  std::vector<const Interface*> senders;
  for (const Interface& interface : network_.interfaces) {
    if (network_.is_up(interface)) {
      senders.push_back(&interface);
    }
  }
  if (senders.empty()) {
    return;
  }
  const Interface& from = **pick(senders, wish.a);
  const Message& message = kMessages[wish.c % kMessages.size()];
  Packet packet;
  packet.source = pick(from.addresses, wish.d / 8)->private_address;
  if (wish.d % 8 == 7) {
    packet.source = pick(pick(network_.interfaces, wish.d)->addresses, 0)->private_address;
  }
  packet.destination =
      wish.b % 16 < 11 ? choose_destination(wish.b, wish.b / 16) : choose_near(from, wish.b / 16);
  packet.protocol = message.protocol;
  if (message.protocol == kIcmp) {
    packet.type = message.type_or_port;
    packet.code = message.code;
    packet.identifier = static_cast<int>(wish.d % 3) + 1;
    if (packet.type == 3 || packet.type == 11) {  // about one of the last packets, or any
      packet.quote =
          std::make_shared<Packet>(shots_.empty() ? packet : pick(shots_, wish.d)->packet);
      if (packet.quote->is_error() || packet.quote->is_answer() || shots_.empty()) {
        packet.quote->quote.reset();
        packet.quote->type = 8;
        packet.quote->code = 0;
        packet.quote->identifier = 1;
        packet.quote->protocol = kIcmp;
      }
    }
  } else {
    packet.source_port = static_cast<int>(40000 + wish.d % 3);
    packet.destination_port = message.type_or_port;
  }
  const auto form = static_cast<std::uint32_t>(wish.c / kMessages.size());
  set_form(packet, form);
  Shot shot{from.id, packet};
  if (form >= 128 && packet.size > 0 && !packet.dont_fragment && !packet.is_error()) {
    shot.pieces = 2 + form % 3;
    shot.last_first = form >= 192;
  }
  shots_.push_back(shot);
  fire(shots_.back());
}

/// One of the last packets once more, or its answer from the other side.
void Lab::send_again(const Wish& wish) {
  const Shot* last =
      shots_.empty()
          ? nullptr
          : &shots_[shots_.size() - 1 - wish.a % std::min<std::size_t>(shots_.size(), 4)];
  if (last == nullptr) {
    return;
  }
  Shot shot = *last;
  if (wish.b % 3 == 0) {
    if (shot.packet.is_error()) {
      return;
    }
    shot.packet = reversed(shot.packet);
    shot.from.clear();
    for (const Interface& interface : network_.interfaces) {
      if (interface.address(shot.packet.source) != nullptr) {
        shot.from = interface.id;
      }
    }
    for (const ClassicInstance& classic : network_.classics) {
      if (classic.private_address == shot.packet.source) {
        shot.from = classic.id;
      }
    }
    if (shot.from.empty()) {
      return;
    }
  }
  const ClassicInstance* classic = find(network_.classics, shot.from);
  if (classic != nullptr && (classic->state != InstanceState::kRunning ||
                             classic->private_address != shot.packet.source)) {
    return;
  }
  if (shot.from.empty() || classic != nullptr) {
    return fire(shot);
  }
  const Interface* from = find(network_.interfaces, shot.from);
  if (from != nullptr && network_.is_up(*from)) {
    fire(shot);
  }
}

void Lab::send_from_outside(const Wish& wish) {
  const Outsider& host = *pick(network_.outsiders, wish.a);
  const Interface* target = pick(network_.interfaces, wish.b);
  if (target == nullptr) {
    return;
  }
  const Message& message = kMessages[wish.c % 8];
  Packet packet;
  packet.source = host.address;
  packet.destination = pick(target->addresses, wish.d)->public_address;
  if (packet.destination == 0) {
    const Elastic* elastic = pick(network_.elastics, wish.b);
    packet.destination = elastic != nullptr ? elastic->address : parse_address("203.0.113.129");
  }
  packet.protocol = message.protocol;
  if (message.protocol == kIcmp) {
    packet.type = message.type_or_port;
    packet.identifier = 9;
  } else {
    packet.source_port = 50000;
    packet.destination_port = message.type_or_port;
  }
  set_form(packet, wish.c / 8 % 128);
  shots_.push_back({{}, packet});
  fire(shots_.back());
}

void Lab::send_from_classic(const Wish& wish) {
  const ClassicInstance* from = pick(network_.classics, wish.a);
  if (from == nullptr || from->state != InstanceState::kRunning || network_.interfaces.empty()) {
    return;
  }
  const Message& message = kMessages[wish.c % 8];
  Packet packet;
  packet.source = from->private_address;
  packet.destination = wish.b % 5 == 0 ? pick(network_.classics, wish.b / 5)->private_address
                                       : choose_destination(wish.b, wish.b / 16);
  if (!from->vpc.empty() && wish.d % 2 == 0) {  // by the link, or over a peering connection
    std::vector<std::uint32_t> near;
    for (const Interface& interface : network_.interfaces) {
      if (interface.vpc == from->vpc || network_.active_peering(interface.vpc, from->vpc)) {
        near.push_back(interface.addresses.front().private_address);
      }
    }
    packet.destination = near.empty() ? packet.destination : *pick(near, wish.b / 16);
  }
  if (packet.destination == parse_address("172.16.0.23")) {
    return;  // CLC-5, CL-19: what else than DNS that server gets is not told
  }
  if (packet.destination == 0 || packet.destination == packet.source ||
      packet.destination >= parse_address("224.0.0.0")) {
    return;
  }
  packet.protocol = message.protocol;
  if (message.protocol == kIcmp) {
    packet.type = message.type_or_port;
    packet.identifier = static_cast<int>(wish.d % 3) + 1;
  } else {
    packet.source_port = static_cast<int>(40000 + wish.d % 3);
    packet.destination_port = message.type_or_port;
  }
  set_form(packet, wish.c / 8 % 128);
  shots_.push_back({from->id, packet});
  fire(shots_.back());
}

}  // namespace vpclab::oracle
