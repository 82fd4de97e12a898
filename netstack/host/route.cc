// Which way out: own addresses, the interfaces' links, further routes, the gateways.
#include <algorithm>

#include "netstack/host/host_stack.h"
#include "netstack/host/path_mtu.h"

namespace vpclab::host {
namespace {

constexpr std::uint16_t kLoopbackMtu = 65'535;

/// A subnet with a broadcast address of its own: /31 and /32 have none (RFC 3021).
bool has_broadcast(wire::Ipv4Prefix subnet) { return subnet.length() < 31; }

}  // namespace

std::optional<std::size_t> HostStack::owner_of(wire::Ipv4Address address) const {
  if (address.is_unspecified()) {
    return std::nullopt;  // nobody's, though a removed interface has it
  }
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const InterfaceConfig& config = interfaces_[i];
    if (config.address == address || std::find(config.secondary.begin(), config.secondary.end(),
                                               address) != config.secondary.end()) {
      return i;
    }
  }
  return std::nullopt;
}

HostStack::Kind HostStack::kind_of(wire::Ipv4Address address) const {
  if (address.is_limited_broadcast()) {
    return Kind::kBroadcast;
  }
  if (address.is_unspecified()) {
    return Kind::kOther;  // nobody's, though a removed interface has it
  }
  for (const InterfaceConfig& config : interfaces_) {
    if (config.address == address ||
        (!config.secondary.empty() && std::find(config.secondary.begin(), config.secondary.end(),
                                                address) != config.secondary.end())) {
      return Kind::kOwn;
    }
    if (config.subnet.contains(address) && has_broadcast(config.subnet) &&
        config.subnet.last() == address) {
      return Kind::kBroadcast;
    }
  }
  return address.is_loopback() ? Kind::kOwn : Kind::kOther;
}

std::optional<std::size_t> HostStack::first_interface() const {
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    if (has_interface(i)) {
      return i;
    }
  }
  return std::nullopt;
}

bool HostStack::owns(wire::Ipv4Address address) const { return kind_of(address) == Kind::kOwn; }

bool HostStack::is_broadcast(wire::Ipv4Address address) const {
  return kind_of(address) == Kind::kBroadcast;
}

std::optional<HostStack::Route> HostStack::find_route(wire::Ipv4Address destination,
                                                      wire::Ipv4Address source,
                                                      std::optional<std::size_t> interface) const {
  return owns(destination) ? Route{kLoopbackInterface, destination}
                           : find_way_out(destination, source, interface);
}

/// The way to a destination that is none of the own addresses.
std::optional<HostStack::Route> HostStack::find_way_out(
    wire::Ipv4Address destination, wire::Ipv4Address source,
    std::optional<std::size_t> interface) const {
  const bool is_bound = interface.has_value();
  if (!interface && options_.route_by_source && interfaces_.size() > 1 &&
      !source.is_unspecified()) {
    // The first interface's routes are the main table; the others have one of their own.
    const std::optional<std::size_t> owner = owner_of(source);
    interface = owner && *owner > 0 ? owner : std::nullopt;
  }
  if (destination.is_unspecified() || (interface && !has_interface(*interface))) {
    return std::nullopt;
  }
  if (destination.is_limited_broadcast() || destination.is_multicast()) {
    // Never by way of a gateway.
    const std::optional<std::size_t> through = interface ? interface : first_interface();
    return through ? std::optional(Route{*through, destination}) : std::nullopt;
  }
  if (interfaces_.size() == 1 && routes_.empty()) [[likely]] {
    // What follows, for nearly every host: nothing to compare.
    const InterfaceConfig& only = interfaces_.front();
    const bool is_near = only.subnet.contains(destination) || (is_bound && !only.gateway);
    return is_near || only.gateway ? std::optional(Route{0, is_near ? destination : *only.gateway})
                                   : std::nullopt;
  }
  std::optional<Route> best;
  int best_length = -1;
  const auto consider = [&](std::size_t through, int length, wire::Ipv4Address next_hop) {
    if (length > best_length) {
      best = Route{through, next_hop};
      best_length = length;
    }
  };
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const InterfaceConfig& config = interfaces_[i];
    if (interface && *interface != i) {
      continue;
    }
    if (config.subnet.contains(destination)) {
      consider(i, config.subnet.length(), destination);
    } else if (config.gateway) {
      consider(i, 0, *config.gateway);
    }
  }
  for (const HostRoute& route : routes_) {
    if ((!interface || *interface == route.interface) && route.prefix.contains(destination)) {
      consider(route.interface, route.prefix.length(), route.gateway.value_or(destination));
    }
  }
  if (!best && is_bound) {
    return Route{*interface, destination};  // everything is assumed to be on a link one is bound to
  }
  return best;
}

std::optional<wire::Ipv4Address> HostStack::source_for(wire::Ipv4Address destination,
                                                       std::optional<std::size_t> interface) const {
  const std::optional<Route> route = find_route(destination, wire::Ipv4Address(), interface);
  if (!route) {
    return std::nullopt;
  }
  return route->interface == kLoopbackInterface ? destination
                                                : interfaces_[route->interface].address;
}

std::uint16_t HostStack::path_mtu(SimTime now, wire::Ipv4Address destination) const {
  const std::optional<Route> route = find_route(destination, wire::Ipv4Address(), std::nullopt);
  if (!route || route->interface == kLoopbackInterface) {
    return kLoopbackMtu;
  }
  const std::uint16_t mtu = interfaces_[route->interface].mtu;
  return path_mtus_ == nullptr ? mtu : path_mtus_->find(now, destination, mtu).mtu;
}

}  // namespace vpclab::host
