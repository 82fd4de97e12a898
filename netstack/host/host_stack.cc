#include "netstack/host/host_stack.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"
#include "netstack/host/arp_cache.h"
#include "netstack/host/icmp_limiter.h"
#include "netstack/host/path_mtu.h"
#include "netstack/host/reassembly.h"
#include "netstack/host/source_nat.h"
#include "netstack/wire/ethernet.h"

namespace vpclab::host {
namespace {

constexpr std::uint16_t kLeastMtu = 68;  // RFC 791: every link carries so much

}  // namespace

HostStack::HostStack(wire::PacketPool& pool, const HostOptions& options, HostObserver* observer)
    : pool_(pool), observer_(observer), options_(options) {}

HostStack::~HostStack() { end_all(std::nullopt); }

std::size_t HostStack::add_interface(const InterfaceConfig& config) {
  VPCLAB_CHECK(config.mtu >= kLeastMtu, "an interface carries 68 bytes at least");
  if (interfaces_.empty()) {
    // Somewhere to start counting identifications from, that differs from host to host.
    next_identification_ =
        static_cast<std::uint16_t>((config.address.to_host_order() * 0x9e3779b9U) >> 16);
  }
  std::size_t number = 0;
  while (has_interface(number)) {
    ++number;
  }
  VPCLAB_CHECK(number < kInterfacesMax, "a host has at most 16 interfaces");
  if (number == interfaces_.size()) {
    interfaces_.push_back(config);
  } else {
    interfaces_[number] = config;
    removed_ = static_cast<std::uint16_t>(removed_ & ~(1U << number));
  }
  return number;
}

void HostStack::remove_interface(SimTime now, std::size_t number) {
  VPCLAB_CHECK(has_interface(number), "an interface that is taken away is there");
  removed_ = static_cast<std::uint16_t>(removed_ | (1U << number));
  // No address, no link, no gateway: nothing leads here, and nobody is here.
  InterfaceConfig nothing;
  nothing.subnet = wire::Ipv4Prefix::host(wire::Ipv4Address());
  interfaces_[number] = nothing;
  std::erase_if(routes_, [&](const HostRoute& route) { return route.interface == number; });
  std::erase_if(outbound_, [&](const Outbound& frame) {
    if (draining_ || frame.interface != number) {
      return false;
    }
    finish(now, number, frame.packet, HostOutcome::kHostStopped);
    return true;
  });
  if (arp_ != nullptr) {
    for (const ArpCache::Waiting& waiting : arp_->forget(number)) {
      give_up(now, number, waiting.packet, waiting.origin, HostOutcome::kHostStopped);
    }
    plan_timers();
  }
}

bool HostStack::add_address(std::size_t interface, wire::Ipv4Address address) {
  if (owns(address)) {
    return false;
  }
  interfaces_[interface].secondary.push_back(address);
  return true;
}

bool HostStack::remove_address(std::size_t interface, wire::Ipv4Address address) {
  return std::erase(interfaces_[interface].secondary, address) != 0;
}

void HostStack::add_route(const HostRoute& route) {
  VPCLAB_CHECK(route.interface < interfaces_.size(), "a route leads through an interface");
  routes_.push_back(route);
}

void HostStack::receive(SimTime now, std::size_t interface, wire::PacketHandle frame) {
  const Bytes bytes = std::as_const(pool_).bytes(frame);
  if (bytes.size() < wire::EthernetHeader::kSize) {
    return finish(now, interface, frame, HostOutcome::kMalformed);
  }
  if (!has_interface(interface)) [[unlikely]] {
    return finish(now, interface, frame, HostOutcome::kNotForMe);
  }
  const bool is_cast = (bytes[0] & 0x01) != 0;
  if (!is_cast && wire::MacAddress::load(bytes, 0) != interfaces_[interface].mac) {
    return finish(now, interface, frame, HostOutcome::kNotForMe);
  }
  switch (static_cast<wire::EtherType>(load_be16(bytes, 12))) {
    case wire::EtherType::kIpv4:
      return receive_ipv4(now, Received{frame, bytes.subspan(wire::EthernetHeader::kSize),
                                        wire::EthernetHeader::kSize, interface, is_cast});
    case wire::EtherType::kArp:
      return receive_arp(now, interface, frame);
    case wire::EtherType::kIpv6:
      break;
  }
  finish(now, interface, frame, HostOutcome::kUnknownEthertype);
}

void HostStack::poll(SimTime now) {
  polling_ = true;
  // By index: a program may attach another one. Programs detached meanwhile are null.
  for (std::size_t i = 0; i < programs_.size(); ++i) {  // NOLINT(modernize-loop-convert)
    if (programs_[i] != nullptr && programs_[i]->next_deadline() <= now) {
      programs_[i]->poll(now, *this);
    }
  }
  polling_ = false;
  std::erase(programs_, nullptr);
  // After the programs: what they send in the instant in which an address is given up fails with
  // the rest, as it does on a machine whose timers are a little late.
  if (now >= timers_at_) {
    poll_timers(now);
  }
}

SimTime HostStack::deadline() const {
  SimTime next = timers_at_;
  for (const Program* program : programs_) {
    if (program != nullptr) {
      next = std::min(next, program->next_deadline());
    }
  }
  return next;
}

void HostStack::shut_down(SimTime now) { end_all(now); }

wire::PacketHandle HostStack::allocate_message(std::size_t size) {
  const wire::PacketHandle message = pool_.allocate(wire::Ipv4Header::kMinSize + size);
  pool_.pop_front(message, wire::Ipv4Header::kMinSize);
  return message;
}

void HostStack::attach(Program& program) { programs_.push_back(&program); }

void HostStack::detach(Program& program) {
  if (polling_) {
    std::replace(programs_.begin(), programs_.end(), &program, static_cast<Program*>(nullptr));
  } else {
    std::erase(programs_, &program);
  }
}

void HostStack::finish(SimTime now, std::size_t interface, wire::PacketHandle packet,
                       HostOutcome outcome) {
  if (observer_ != nullptr) {
    observer_->on_consumed(now, interface, packet, outcome);
  }
  pool_.free(packet);
}

/// Frees everything inside; says so if there is a time to say it at.
void HostStack::end_all(std::optional<SimTime> now) {
  for (Program* program : std::exchange(programs_, {})) {
    program->program_stopped();
  }
  ports_.release_all();
  const auto end = [&](std::size_t interface, wire::PacketHandle packet) {
    if (now) {
      finish(*now, interface, packet, HostOutcome::kHostStopped);
    } else {
      pool_.free(packet);
    }
  };
  for (const Outbound& frame : outbound_) {
    end(frame.interface, frame.packet);
  }
  for (const Looping& looping : looping_) {
    end(kLoopbackInterface, looping.packet);
  }
  if (arp_ != nullptr) {
    for (ArpCache::Neighbour& neighbour : arp_->neighbours()) {
      for (const ArpCache::Waiting& waiting : neighbour.waiting) {
        if (now) {
          give_up(*now, neighbour.interface, waiting.packet, waiting.origin,
                  HostOutcome::kHostStopped);
        } else {
          pool_.free(waiting.packet);
        }
      }
    }
  }
  while (reassembler_ != nullptr && reassembler_->expire(kNever)) {
    for (const Reassembler::Fragment& fragment : reassembler_->fragments()) {
      end(fragment.interface, fragment.packet);
    }
  }
  outbound_.clear();
  looping_.clear();
  arp_.reset();
  reassembler_.reset();
  path_mtus_.reset();
  limiter_.reset();
  ports_.share_with(nullptr);
  source_nat_.reset();
  timers_at_ = kNever;
}

void HostStack::wake_by(SimTime time) { timers_at_ = std::min(timers_at_, time); }

void HostStack::poll_timers(SimTime now) {
  if (arp_ != nullptr) {
    poll_arp(now);
  }
  if (reassembler_ != nullptr) {
    poll_reassembly(now);
  }
  poll_loopback(now);
  plan_timers();
}

void HostStack::plan_timers() {
  timers_at_ = looping_.empty() ? kNever : looping_.front().at;
  if (arp_ != nullptr) {
    wake_by(arp_->next_timer());
  }
  if (reassembler_ != nullptr) {
    wake_by(reassembler_->next_timer());
  }
}

}  // namespace vpclab::host
