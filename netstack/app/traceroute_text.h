// app/traceroute_text.h - a traceroute's results as the lines that Debian's traceroute 2.1 prints,
// byte for byte. Keeps the line that is being put together. No names are looked up: where the real
// program prints a name, this prints the address (`10.2.4.95 (10.2.4.95)`, less with -n).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "netstack/app/line_sink.h"
#include "netstack/app/traceroute.h"

namespace vpclab::app {

class TracerouteText final : public TracerouteListener {
 public:
  explicit TracerouteText(LineSink sink) : sink_(std::move(sink)) {}

  void on_started(SimTime now, const Traceroute& traceroute) override;
  void on_probe(SimTime now, const Traceroute& traceroute, const TracerouteProbe& probe) override;
  void on_failed(SimTime now, const Traceroute& traceroute, const std::string& reason) override;
  void on_finished(SimTime now, const Traceroute& traceroute) override;

 private:
  void flush(SimTime now);

  LineSink sink_;
  std::string line_;
  std::optional<wire::Ipv4Address> shown_;  // the address last printed in this line
};

/// `!H`, `!N`, `!P`, `!X`, `!F-1500`, `!<13>` …; empty for what a healthy trace consists of.
[[nodiscard]] std::string annotation_of(const TracerouteProbe& probe);

}  // namespace vpclab::app
