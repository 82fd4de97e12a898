// tests/oracle/flows.h - connection tracking as SG-21…25 tell it, in a list that is scanned. Where
// the rules leave a point open, a flow is known "perhaps", and either verdict is right.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/oracle/packet.h"

namespace vpclab::oracle {

using Seconds = std::chrono::duration<double>;

enum class Known : std::uint8_t { kNo, kPerhaps, kYes };

class Flows {
 public:
  /// Whether the interface tracks the flow of a packet that leaves or enters it.
  [[nodiscard]] Known find(const std::string& interface, const Packet& packet, bool egress,
                           Seconds now) const;

  /// Whether it tracks, or has lately admitted, the flow that an ICMP error is about (SG-25).
  [[nodiscard]] Known find_quoted(const std::string& interface, const Packet& error, bool egress,
                                  Seconds now) const;

  /// A packet passed: its flow is tracked from now on (again), surely or perhaps. `untracked`:
  /// SG-22.
  void note(const std::string& interface, const Packet& packet, bool egress, Seconds now,
            Known tracked, bool untracked = false);

  /// The rules do not say what a stop, a reboot or another attachment does to flows.
  void doubt(const std::string& interface);

 private:
  struct Flow {
    std::string interface;
    std::uint32_t local;
    std::uint32_t remote;
    int protocol;
    int local_port;
    int remote_port;
    int asker;  // ICMP: 1 the local side asks, 2 the remote one, 0 neither (then type and code)
    Known tracked = Known::kYes;
    bool untracked = false;
    Seconds last{};
  };

  [[nodiscard]] static Flow flow_of(const std::string& interface, const Packet& packet,
                                    bool egress);
  [[nodiscard]] static bool same(const Flow& one, const Flow& other);
  [[nodiscard]] static Known at(const Flow& flow, Seconds now);

  std::vector<Flow> flows_;
};

}  // namespace vpclab::oracle
