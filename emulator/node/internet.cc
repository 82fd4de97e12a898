#include "emulator/node/internet.h"

#include <utility>

#include "emulator/node/arp_answer.h"
#include "emulator/node/icmp_error.h"
#include "emulator/node/resolver.h"
#include "netstack/base/check.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::node {
namespace {

using trace::Direction;
using trace::DropReason;
using trace::EventKind;
using trace::Outcome;
using trace::RuleRef;
using trace::Stage;
using trace::Tap;
using wire::EthernetHeader;
using wire::Ipv4Address;
using wire::PacketHandle;

constexpr std::uint32_t kBackboneNumber = 1;
constexpr std::uint32_t kAccessNumber = 2;
constexpr std::uint32_t kFirstBorderNumber = 16;
constexpr std::uint8_t kHostTtl = 64;

/// TTL-3: the first hops are the provider's own.
constexpr wire::Ipv4Prefix kBorders = wire::Ipv4Prefix::of(Ipv4Address::of(100, 65, 0, 0), 16);

Ipv4Address border_address(std::uint32_t region) {
  return Ipv4Address::of(100, 65, static_cast<std::uint8_t>(region & 0xff), 1);
}

constexpr Ipv4Address kBackboneAddress = Ipv4Address::of(198, 51, 100, 1);
constexpr Ipv4Address kAccessAddress = Ipv4Address::of(192, 0, 2, 1);

wire::MacAddress mac_of(std::uint32_t high, std::uint32_t number) {
  return wire::MacAddress::from_integer((std::uint64_t{high} << 32) | number);
}

constexpr std::uint32_t kHostMac = 0x0206;
constexpr std::uint32_t kRouterMac = 0x0207;

host::HostOptions host_options() {
  host::HostOptions options;
  options.initial_ttl = kHostTtl;
  return options;
}

}  // namespace

// --- Routers -------------------------------------------------------------------------------------

InternetRouter::GatewaySide::GatewaySide(Internet& of, InternetRouter& at)
    : internet(of), router(at) {}

void InternetRouter::GatewaySide::accept(PacketHandle packet) {
  internet.handle(router, packet, true);
}

InternetRouter::InternetRouter(Internet& internet, std::uint32_t number, Ipv4Address address,
                               std::string name)
    : internet_(&internet),
      number_(number),
      address_(address),
      name_(std::move(name)),
      port_(internet.context_.simulator().add_sink(*this)),
      from_gateways_(internet, *this) {}

void InternetRouter::accept(PacketHandle packet) { internet_->handle(*this, packet, false); }

engine::PortId InternetRouter::open_gateway_port() {
  return internet_->context_.simulator().add_sink(from_gateways_);
}

// --- Hosts ---------------------------------------------------------------------------------------

InternetHost::InternetHost(Context& context, std::uint32_t number, Ipv4Address address,
                           std::string name, const InternetRouter& access)
    : Guest(context, host_options()),
      number_(number),
      address_(address),
      name_(std::move(name)),
      uplink_(context.profiles().internet, access.port(), context.options().seed,
              id().text() + "/up"),
      downlink_(context.profiles().internet, context.simulator().add_sink(*this),
                context.options().seed, id().text() + "/down") {
  host::InterfaceConfig config;
  config.mac = mac_of(kHostMac, number);
  config.address = address;
  config.subnet = wire::Ipv4Prefix::host(address);
  config.gateway = access.address();
  config.mtu = kInternetMtu;
  host().add_interface(config);
}

void InternetHost::serve_dns(app::DnsLookup look_up) {
  dns_ = std::make_unique<app::DnsServer>(host(), std::move(look_up));
  VPCLAB_CHECK(dns_->listen().has_value(), "a host of the internet serves DNS once");
}

void InternetHost::transmit(std::size_t number, PacketHandle frame) {
  wire::PacketPool& packets = context().packets();
  const auto ethernet = EthernetHeader::parse(packets.bytes(frame));
  if (ethernet && ethernet->type == wire::EtherType::kArp) {
    const auto question =
        wire::ArpPacket::parse(Bytes(packets.bytes(frame)).subspan(EthernetHeader::kSize));
    if (!question || question->operation != wire::ArpOperation::kRequest ||
        question->target_ip == address_) {
      return packets.free(frame);
    }
    answer_arp_in_place(packets, frame, *question, mac_of(kRouterMac, 0));
    return receive(number, frame);
  }
  packets.pop_front(frame, EthernetHeader::kSize);
  if (context().listening()) {
    record_leaving(number, frame);
  }
  uplink_.accept(context().links(), frame);
}

void InternetHost::accept(PacketHandle packet) {
  if (context().listening()) {
    context().record(EventKind::kPassed, tap(0), Direction::kIn, packet, nullptr);
  }
  context().packets().push_front(packet, EthernetHeader::kSize);
  EthernetHeader{mac_of(kHostMac, number_), mac_of(kRouterMac, 0), wire::EtherType::kIpv4}.emit(
      context().packets().bytes(packet));
  receive(0, packet);
}

// --- The net -------------------------------------------------------------------------------------

Internet::Internet(Context& context, PublicDirectory& directory)
    : context_(context),
      directory_(directory),
      backbone_(*this, kBackboneNumber, kBackboneAddress, "backbone"),
      access_(make_branch(kAccessNumber, kAccessAddress, "access")) {
  add_host("8.8.8.8", Ipv4Address::of(8, 8, 8, 8)).serve_dns(context.resolver().internet_lookup());
  add_host("1.1.1.1", Ipv4Address::of(1, 1, 1, 1)).serve_dns(context.resolver().internet_lookup());
  add_host("outside", Ipv4Address::of(198, 51, 100, 10));
}

Internet::Branch Internet::make_branch(std::uint32_t number, Ipv4Address address,
                                       const std::string& name) {
  const std::uint64_t seed = context_.options().seed;
  const link::LinkProfile& profile = context_.profiles().internet;
  Branch made;
  made.up = std::make_unique<link::Link>(profile, backbone_.port(), seed, name + "/up");
  made.router = std::make_unique<InternetRouter>(*this, number, address, name);
  made.down = std::make_unique<link::Link>(profile, made.router->port(), seed, name + "/down");
  return made;
}

InternetRouter& Internet::border(std::uint32_t region) {
  auto found = borders_.find(region);
  if (found == borders_.end()) {
    found = borders_
                .emplace(region, make_branch(kFirstBorderNumber + region, border_address(region),
                                             "border-" + std::to_string(region)))
                .first;
  }
  return *found->second.router;
}

std::string_view Internet::why_no_host(Ipv4Address address) {
  if (address.is_link_local() || address.is_loopback()) {
    return "it is valid on a link or in a host only";
  }
  if ((address.to_host_order() >> 24) == 0 || address.is_reserved()) {
    return "nobody has such an address";
  }
  if (address.is_multicast()) {
    return "it is a group's";
  }
  if (address == kBackboneAddress || address == kAccessAddress || kBorders.contains(address)) {
    return "it is kept for the internet model's routers";
  }
  return {};
}

InternetHost& Internet::add_host(std::string_view name, Ipv4Address address) {
  if (InternetHost* known = host(address)) {
    known->rename(name);
    return *known;
  }
  const auto number = static_cast<std::uint32_t>(hosts_.size() + 1);
  hosts_.push_back(std::make_unique<InternetHost>(context_, number, address, std::string(name),
                                                  *access_.router));
  return *hosts_.back();
}

InternetHost* Internet::host(Ipv4Address address) {
  for (const auto& known : hosts_) {
    if (known->address() == address) {
      return known.get();
    }
  }
  return nullptr;
}

InternetHost* Internet::host(std::string_view name) {
  for (const auto& known : hosts_) {
    if (known->name() == name) {
      return known.get();
    }
  }
  return nullptr;
}

InternetHost* Internet::host(const api::ResourceId& id) {
  for (const auto& known : hosts_) {
    if (known->id() == id) {
      return known.get();
    }
  }
  return nullptr;
}

std::string Internet::name_of(const api::ResourceId& id) const {
  for (const auto& known : hosts_) {
    if (known->id() == id) {
      return known->name();
    }
  }
  if (id == backbone_.id()) {
    return backbone_.name();
  }
  if (id == access_.router->id()) {
    return access_.router->name();
  }
  for (const auto& [region, branch] : borders_) {
    if (branch.router->id() == id) {
      return branch.router->name();
    }
  }
  return {};
}

Internet::Hop Internet::next_hop(const InternetRouter& router, Ipv4Address destination) {
  Hop hop;
  const bool is_backbone = &router == &backbone_;
  const bool is_access = &router == access_.router.get();
  // FWD-4: what somebody in the cloud has is the cloud's, whoever outside claims it.
  if (InternetEdge* gateway = directory_.gateway_of(destination)) {
    const InternetRouter& nearest = border(gateway->region());
    if (&router == &nearest) {
      hop.gateway = gateway;
    } else if (is_backbone) {
      hop.wire = borders_.at(gateway->region()).down.get();
    }
  } else if (InternetHost* found = host(destination)) {
    if (is_access) {
      hop.host = found;
    } else if (is_backbone) {
      hop.wire = access_.down.get();
    }
  } else if (is_backbone) {
    return hop;  // nobody there
  }
  if (!hop.exists() && !is_backbone) {  // everything else goes up
    if (is_access) {
      hop.wire = access_.up.get();
    } else {
      for (auto& [region, branch] : borders_) {
        if (branch.router.get() == &router) {
          hop.wire = branch.up.get();
        }
      }
    }
  }
  return hop;
}

void Internet::send(const Hop& hop, PacketHandle packet) {
  if (hop.wire != nullptr) {
    hop.wire->accept(context_.links(), packet);
  } else if (hop.host != nullptr) {
    hop.host->deliver(packet);
  } else {
    hop.gateway->deliver(packet);
  }
}

void Internet::drop(DropReason reason, const InternetRouter& router, PacketHandle packet) {
  trace::StepList& steps = context_.fresh_steps();
  steps.push({Stage::kInternet, Outcome::kDenied, RuleRef{.object = router.id()}});
  context_.drop(reason, Tap{router.id(), Tap::Side::kInternet}, Direction::kIn, packet, &steps);
}

void Internet::handle(InternetRouter& router, PacketHandle packet, bool from_gateway) {
  dataplane::PacketFacts facts;
  if (const auto reason = context_.read_facts(packet, facts)) {
    return drop(*reason, router, packet);
  }
  const Hop hop = next_hop(router, facts.destination);
  const bool hairpin = from_gateway && hop.gateway != nullptr;  // IGW-8
  const std::uint8_t cost = hairpin ? context_.options().hairpin_ttl : std::uint8_t{1};
  if (wire::ipv4_ttl(context_.packets().bytes(packet)) <= cost && cost != 0) {
    return expire(router, packet, !hairpin);
  }
  if (!hop.exists()) {
    return drop(directory_.is_cloud_address(facts.destination) ? DropReason::kIgwUnmapped
                                                               : DropReason::kNoSuchHost,
                router, packet);
  }
  for (std::uint8_t i = 0; i < cost; ++i) {
    wire::decrement_ttl(context_.packets().bytes(packet));
  }
  if (context_.listening()) {
    trace::StepList& steps = context_.fresh_steps();
    steps.push({Stage::kInternet, Outcome::kPassed, RuleRef{.object = router.id()}});
    context_.record(EventKind::kPassed, Tap{router.id(), Tap::Side::kInternet}, Direction::kIn,
                    packet, &steps);
  }
  send(hop, packet);
}

/// TTL-3: a router says so; a gateway, even in a hairpin, never does.
void Internet::expire(InternetRouter& router, PacketHandle packet, bool answer) {
  if (answer) {
    const PacketHandle error = make_icmp_error(
        context_.packets(), packet, router.address(),
        wire::IcmpV4Header::error(wire::IcmpType::kTimeExceeded, wire::time_exceeded::kInTransit));
    if (error != wire::kNoPacket) {
      if (context_.listening()) {
        context_.record(EventKind::kSent, Tap{router.id(), Tap::Side::kInternet}, Direction::kOut,
                        error, nullptr);
      }
      const Hop hop = next_hop(router, wire::ipv4_destination(context_.packets().bytes(error)));
      if (hop.exists()) {
        send(hop, error);
      } else {
        drop(DropReason::kNoSuchHost, router, error);
      }
    }
  }
  drop(DropReason::kTtlExpired, router, packet);
}

}  // namespace vpclab::node
