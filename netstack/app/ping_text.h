// app/ping_text.h - a ping's events as the lines that iputils 20221126 prints, byte for byte. Keeps
// nothing but where the lines go.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "netstack/app/line_sink.h"
#include "netstack/app/ping.h"

namespace vpclab::app {

class PingText final : public PingListener {
 public:
  explicit PingText(LineSink sink) : sink_(std::move(sink)) {}

  /// From now on `address` is shown as `name (address)`, as where ping looks names up.
  void set_host_name(wire::Ipv4Address address, std::string name) {
    named_ = address;
    host_name_ = std::move(name);
  }

  void on_ping(SimTime now, const Ping& ping, const PingEvent& event) override;

 private:
  [[nodiscard]] std::string host_text(wire::Ipv4Address address) const;

  LineSink sink_;
  wire::Ipv4Address named_;
  std::string host_name_;  // of named_; empty: none is known
};

/// What ping says about an ICMP error: `Destination Host Unreachable`, `Time to live exceeded`.
[[nodiscard]] std::string icmp_error_text(std::uint8_t type, std::uint8_t code, std::uint32_t rest);

/// A round-trip time as in ` time=0.512 ms`: `0.512`, `1.51`, `12.3`, `123`.
[[nodiscard]] std::string round_trip_text(Duration rtt);

}  // namespace vpclab::app
