// node/resolver.h - the DNS server that Amazon provides (DNS-1): a local service behind every
// interface, at its VPC's base+2 and at 169.254.169.253, never filtered (FWD-1.1, SG-26). Takes
// query datagrams, asks who knows the names, sends answers back to where the queries came from.
// Owned by the fabric; knows no name itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "emulator/api/ids.h"
#include "emulator/dataplane/classic_plan.h"
#include "emulator/dataplane/packet_facts.h"
#include "emulator/engine/actor.h"
#include "emulator/node/context.h"
#include "emulator/trace/trace_event.h"
#include "netstack/app/dns_server.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/dns.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

/// Who asks, as far as an answer depends on it (DNS-4, DNS-6, DNS-12, CL-19). Both empty: somebody
/// on the internet.
struct NameClient {
  api::VpcId vpc;                    // whose interface asks
  api::InstanceId classic_instance;  // of EC2-Classic
};

/// Who knows the names of the cloud and of the internet's hosts.
class NameDirectory {
 public:
  virtual ~NameDirectory() = default;

  [[nodiscard]] virtual app::DnsReply look_up(const NameClient& client,
                                              const wire::DnsQuestion& question) = 0;
};

/// Where a query came from and its answer goes: the guest's side of a network interface. It lives
/// as long as the resolver does.
class ResolverPort {
 public:
  virtual ~ResolverPort() = default;

  /// Takes over an answer: an IPv4 packet for the guest.
  virtual void take_answer(wire::PacketHandle packet) = 0;
};

class Resolver final : private engine::PacketSink {
 public:
  /// DNS-1, beside each VPC's base+2; and EC2-Classic's (CLC-5).
  static constexpr wire::Ipv4Address kAddress = wire::Ipv4Address::of(169, 254, 169, 253);
  static constexpr wire::Ipv4Address kClassicAddress = dataplane::kClassicDns;

  /// DNS-5: what one interface may send in a second.
  static constexpr std::uint32_t kPacketsPerSecond = 1024;

  /// From a query at the interface to its answer there; AWS promises no number.
  static constexpr Duration kAnswerTime = std::chrono::microseconds(400);

  /// Both outlive the resolver.
  Resolver(Context& context, NameDirectory& names);

  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Takes over a datagram to port 53 of the resolver. `tap` is where it was seen last, outside the
  /// guest; its element is what DNS-5 counts by. Pre: UDP, no fragment.
  void ask(ResolverPort& port, const trace::Tap& tap, const NameClient& client,
           wire::PacketHandle packet, const dataplane::PacketFacts& facts);

  /// Sends what was answered in the name of a reserved address, a while from now.
  void send_answer(ResolverPort& port, const trace::Tap& tap, wire::PacketHandle answer);

  /// The same names for hosts of the internet that serve DNS.
  [[nodiscard]] app::DnsLookup internet_lookup();

 private:
  struct Pending {
    ResolverPort* port;
    trace::Tap tap;
  };

  /// What an interface has sent in the second that began at `since`.
  struct Meter {
    SimTime since{};
    std::uint32_t packets = 0;
  };

  [[nodiscard]] bool is_within_limit(const api::ResourceId& interface);
  void accept(wire::PacketHandle packet) override;

  Context& context_;
  NameDirectory& names_;
  engine::PortId port_;
  std::deque<Pending> pending_;  // answers under way: all take the same time
  std::map<api::ResourceId, Meter> meters_;
};

/// An answer as a packet, caused by the query's: its addresses and ports the other way round. Pre:
/// `query` is a UDP packet that parses; the data fit a datagram.
[[nodiscard]] wire::PacketHandle make_dns_packet(wire::PacketPool& packets,
                                                 wire::PacketHandle query, Bytes answer);

}  // namespace vpclab::node
