// Keeps what is played for a scenario.
#include <algorithm>

#include "tests/oracle/build.h"

namespace vpclab::oracle {

Fate Lab::ask_oracle(const std::string& from, const Packet& packet, Seconds now,
                     const Witness& witness) {
  const std::string kind = from.substr(0, from.find('-'));
  Fate fate = kind.empty()    ? oracle_.leave_outsider(packet, now, witness)
              : kind == "i"   ? oracle_.leave_classic(from, packet, now, witness)
              : kind == "vpc" ? oracle_.leave_router(from, packet, now, witness)
              : kind == "nat" ? oracle_.leave_nat(from, packet, now, witness)
                              : oracle_.leave(from, packet, now, witness);
  // Which of its routers says that a TTL has ended is the internet's affair, and how far that is.
  fate.any_ttl = kind.empty() &&
                 std::none_of(network_.outsiders.begin(), network_.outsiders.end(),
                              [&](const Outsider& host) { return host.address == packet.source; });
  if (fault_) {
    fault_(fate);
  }
  return fate;
}

std::optional<Recording::Time> Lab::run_time() {
  return begun_ ? std::optional(world_.simulator().now().time_since_epoch()) : std::nullopt;
}

/// Who is on the sender's own link is asked for by ARP: whether anybody answers (L2-1, ICMP-5).
bool Lab::is_asked_by_arp(const Interface& from, std::uint32_t destination) const {
  const Subnet& subnet = *find(network_.subnets, from.subnet);
  const bool answers = destination == subnet.cidr.base + 1 || destination == subnet.cidr.base + 2 ||
                       network_.owner(from.vpc, destination) != nullptr ||
                       network_.nat_at(from.vpc, destination) != nullptr;
  return subnet.cidr.contains(destination) && !answers;
}

/// What keeps a ping from sending this very packet.
std::string Lab::why_untold(const Shot& shot) const {
  const Packet& packet = shot.packet;
  if (packet.protocol != kIcmp || packet.type != 8 || shot.pieces > 1) {
    return "no step sends such a packet";
  }
  if (packet.destination >= parse_address("224.0.0.0")) {
    return "a ping to many is another thing";
  }
  const Interface* from = find(network_.interfaces, shot.from);
  if (from == nullptr) {
    return {};
  }
  if (from->address(packet.source) == nullptr) {
    return "its source is not the sender's";
  }
  for (const Interface& other : network_.interfaces) {
    const Subnet& subnet = *find(network_.subnets, other.subnet);
    if (other.instance == from->instance && other.address(packet.destination) != nullptr) {
      return "the sender would talk to itself";
    }
    if (other.instance == from->instance && other.id != from->id &&
        subnet.cidr.contains(packet.destination)) {
      return "the sender would use its other interface";
    }
  }
  if (find(network_.subnets, from->subnet)->cidr.last() == packet.destination) {
    return "a ping to many is another thing";
  }
  return is_asked_by_arp(*from, packet.destination) ? "nobody would answer the sender's ARP"
                                                    : std::string();
}

void Lab::record(const Shot& shot) {
  std::string from = shot.from;
  const std::string home = from.empty() ? text(shot.packet.source) : from;
  if (const Interface* interface = find(network_.interfaces, shot.from)) {
    from = interface->instance;
  }
  for (const Outsider& outsider : network_.outsiders) {
    if (shot.from.empty() && outsider.address == shot.packet.source) {
      from = outsider.name;
    }
  }
  const bool is_raw = shot.from.rfind("eni-", 0) == 0;
  recording_.add_packet(from, home, shot.packet, is_raw, why_untold(shot), *run_time());
}

/// The emulator did not let a request arrive that the oracle lets arrive: what the oracle would say
/// of the reply.
void Lab::predict_reply() {
  const Fate* request = recording_.unanswered();
  if (request == nullptr) {
    return;
  }
  Packet reply = request->packet;
  std::swap(reply.source, reply.destination);
  reply.type = 0;
  reply.more = false;
  Witness witness;
  witness.tracked = [](const std::string& /*place*/, bool /*egress*/) { return true; };
  witness.port = [](const std::string& /*nat*/) { return 1024; };
  std::string from = request->receiver;
  if (const Interface* host = find(network_.interfaces, from)) {
    if (host->address(reply.source) == nullptr) {
      return;  // an appliance: what it does with the packet is not the oracle's affair
    }
  } else if (find(network_.classics, from) == nullptr) {
    from.clear();
  }
  const Seconds now = std::chrono::duration_cast<Seconds>(*run_time());
  recording_.learn(reply, ask_oracle(from, reply, now, witness));
}

std::string Lab::scenario(std::string_view name) {
  begin();
  const auto whole = std::chrono::ceil<std::chrono::seconds>(made_in_);
  return recording_.scenario(name, finding_, whole + std::chrono::seconds(1));
}

}  // namespace vpclab::oracle
