// trace/toy_drop.h - what the tests of explanations share: ids, names, packets, and drops made of
// them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/trace/decision.h"
#include "emulator/trace/explain.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::trace {

inline api::ResourceId id(std::string_view text) { return api::ResourceId::parse(text).value(); }

inline wire::Ipv4Prefix cidr(std::string_view text) {
  return wire::Ipv4Prefix::parse(text).value().prefix;
}

inline wire::Ipv4Address address(std::string_view text) {
  return wire::Ipv4Address::parse(text).value();
}

class Names : public NameDirectory {
 public:
  Names(std::initializer_list<std::pair<const std::string, std::string>> names) : names_(names) {}

  [[nodiscard]] std::string name_of(const api::ResourceId& resource) const override {
    const auto found = names_.find(resource.text());
    return found == names_.end() ? std::string() : found->second;
  }

  [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address) const override { return {}; }

 private:
  std::map<std::string, std::string> names_;
};

/// An IPv4 header in front of `payload`.
inline std::vector<std::uint8_t> ipv4(std::string_view from, std::string_view to,
                                      wire::IpProtocol protocol,
                                      const std::vector<std::uint8_t>& payload,
                                      std::uint16_t fragment_offset = 0) {
  std::vector<std::uint8_t> packet(wire::Ipv4Header::kMinSize + payload.size());
  std::copy(payload.begin(), payload.end(), packet.begin() + wire::Ipv4Header::kMinSize);
  wire::Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(packet.size());
  header.fragment_offset = fragment_offset;
  header.ttl = 127;
  header.protocol = protocol;
  header.source = address(from);
  header.destination = address(to);
  header.emit(packet);
  return packet;
}

inline std::vector<std::uint8_t> echo_request(std::string_view from, std::string_view to) {
  return ipv4(from, to, wire::IpProtocol::kIcmp, {8, 0, 0, 0, 0, 1, 0, 1});
}

/// A drop with its steps and bytes, for as long as it lives.
class ToyDrop {
 public:
  ToyDrop(DropReason reason, std::vector<std::uint8_t> bytes, std::initializer_list<Step> steps)
      : bytes_(std::move(bytes)) {
    for (const Step& step : steps) {
      steps_.push(step);
    }
    event.kind = EventKind::kDropped;
    event.reason = reason;
    event.steps = &steps_;
    event.bytes = bytes_;
  }

  ToyDrop(const ToyDrop&) = delete;
  ToyDrop& operator=(const ToyDrop&) = delete;

  TraceEvent event;

 private:
  std::vector<std::uint8_t> bytes_;
  StepList steps_;
};

/// The value of a detail; "" if there is none.
inline std::string detail(const Explanation& explanation, std::string_view key) {
  for (const Detail& found : explanation.details) {
    if (found.key == key) {
      return found.value;
    }
  }
  return {};
}

}  // namespace vpclab::trace
