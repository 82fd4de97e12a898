#include "netstack/host/port_translation.h"

#include <algorithm>

namespace vpclab::host {
namespace {

constexpr std::size_t kFirstNodes = 16;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t mixed = (a * 0x9e3779b97f4a7c15U) ^ ((b + 1) * 0xc2b2ae3d27d4eb4fU);
  return ((mixed ^ (mixed >> 29)) * 0xff51afd7ed558ccdU) >> 32;
}

std::uint64_t remote_bits(wire::Ipv4Address remote, std::uint16_t remote_port,
                          wire::IpProtocol protocol) {
  return (std::uint64_t{remote.to_host_order()} << 24) ^ (std::uint64_t{remote_port} << 8) ^
         static_cast<std::uint8_t>(protocol);
}

std::uint64_t hash_of(const NatEnds& ends) {
  return mix(remote_bits(ends.remote, ends.remote_port, ends.protocol),
             (std::uint64_t{ends.inside.to_host_order()} << 16) | ends.inside_port);
}

std::uint64_t hash_of(wire::Ipv4Address remote, std::uint16_t remote_port,
                      wire::IpProtocol protocol, std::uint16_t port) {
  return mix(remote_bits(remote, remote_port, protocol), port);
}

/// Protocols without ports: one flow for each remote address (Linux's generic tracker).
bool has_ports(wire::IpProtocol protocol) {
  return protocol == wire::IpProtocol::kIcmp || protocol == wire::IpProtocol::kTcp ||
         protocol == wire::IpProtocol::kUdp;
}

std::size_t at(NatPhase phase) { return static_cast<std::size_t>(phase); }

}  // namespace

PortTranslation::PortTranslation(const PortTranslationOptions& options) : options_(options) {
  grow();
}

PortTranslation::FlowIndex PortTranslation::find(const NatEnds& ends, SimTime now) {
  expire(now);
  FlowIndex index = by_ends_[hash_of(ends) & (by_ends_.size() - 1)];
  while (index != kNone && nodes_[index].flow.ends != ends) {
    index = nodes_[index].next_by_ends;
  }
  return index;
}

PortTranslation::FlowIndex PortTranslation::find_back(wire::Ipv4Address remote,
                                                      std::uint16_t remote_port,
                                                      wire::IpProtocol protocol, std::uint16_t port,
                                                      SimTime now) {
  expire(now);
  return at_port(remote, remote_port, protocol, port);
}

PortTranslation::FlowIndex PortTranslation::at_port(wire::Ipv4Address remote,
                                                    std::uint16_t remote_port,
                                                    wire::IpProtocol protocol,
                                                    std::uint16_t port) const {
  FlowIndex index = by_port_[hash_of(remote, remote_port, protocol, port) & (by_port_.size() - 1)];
  for (; index != kNone; index = nodes_[index].next_by_port) {
    const Flow& flow = nodes_[index].flow;
    if (flow.port == port && flow.ends.remote == remote && flow.ends.remote_port == remote_port &&
        flow.ends.protocol == protocol) {
      break;
    }
  }
  return index;
}

bool PortTranslation::is_taken(const NatEnds& ends, std::uint16_t port) const {
  return at_port(ends.remote, ends.remote_port, ends.protocol, port) != kNone;
}

bool PortTranslation::may_open(const NatEnds& ends, SimTime now) {
  expire(now);
  if (size_ >= options_.flows_max) {
    return false;
  }
  const std::uint32_t remote = find_remote(ends);
  return remote == kNone || remotes_[remote].flows < options_.per_remote_max;
}

std::uint32_t PortTranslation::port_count(const NatEnds& ends) const {
  return has_ports(ends.protocol) ? options_.last_port - options_.first_port + 1U : 1U;
}

/// Where the search begins: at the flow's own port, or at one that follows from its ends.
std::uint32_t PortTranslation::first_offset(const NatEnds& ends) const {
  const std::uint32_t count = port_count(ends);
  if (options_.keep_ports && ends.inside_port >= options_.first_port &&
      ends.inside_port <= options_.last_port && count > 1) {
    return ends.inside_port - options_.first_port;
  }
  return static_cast<std::uint32_t>(hash_of(ends) % count);
}

/// Behind a port that is taken the search goes on somewhere else, then step by step, so that busy
/// regions do not slow it down and none is left out.
std::uint32_t PortTranslation::next_offset(const NatEnds& ends, std::uint32_t tried,
                                           std::uint32_t offset) const {
  const std::uint32_t count = port_count(ends);
  if (tried < kJumps && count > kJumps) {
    return static_cast<std::uint32_t>(mix(hash_of(ends), tried) % count);
  }
  return offset + 1 == count ? 0 : offset + 1;
}

std::uint16_t PortTranslation::port_at(const NatEnds& ends, std::uint32_t offset) const {
  return has_ports(ends.protocol) ? static_cast<std::uint16_t>(options_.first_port + offset)
                                  : std::uint16_t{0};
}

PortTranslation::FlowIndex PortTranslation::add(const NatEnds& ends, NatPhase phase,
                                                std::uint16_t port, SimTime now) {
  if (free_ == kNone) {
    grow();
  }
  const FlowIndex index = free_;
  Node& node = nodes_[index];
  free_ = node.next_by_port;
  node.flow = Flow{ends, port, phase, false, {}};
  FlowIndex& by_ends = by_ends_[hash_of(ends) & (by_ends_.size() - 1)];
  node.next_by_ends = by_ends;
  by_ends = index;
  FlowIndex& by_port =
      by_port_[hash_of(ends.remote, ends.remote_port, ends.protocol, port) & (by_port_.size() - 1)];
  node.next_by_port = by_port;
  by_port = index;
  node.remote = find_remote(ends);
  if (node.remote == kNone) {
    node.remote = add_remote(ends);
  }
  ++remotes_[node.remote].flows;
  ++size_;
  append(index, phase, now);
  return index;
}

void PortTranslation::touch(FlowIndex index, NatPhase phase, bool from_inside, SimTime now) {
  nodes_[index].flow.replied = nodes_[index].flow.replied || !from_inside;
  unlink(index);
  append(index, phase, now);
}

void PortTranslation::mark_ports(wire::IpProtocol protocol, std::bitset<0x1'0000>& marked) const {
  for (const Ages& ages : ages_) {
    for (FlowIndex index = ages.oldest; index != kNone; index = nodes_[index].newer) {
      const Flow& flow = nodes_[index].flow;
      if (flow.ends.protocol == protocol) {
        marked.set(flow.port);
      }
    }
  }
}

/// The newest of its phase.
void PortTranslation::append(FlowIndex index, NatPhase phase, SimTime now) {
  Node& node = nodes_[index];
  node.flow.phase = phase;
  node.flow.expires = now + options_.idle[at(phase)];
  Ages& ages = ages_[at(phase)];
  node.older = ages.newest;
  node.newer = kNone;
  (ages.newest == kNone ? ages.oldest : nodes_[ages.newest].newer) = index;
  ages.newest = index;
}

void PortTranslation::unlink(FlowIndex index) {
  const Node& node = nodes_[index];
  Ages& ages = ages_[at(node.flow.phase)];
  (node.older == kNone ? ages.oldest : nodes_[node.older].newer) = node.newer;
  (node.newer == kNone ? ages.newest : nodes_[node.newer].older) = node.older;
}

void PortTranslation::expire(SimTime now) {
  for (const Ages& ages : ages_) {
    while (ages.oldest != kNone && nodes_[ages.oldest].flow.expires <= now) {
      remove(ages.oldest);
    }
  }
}

void PortTranslation::remove(FlowIndex index) {
  Node& node = nodes_[index];
  const NatEnds& ends = node.flow.ends;
  FlowIndex* link = &by_ends_[hash_of(ends) & (by_ends_.size() - 1)];
  while (*link != index) {
    link = &nodes_[*link].next_by_ends;
  }
  *link = node.next_by_ends;
  link = &by_port_[hash_of(ends.remote, ends.remote_port, ends.protocol, node.flow.port) &
                   (by_port_.size() - 1)];
  while (*link != index) {
    link = &nodes_[*link].next_by_port;
  }
  *link = node.next_by_port;
  unlink(index);
  if (--remotes_[node.remote].flows == 0) {
    drop_remote(node.remote);
  }
  node.next_by_port = free_;
  free_ = index;
  --size_;
}

std::uint32_t PortTranslation::find_remote(const NatEnds& ends) const {
  const std::uint64_t hash = mix(remote_bits(ends.remote, ends.remote_port, ends.protocol), 0);
  std::uint32_t position = by_remote_[hash & (by_remote_.size() - 1)];
  for (; position != kNone; position = remotes_[position].next) {
    const Remote& remote = remotes_[position];
    if (remote.address == ends.remote && remote.port == ends.remote_port &&
        remote.protocol == ends.protocol) {
      break;
    }
  }
  return position;
}

std::uint32_t PortTranslation::add_remote(const NatEnds& ends) {
  const std::uint32_t position = free_remote_;  // as many as nodes: one is free
  Remote& remote = remotes_[position];
  free_remote_ = remote.next;
  const std::uint64_t hash = mix(remote_bits(ends.remote, ends.remote_port, ends.protocol), 0);
  std::uint32_t& head = by_remote_[hash & (by_remote_.size() - 1)];
  remote = Remote{ends.remote, ends.remote_port, ends.protocol, 0, head};
  head = position;
  return position;
}

void PortTranslation::drop_remote(std::uint32_t position) {
  Remote& remote = remotes_[position];
  const std::uint64_t hash = mix(remote_bits(remote.address, remote.port, remote.protocol), 0);
  std::uint32_t* link = &by_remote_[hash & (by_remote_.size() - 1)];
  while (*link != position) {
    link = &remotes_[*link].next;
  }
  *link = remote.next;
  remote.next = free_remote_;
  free_remote_ = position;
}

/// Twice as many nodes; the chains are built anew.
void PortTranslation::grow() {
  const std::size_t before = nodes_.size();
  const std::size_t after = std::max(kFirstNodes, before * 2);
  nodes_.resize(after);
  remotes_.resize(after);
  for (std::size_t i = after; i-- > before;) {
    nodes_[i].next_by_port = free_;
    free_ = static_cast<FlowIndex>(i);
    remotes_[i].next = free_remote_;
    free_remote_ = static_cast<std::uint32_t>(i);
  }
  by_ends_.assign(after, kNone);
  by_port_.assign(after, kNone);
  by_remote_.assign(after, kNone);
  for (FlowIndex i = 0; i < before; ++i) {  // grows only when all are in use
    Node& node = nodes_[i];
    const NatEnds& ends = node.flow.ends;
    FlowIndex& by_ends = by_ends_[hash_of(ends) & (after - 1)];
    node.next_by_ends = by_ends;
    by_ends = i;
    FlowIndex& by_port =
        by_port_[hash_of(ends.remote, ends.remote_port, ends.protocol, node.flow.port) &
                 (after - 1)];
    node.next_by_port = by_port;
    by_port = i;
  }
  for (std::uint32_t i = 0; i < before; ++i) {
    Remote& remote = remotes_[i];
    if (remote.flows == 0) {
      continue;  // stays in the list of free ones
    }
    const std::uint64_t hash = mix(remote_bits(remote.address, remote.port, remote.protocol), 0);
    std::uint32_t& head = by_remote_[hash & (after - 1)];
    remote.next = head;
    head = i;
  }
}

}  // namespace vpclab::host
