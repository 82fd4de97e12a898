// tests/oracle/observe.h - a trace sink that cuts what it sees into trips: a packet's way from a
// guest (or a host of the internet, or an element that tells its sender of an error) to the next,
// or to its drop. A packet that an appliance passes on makes several; one that is cut on its way
// makes one, of which its pieces are parts. Tells a listener of each trip when all of it has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "emulator/trace/trace_sink.h"
#include "tests/oracle/packet.h"

namespace vpclab::oracle {

/// What the emulator says of one question.
struct SeenStep {
  std::string element;  // where
  std::string asked;    // "network-acl-egress", …
  std::string answer;
  std::string object;
  std::string rule;
  std::string scope;
  std::string range;
  std::uint32_t number = 0;
  int port = 0;  // of a translation: the source's port or ICMP identifier behind it

  friend bool operator==(const SeenStep&, const SeenStep&) = default;
};

[[nodiscard]] std::string text(const SeenStep& step);

struct Trip {
  std::uint64_t id = 0;  // the packet's
  std::uint64_t cause = 0;
  double begun = 0;  // seconds
  std::string from;  // interface, classic instance, VPC or NAT gateway; empty: the internet
  Packet sent;
  bool delivered = false;
  std::string reason;
  std::string place;
  std::string receiver;  // interface, or the address of a host of the internet
  Packet arrived;
  std::vector<SeenStep> steps;
  std::vector<Trip> pieces;
};

class Observer final : public trace::TraceSink {
 public:
  explicit Observer(std::function<void(const Trip&)> listener) : listener_(std::move(listener)) {}

  void record(const trace::TraceEvent& event) override;

 private:
  void begin(const trace::TraceEvent& event);
  void end(const trace::TraceEvent& event);
  void be_cut(const trace::TraceEvent& event);
  void begin_piece(const trace::TraceEvent& event);
  void finish(const Trip& trip);

  std::function<void(const Trip&)> listener_;
  std::map<std::uint64_t, Trip> open_;
  std::map<std::uint64_t, Trip> cut_;                // whose pieces are under way
  std::map<std::uint64_t, std::uint64_t> whole_of_;  // by piece
};

}  // namespace vpclab::oracle
