// tests/oracle/evaluate.h - the oracle: what becomes of a packet, asked rule by rule as
// aws-semantics section 17 (FWD-1…6) puts it. Slow and naive on purpose; shares no code with the
// emulator. Remembers the flows that it let through and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/flows.h"
#include "tests/oracle/model.h"
#include "tests/oracle/packet.h"

namespace vpclab::oracle {

/// One question that was asked on the way, and its answer.
struct Step {
  std::string asked;               // "sg-egress", "acl-egress", "route", "crossing", …
  std::string answer;              // "passed", "tracked", "matched", "translated", "denied"
  std::string object;              // group, ACL, table, peering connection, gateway, interface
  std::string rule;                // route: the target; else empty
  int number = 0;                  // ACL entry
  std::string range;               // route destination, entry's CIDR
  std::vector<std::string> among;  // groups: every rule that admits it, "sg-… sgr-…"
  std::string says;                // rule ids, and why
};

[[nodiscard]] std::string text(const Step& step);

/// What an element on the way must tell the sender of a packet that it did not pass on.
struct Answer {
  std::string by;            // VPC, NAT gateway, instance; empty: a router of the internet
  std::uint32_t source = 0;  // 0: not told
  std::uint32_t destination = 0;
  int type = 0;
  int code = 0;
  int mtu = 0;
};

[[nodiscard]] std::string text(const Answer& answer);

struct Fate {
  bool delivered = false;
  std::string reason;    // SG_INGRESS, …
  std::string place;     // where it was dropped: interface, VPC, peering connection, gateway;
                         // "internet" if it was there
  std::string receiver;  // interface, or the address of a host of the internet
  Packet packet;         // as the receiver sees it
  bool is_open = false;  // the rules do not say what becomes of it
  bool any_ttl = false;  // the rules do not say which TTL it arrives with
  std::optional<Answer> answer;
  std::vector<Fate> pieces;  // it was cut (MTU-3), and each goes on by itself
  std::vector<Step> steps;
};

/// What the emulator did where the rules leave a point open.
struct Witness {
  /// Whether it treated the packet as part of a tracked flow there.
  std::function<bool(const std::string& interface, bool egress)> tracked;
  /// The port (or ICMP identifier) that a NAT gateway gave the packet; -1: it did not translate it.
  std::function<int(const std::string& nat)> port;
};

class Oracle {
 public:
  explicit Oracle(const Network& network) : network_(network) {}

  /// FWD-1: a packet that leaves the guest through an interface.
  [[nodiscard]] Fate leave(const std::string& interface, const Packet& packet, Seconds now,
                           const Witness& witness);

  /// FWD-7: a packet that an instance of EC2-Classic sends.
  [[nodiscard]] Fate leave_classic(const std::string& instance, const Packet& packet, Seconds now,
                                   const Witness& witness);

  /// ICMP-2: an error that the router of a VPC sends, from inside the subnet of whom it tells.
  [[nodiscard]] Fate leave_router(const std::string& vpc, const Packet& packet, Seconds now,
                                  const Witness& witness);

  /// TTL-4: an error that a NAT gateway sends.
  [[nodiscard]] Fate leave_nat(const std::string& nat, const Packet& packet, Seconds now,
                               const Witness& witness);

  /// A packet that a host or a router of the internet sends.
  [[nodiscard]] Fate leave_outsider(const Packet& packet, Seconds now, const Witness& witness);

  [[nodiscard]] Flows& flows() { return flows_; }

 private:
  struct Walk;
  struct Datagram;

  void leave_interface(Walk& walk, const Interface& from);
  void leave_subnet(Walk& walk, const Subnet& subnet);
  void follow_route(Walk& walk, const Subnet& subnet);
  [[nodiscard]] std::vector<Route> effective_routes(const Vpc& vpc, const Table& table) const;
  void enter_from_gateway(Walk& walk, const Vpc& vpc);
  void enter_from_afar(Walk& walk, const Vpc& vpc);
  void enter_vpc(Walk& walk, const Vpc& vpc, const Subnet* from);
  void cross(Walk& walk, const std::string& peering, const Vpc& vpc);
  [[nodiscard]] std::uint32_t public_address_of(const Vpc& vpc, std::uint32_t address) const;
  void leave_by_gateway(Walk& walk, const Vpc& vpc);
  void enter_internet(Walk& walk, const std::string& from);
  [[nodiscard]] static bool pass_routers(Walk& walk, const std::string& from,
                                         const std::string& to);
  [[nodiscard]] const Vpc* owner_of_public(Walk& walk) const;
  [[nodiscard]] bool refuses_size(Walk& walk, const std::string& place) const;
  [[nodiscard]] static Packet piece_of(const Packet& packet, int begin, int end);
  using Way = std::function<void(Walk&)>;
  void cut(Walk& walk, const Way& go) const;
  void pass_narrow(Walk& walk, const std::string& place, const Way& go) const;
  [[nodiscard]] bool ask_datagram(Walk& walk, const std::string& place,
                                  const std::function<bool()>& ask);
  void enter_interface(Walk& walk, const Interface& to);
  void leave_linked(Walk& walk, const ClassicInstance& from, const Vpc& vpc);
  void cross_from_link(Walk& walk, const ClassicInstance& from, const Vpc& vpc, const Route& route);
  void leave_flat(Walk& walk, const ClassicInstance& from);
  void enter_links(Walk& walk, const Vpc& vpc);
  void enter_link(Walk& walk, const ClassicInstance& to);
  void enter_flat(Walk& walk, const ClassicInstance& to);

  void enter_nat(Walk& walk, const NatGateway& nat, const Subnet& from);
  void return_by_nat(Walk& walk, const NatGateway& nat, const Subnet* from);
  [[nodiscard]] bool refuses_at_nat(Walk& walk, const NatGateway& nat, bool leaving);
  void tell_of_ttl(Walk& walk, const NatGateway& nat) const;
  void share(const Walk& walk, const std::string& place, bool passes, std::uint32_t address = 0);
  [[nodiscard]] const Datagram* shared(const Walk& walk, const std::string& place) const;
  [[nodiscard]] std::string check_port(const Walk& walk, const NatGateway& nat, int port) const;

  /// A flow that a NAT gateway translates (NAT-3).
  struct NatFlow {
    std::string nat;
    int protocol;
    std::uint32_t client;
    int client_number;
    std::uint32_t remote;
    int remote_number;  // TCP, UDP: the port; ICMP: 0
    int port;           // on the outside
    Seconds last{};
  };

  /// SG-27: what was said of a datagram's first fragment somewhere.
  struct Datagram {
    std::string place;
    std::uint32_t source;
    std::uint32_t destination;
    int protocol;
    int identification;
    bool passes;
    std::uint32_t address;  // that it got instead of its own, at a NAT gateway
    Seconds last;
  };

  /// Who is asked, with which groups; `vpc` is where they are, empty for EC2-Classic's own.
  struct Filter {
    const std::string& place;
    const std::vector<std::string>& groups;
    std::string vpc;
  };

  /// What rules say of a packet: every rule that admits it ("sg-… sgr-…"), and whether it begins a
  /// tracked flow then.
  struct Verdict {
    std::vector<std::string> among;
    Known begins = Known::kNo;
  };

  [[nodiscard]] static std::string flow_place(const Filter& filter);
  [[nodiscard]] Verdict ask_rules(const Filter& filter, const Packet& packet, bool egress) const;
  [[nodiscard]] Known knows_quoted(const Walk& walk, const Filter& filter, bool egress) const;
  [[nodiscard]] bool ask_groups(Walk& walk, const Filter& filter, bool egress);
  [[nodiscard]] bool ask_groups_anew(Walk& walk, const Filter& filter, bool egress);
  [[nodiscard]] bool ask_acl(Walk& walk, const Subnet& subnet, bool egress);
  [[nodiscard]] bool ask_acl_anew(Walk& walk, const Subnet& subnet, bool egress);
  [[nodiscard]] bool rule_admits(const GroupRule& rule, const Filter& filter, const Packet& packet,
                                 bool egress) const;
  [[nodiscard]] bool reference_admits(const std::string& group, const Filter& filter,
                                      std::uint32_t remote) const;

  const Network& network_;
  Flows flows_;
  std::vector<NatFlow> nat_flows_;
  std::vector<Datagram> datagrams_;
  std::set<std::string> chained_;  // NAT gateways whose packets went through another
};

}  // namespace vpclab::oracle
