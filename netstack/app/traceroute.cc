#include "netstack/app/traceroute.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::app {
namespace {

using host::SendStatus;
using wire::IcmpType;
using wire::IcmpV4Header;
using wire::PacketHandle;
using wire::UdpHeader;

constexpr std::uint16_t kFirstPort = 33434;
constexpr std::uint16_t kDnsPort = 53;
constexpr std::size_t kHeaderSize = 8;  // UDP's and ICMP's alike
/// What the real program adds to a measured time before it multiplies it.
constexpr Duration kWaitPrecision = std::chrono::milliseconds(1);

/// How many routers lie behind a packet that arrived with this TTL, if it set out with one of the
/// usual ones.
int hops_behind(std::uint8_t ttl) {
  if (ttl <= 64) {
    return 65 - ttl;
  }
  return ttl <= 128 ? 129 - ttl : 256 - ttl;
}

/// Answers after which no further hop is asked: everything but "time exceeded in transit".
bool is_final(std::uint8_t type, std::uint8_t code) {
  return static_cast<IcmpType>(type) != IcmpType::kTimeExceeded ||
         code != wire::time_exceeded::kInTransit;
}

/// An answer that gets an annotation (`!H`): an error, other than those of a healthy trace.
bool is_complaint(const TracerouteProbe& probe) {
  const auto type = static_cast<IcmpType>(probe.error_type);
  return probe.error_type != 0 && is_final(probe.error_type, probe.error_code) &&
         !(type == IcmpType::kDestinationUnreachable &&
           probe.error_code == wire::unreachable::kPort);
}

}  // namespace

Traceroute::Traceroute(const TracerouteOptions& options, wire::Ipv4Address destination,
                       std::string name, TracerouteListener* listener)
    : options_(options), destination_(destination), name_(std::move(name)), listener_(listener) {}

Traceroute::~Traceroute() { leave(); }

bool Traceroute::start(SimTime now, host::HostStack& stack) {
  VPCLAB_CHECK(state_ == State::kNotStarted, "a traceroute is started once");
  state_ = State::kRunning;
  stack_ = &stack;
  stack.attach(*this);
  if (listener_ != nullptr) {
    listener_->on_started(now, *this);
  }
  if (options_.source && !stack.owns(*options_.source)) {
    fail(now, "bind: Cannot assign requested address");
    return false;
  }
  const auto chosen = stack.source_for(destination_);
  if (!chosen) {
    fail(now, "connect: Network is unreachable");
    return false;
  }
  if (options_.source && options_.source->is_loopback() && !stack.owns(destination_)) {
    fail(now, "connect: Invalid argument");
    return false;
  }
  if (stack.is_broadcast(destination_)) {
    fail(now, "connect: Permission denied");
    return false;
  }
  source_ = options_.source.value_or(*chosen);
  if (uses_udp()) {
    next_number_ =
        options_.port.value_or(options_.method == TracerouteMethod::kUdp ? kDnsPort : kFirstPort);
  } else {
    const auto identifier =
        stack.ports().bind(host::PortSpace::kEcho, wire::Ipv4Address(), 0, *this);
    if (!identifier) {
      fail(now, "socket: Too many open files");
      return false;
    }
    identifier_ = *identifier;
    next_number_ = options_.port.value_or(std::uint16_t{1});
  }
  end_ = std::size_t{options_.max_hops} * options_.queries;
  printed_ = std::size_t{options_.first_hop - 1U} * options_.queries;
  probes_.resize(end_);
  for (std::size_t i = 0; i < end_; ++i) {
    probes_[i].hop = static_cast<std::uint8_t>(i / options_.queries + 1);
    probes_[i].query = static_cast<std::uint8_t>(i % options_.queries);
  }
  step(now, stack);
  return state_ != State::kFailed;
}

void Traceroute::interrupt(SimTime now) {
  if (is_running()) {
    finish(now);
  }
}

bool Traceroute::reached() const {
  return std::any_of(results_.begin(), results_.end(), [&](const TracerouteProbe& probe) {
    return probe.answered && probe.from == destination_;
  });
}

void Traceroute::poll(SimTime now, host::HostStack& stack) { step(now, stack); }

/// Prints what can be printed, sends what may be sent, and plans when to look again.
void Traceroute::step(SimTime now, host::HostStack& stack) {
  next_step_ = kNever;
  std::size_t waiting = 0;
  for (std::size_t n = printed_; n < end_ && waiting < options_.simultaneous;) {
    TracerouteProbe& probe = probes_[n];
    if (n == printed_ && !probe.done && is_overdue(now, n)) {
      finish_probe(stack, probe);
      expire(n);
    }
    if (probe.done) {
      if (probe.final) {
        end_ = (n / options_.queries + 1) * options_.queries;
      }
      if (n == printed_ && !print_next(now)) {
        return;
      }
    } else if (probe.sent || send_probe(now, stack, probe)) {
      if (n == printed_ && is_overdue(now, n)) {
        continue;  // nothing is waited for: -w 0
      }
      ++waiting;
    } else {
      return;
    }
    ++n;
  }
  if (printed_ >= end_) {
    return finish(now);
  }
  next_step_ = probes_[printed_].sent_at + timeout_of(printed_);
}

bool Traceroute::is_overdue(SimTime now, std::size_t index) const {
  const TracerouteProbe& probe = probes_[index];
  return probe.given_up || (probe.sent && probe.sent_at + timeout_of(index) <= now);
}

/// False if the listener ended the program.
bool Traceroute::print_next(SimTime now) {
  results_.push_back(probes_[printed_++]);
  if (listener_ != nullptr) {
    listener_->on_probe(now, *this, results_.back());
  }
  return is_running();
}

bool Traceroute::send_probe(SimTime now, host::HostStack& stack, TracerouteProbe& probe) {
  if (uses_udp()) {
    const auto port = stack.ports().bind(host::PortSpace::kUdp, wire::Ipv4Address(), 0, *this);
    if (!port) {
      fail(now, "bind: Address already in use");
      return false;
    }
    probe.key = *port;
  } else {
    probe.key = next_number_;
  }
  host::Outgoing outgoing;
  outgoing.destination = destination_;
  outgoing.source = source_;
  outgoing.protocol = uses_udp() ? wire::IpProtocol::kUdp : wire::IpProtocol::kIcmp;
  outgoing.ttl = probe.hop;
  outgoing.tos = options_.tos;
  outgoing.discovery = host::PathMtuDiscovery::kDont;
  probe.sent = true;
  probe.sent_at = now;
  const host::SendResult result = stack.send(now, make_message(stack, probe), outgoing);
  if (result.status != SendStatus::kSent) {
    fail(now, "send: Network is unreachable");
    return false;
  }
  probe.packet_id = result.packet_id;
  if (options_.method != TracerouteMethod::kUdp) {
    ++next_number_;
  }
  return true;
}

/// The real program's data: the bytes of the message count up from 64, over and over.
PacketHandle Traceroute::make_message(host::HostStack& stack, TracerouteProbe& probe) {
  const std::size_t size = options_.packet_size - wire::Ipv4Header::kMinSize;
  const PacketHandle message = stack.allocate_message(size);
  const MutableBytes bytes = stack.pool().bytes(message);
  const std::size_t first = uses_udp() ? kHeaderSize : 0;
  for (std::size_t i = kHeaderSize; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(0x40 + ((i - first) & 0x3f));
  }
  if (uses_udp()) {
    UdpHeader{probe.key, next_number_, static_cast<std::uint16_t>(size)}.emit(bytes, source_,
                                                                              destination_);
  } else {
    IcmpV4Header::echo(IcmpType::kEchoRequest, identifier_, probe.key).emit(bytes);
  }
  return message;
}

/// How long a probe is waited for: less, if the same hop, or else a further one, has answered.
Duration Traceroute::timeout_of(std::size_t index) const {
  const auto scaled = [&](const TracerouteProbe& probe, std::uint32_t thousandths) {
    const Duration took = probe.answered_at - probe.sent_at + kWaitPrecision;
    return std::min(options_.wait_max, took / 1000 * thousandths);
  };
  if (options_.wait_here_thousandths > 0) {
    const std::size_t hop_begin = index - index % options_.queries;
    for (std::size_t i = hop_begin; i < hop_begin + options_.queries; ++i) {
      if (probes_[i].answered) {
        return scaled(probes_[i], options_.wait_here_thousandths);
      }
    }
  }
  if (options_.wait_near_thousandths > 0) {
    for (std::size_t i = index + 1; i < probes_.size() && probes_[i].sent; ++i) {
      if (probes_[i].answered) {
        return scaled(probes_[i], options_.wait_near_thousandths);
      }
    }
  }
  return options_.wait_max;
}

/// A probe was waited for in vain; unless the complaint about a later one belongs in its place.
void Traceroute::expire(std::size_t index) {
  if (const auto from = misplaced_final(index)) {
    TracerouteProbe& here = probes_[index];
    TracerouteProbe& there = probes_[*from];
    std::swap(here, there);
    std::swap(here.hop, there.hop);
    std::swap(here.query, there.query);
    // Its turn comes: then a still later complaint may move here.
    there.done = false;
    there.given_up = true;
    there.key = 0;
  }
}

/// Errors are rate limited, so "unreachable" may have come for the latest of many probes only. Then
/// it is shown for the earliest that it can be about. The rules are the real program's.
std::optional<std::size_t> Traceroute::misplaced_final(std::size_t index) const {
  const std::size_t hop_begin = index - index % options_.queries;
  bool final_before = false;
  for (std::size_t i = hop_begin; i < index; ++i) {
    if (!probes_[i].done || !probes_[i].final) {
      return std::nullopt;
    }
    final_before = true;
  }
  std::size_t later = index + 1;
  while (later < probes_.size() && probes_[later].sent && !probes_[later].done) {
    ++later;
  }
  if (later == probes_.size() || !probes_[later].sent || !probes_[later].final ||
      !is_complaint(probes_[later])) {
    return std::nullopt;
  }
  const TracerouteProbe& complaint = probes_[later];
  if (final_before || later < hop_begin + options_.queries) {
    return later;
  }
  for (std::size_t i = 0; i < index; ++i) {
    if (probes_[i].answered && probes_[i].from == complaint.from) {
      return later;
    }
  }
  // Otherwise the way back tells how far away the complaint comes from.
  int hop_of_complaint = hops_behind(complaint.answer_ttl);
  for (std::size_t i = index; i-- > 0;) {
    const TracerouteProbe& probe = probes_[i];
    if (probe.answered && !probe.final && hops_behind(probe.answer_ttl) < hop_of_complaint) {
      hop_of_complaint += probe.hop - hops_behind(probe.answer_ttl);
      break;
    }
  }
  return hop_of_complaint <= probes_[index].hop ? std::optional(later) : std::nullopt;
}

TracerouteProbe* Traceroute::probe_of(std::uint16_t key) {
  for (std::size_t i = printed_; i < probes_.size() && probes_[i].sent; ++i) {
    if (probes_[i].key == key && !probes_[i].done) {
      return &probes_[i];
    }
  }
  return nullptr;
}

void Traceroute::finish_probe(host::HostStack& stack, TracerouteProbe& probe) {
  probe.done = true;
  if (uses_udp() && probe.key != 0) {
    stack.ports().release(host::PortSpace::kUdp, wire::Ipv4Address(), probe.key);
  }
}

host::Taken Traceroute::deliver(SimTime now, host::HostStack& stack,
                                const host::Delivery& delivery) {
  const Bytes message = std::as_const(stack.pool())
                            .bytes(delivery.packet)
                            .subspan(delivery.message_offset, delivery.message_size);
  // UDP: the destination port is ours. ICMP: the sequence.
  TracerouteProbe* probe = probe_of(load_be16(message, uses_udp() ? 2 : 6));
  if (probe != nullptr && delivery.source == destination_) {
    probe->answered = true;
    probe->final = true;
    probe->answered_at = now;
    probe->answer_ttl = delivery.ttl;
    probe->answer_id = stack.pool().id(delivery.packet);
    probe->from = delivery.source;
    finish_probe(stack, *probe);
    step(now, stack);
  }
  return host::Taken::kDone;
}

void Traceroute::on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) {
  TracerouteProbe* probe = probe_of(load_be16(error.quoted_message, uses_udp() ? 0 : 6));
  if (probe == nullptr || error.destination != destination_) {
    return;
  }
  probe->answered = true;
  probe->final = is_final(error.type, error.code);
  probe->answered_at = now;
  probe->answer_ttl = error.ttl;
  probe->answer_id = error.packet_id;
  probe->error_type = error.type;
  probe->error_code = error.code;
  probe->error_rest = error.rest;
  probe->from = error.from;
  finish_probe(stack, *probe);
  step(now, stack);
}

void Traceroute::fail(SimTime now, const std::string& reason) {
  state_ = State::kFailed;
  leave();
  if (listener_ != nullptr) {
    listener_->on_failed(now, *this, reason);
  }
}

void Traceroute::finish(SimTime now) {
  state_ = State::kFinished;
  leave();
  if (listener_ != nullptr) {
    listener_->on_finished(now, *this);
  }
}

void Traceroute::leave() {
  next_step_ = kNever;
  host::HostStack* stack = std::exchange(stack_, nullptr);
  if (stack == nullptr) {
    return;
  }
  for (TracerouteProbe& probe : probes_) {
    if (probe.sent && !probe.done) {
      finish_probe(*stack, probe);
    }
  }
  if (identifier_ != 0) {
    stack->ports().release(host::PortSpace::kEcho, wire::Ipv4Address(), identifier_);
  }
  stack->detach(*this);
}

void Traceroute::program_stopped() {
  stack_ = nullptr;
  leave();
  if (state_ == State::kRunning) {
    state_ = State::kHostStopped;
  }
}

void Traceroute::host_stopped() { program_stopped(); }

}  // namespace vpclab::app
