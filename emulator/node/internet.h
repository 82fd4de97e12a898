// node/internet.h - the internet behind the gateways, as small as it can be told from outside: one
// border router per region, a backbone, an access router, and hosts that answer ping and traceroute
// and from which the outside can ping in. Routers lower the TTL and answer when it ends (TTL-3).
// Owned by the fabric.
//
//   gateway ── border ── backbone ── access ── host
//   gateway ──┘  (hairpin between gateways of a region: IGW-8)
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/engine/actor.h"
#include "emulator/link/link.h"
#include "emulator/node/context.h"
#include "emulator/node/guest.h"
#include "netstack/app/dns_server.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class Internet;

/// A gateway between the internet and a part of the cloud: a VPC's (IGW-*), or EC2-Classic's in a
/// region (CL-18).
class InternetEdge {
 public:
  virtual ~InternetEdge() = default;

  [[nodiscard]] virtual std::uint32_t region() const = 0;

  /// Takes over a packet from the border, onto the wire to this gateway.
  virtual void deliver(wire::PacketHandle packet) = 0;
};

/// Who knows where the cloud's public addresses are: the fabric.
class PublicDirectory {
 public:
  virtual ~PublicDirectory() = default;

  /// The gateway behind which a public address is mapped to somebody, or null.
  [[nodiscard]] virtual InternetEdge* gateway_of(wire::Ipv4Address address) = 0;

  /// Whether the cloud hands out such addresses, mapped or not.
  [[nodiscard]] virtual bool is_cloud_address(wire::Ipv4Address address) const = 0;
};

class InternetRouter final : public engine::PacketSink {
 public:
  InternetRouter(Internet& internet, std::uint32_t number, wire::Ipv4Address address,
                 std::string name);

  /// A packet from another router or a host of the internet.
  void accept(wire::PacketHandle packet) override;

  [[nodiscard]] api::ResourceId id() const {
    return api::ResourceId::numbered(api::ResourceKind::kInternetRouter, number_);
  }

  [[nodiscard]] wire::Ipv4Address address() const { return address_; }

  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] engine::PortId port() const { return port_; }

  /// A new port for the packets of one gateway: each has its own, so that its wire is named by it.
  [[nodiscard]] engine::PortId open_gateway_port();

 private:
  /// The border's side towards the gateways.
  struct GatewaySide final : engine::PacketSink {
    GatewaySide(Internet& of, InternetRouter& at);
    void accept(wire::PacketHandle packet) override;
    Internet& internet;
    InternetRouter& router;
  };

  Internet* internet_;
  std::uint32_t number_;
  wire::Ipv4Address address_;
  std::string name_;
  engine::PortId port_;
  GatewaySide from_gateways_;
};

/// A host of the internet, with a stack of its own.
class InternetHost final : public Guest, private engine::PacketSink {
 public:
  InternetHost(Context& context, std::uint32_t number, wire::Ipv4Address address, std::string name,
               const InternetRouter& access);

  [[nodiscard]] api::ResourceId id() const {
    return api::ResourceId::numbered(api::ResourceKind::kInternetHost, number_);
  }

  [[nodiscard]] api::ResourceId resource() const override { return id(); }

  [[nodiscard]] wire::Ipv4Address address() const override { return address_; }

  [[nodiscard]] bool is_running() override { return true; }

  [[nodiscard]] const std::string& name() const { return name_; }

  void rename(std::string_view name) { name_ = name; }

  /// Listens at port 53 and answers by what `look_up` knows.
  void serve_dns(app::DnsLookup look_up);

  [[nodiscard]] engine::PortId port() const { return downlink_.to(); }

  /// Takes over a packet for this host from the access router.
  void deliver(wire::PacketHandle packet) { downlink_.accept(context().links(), packet); }

 private:
  void accept(wire::PacketHandle packet) override;
  void transmit(std::size_t number, wire::PacketHandle frame) override;

  [[nodiscard]] trace::Tap tap(std::size_t /*number*/) const override {
    return trace::Tap{id(), trace::Tap::Side::kInternet};
  }

  [[nodiscard]] bool taps_frames() const override { return false; }

  std::uint32_t number_;
  wire::Ipv4Address address_;
  std::string name_;
  link::Link uplink_;
  link::Link downlink_;
  std::unique_ptr<app::DnsServer> dns_;
};

class Internet {
 public:
  /// Hosts that are there from the start: 8.8.8.8 and 1.1.1.1, which serve DNS, and `outside` at
  /// 198.51.100.10.
  Internet(Context& context, PublicDirectory& directory);

  /// The border router of a region; made when first asked for.
  [[nodiscard]] InternetRouter& border(std::uint32_t region);

  /// Why no host can have the address: a link's, a group's, a router's. Empty if one can, be it an
  /// impostor: private sources are IGW_PRIVATE_SRC's affair (IGW-6).
  [[nodiscard]] static std::string_view why_no_host(wire::Ipv4Address address);

  /// Adds a host, or names the one that has the address already. Pre: one can have it.
  InternetHost& add_host(std::string_view name, wire::Ipv4Address address);

  [[nodiscard]] InternetHost* host(wire::Ipv4Address address);
  [[nodiscard]] InternetHost* host(std::string_view name);
  [[nodiscard]] InternetHost* host(const api::ResourceId& id);

  /// Calls visit(port, id) for each port of a router or host.
  template <class Visitor>
  void for_each_port(Visitor&& visit) const {
    const auto visit_router = [&](const InternetRouter& router) {
      visit(router.port(), router.id());
    };
    visit_router(backbone_);
    visit_router(*access_.router);
    for (const auto& entry : borders_) {
      visit_router(*entry.second.router);
    }
    for (const auto& known : hosts_) {
      visit(known->port(), known->id());
    }
  }

  /// The name of a router or host; empty if there is none with this id.
  [[nodiscard]] std::string name_of(const api::ResourceId& id) const;

 private:
  friend class InternetRouter;

  /// Where a router sends a packet next; all null: nowhere.
  struct Hop {
    link::Link* wire = nullptr;
    InternetHost* host = nullptr;
    InternetEdge* gateway = nullptr;

    [[nodiscard]] bool exists() const {
      return wire != nullptr || host != nullptr || gateway != nullptr;
    }
  };

  /// A router and its wires to and from the backbone.
  struct Branch {
    std::unique_ptr<InternetRouter> router;
    std::unique_ptr<link::Link> up;
    std::unique_ptr<link::Link> down;
  };

  void handle(InternetRouter& router, wire::PacketHandle packet, bool from_gateway);
  [[nodiscard]] Hop next_hop(const InternetRouter& router, wire::Ipv4Address destination);
  void send(const Hop& hop, wire::PacketHandle packet);
  void expire(InternetRouter& router, wire::PacketHandle packet, bool answer);
  [[nodiscard]] Branch make_branch(std::uint32_t number, wire::Ipv4Address address,
                                   const std::string& name);
  void drop(trace::DropReason reason, const InternetRouter& router, wire::PacketHandle packet);

  Context& context_;
  PublicDirectory& directory_;
  InternetRouter backbone_;
  Branch access_;
  std::map<std::uint32_t, Branch> borders_;  // by region
  std::vector<std::unique_ptr<InternetHost>> hosts_;
};

}  // namespace vpclab::node
