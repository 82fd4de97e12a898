// tests/capture/lab.h - a small run told by hand: instance-1 pings instance-2 over a peering
// connection, the first request is dropped by instance-2's group, the second is answered. Feeds any
// TraceSink; knows no engine.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/capture/capture_options.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::capture::testing {

using Buffer = std::vector<std::uint8_t>;
using Side = trace::Tap::Side;

inline api::ResourceId id(std::string_view text) { return api::ResourceId::parse(text).value(); }

inline constexpr wire::Ipv4Address kAlice = wire::Ipv4Address::of(10, 1, 4, 7);
inline constexpr wire::Ipv4Address kBob = wire::Ipv4Address::of(10, 2, 4, 95);
inline constexpr wire::Ipv4Address kTwice = wire::Ipv4Address::of(10, 3, 0, 5);

class LabNames : public trace::NameDirectory {
 public:
  [[nodiscard]] std::string name_of(const api::ResourceId& resource) const override {
    const auto found = names.find(to_string(resource));
    return found == names.end() ? std::string() : found->second;
  }

  [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address address) const override {
    const auto found = hosts.find(address);
    return found == hosts.end() ? std::vector<std::string>() : found->second;
  }

  std::map<std::string, std::string> names = {{"eni-00000000aaaaaaaaa", "instance-1"},
                                              {"eni-00000000bbbbbbbbb", "instance-2"},
                                              {"vpc-11111111", "vpc-1"},
                                              {"vpc-22222222", "vpc-2"},
                                              {"pcx-aaaabbbb", "vpc1-vpc2"},
                                              {"sg-bbbbbbbb", "default"}};
  std::map<wire::Ipv4Address, std::vector<std::string>> hosts = {
      {kAlice, {"instance-1"}}, {kBob, {"instance-2"}}, {kTwice, {"left", "right"}}};
};

inline const api::ResourceId kEniA = id("eni-00000000aaaaaaaaa");
inline const api::ResourceId kEniB = id("eni-00000000bbbbbbbbb");
inline const api::ResourceId kVpc1 = id("vpc-11111111");
inline const api::ResourceId kVpc2 = id("vpc-22222222");
inline const api::ResourceId kPcx = id("pcx-aaaabbbb");
inline const api::ResourceId kSgB = id("sg-bbbbbbbb");

inline Buffer with_ethernet(wire::EtherType type, const Buffer& payload) {
  Buffer frame(wire::EthernetHeader::kSize + payload.size());
  wire::EthernetHeader{wire::MacAddress::from_integer(0x020000000001),
                       wire::MacAddress::from_integer(0x02000000000a), type}
      .emit(frame);
  std::copy(payload.begin(), payload.end(),
            frame.begin() + static_cast<std::ptrdiff_t>(wire::EthernetHeader::kSize));
  return frame;
}

inline Buffer echo(wire::Ipv4Address source, wire::Ipv4Address destination, wire::IcmpType type,
                   std::uint16_t sequence) {
  Buffer packet(20 + 8 + 56);
  wire::Ipv4Header header;
  header.total_length = static_cast<std::uint16_t>(packet.size());
  header.ttl = 127;
  header.protocol = wire::IpProtocol::kIcmp;
  header.source = source;
  header.destination = destination;
  header.emit(packet);
  wire::IcmpV4Header::echo(type, 0x77, sequence).emit(wire::ipv4_payload(MutableBytes(packet)));
  return packet;
}

inline Buffer arp(wire::ArpOperation operation, wire::Ipv4Address sender,
                  wire::Ipv4Address target) {
  Buffer packet(wire::ArpPacket::kSize);
  wire::ArpPacket{operation, wire::MacAddress::from_integer(0x02000000000a), sender,
                  wire::MacAddress{}, target}
      .emit(packet);
  return with_ethernet(wire::EtherType::kArp, packet);
}

/// Tells events to a sink, one microsecond apart.
class Story {
 public:
  explicit Story(trace::TraceSink& sink) : sink_(sink) {}

  SimTime now{};

  void happens(trace::EventKind kind, const trace::Tap& tap, trace::Direction direction,
               std::uint64_t packet, Bytes bytes, const trace::StepList* steps = nullptr) {
    trace::TraceEvent event;
    event.at = now;
    event.kind = kind;
    event.direction = direction;
    event.tap = tap;
    event.packet = packet;
    event.steps = steps;
    event.bytes = bytes;
    const auto header = wire::EthernetHeader::parse(bytes);
    event.ethernet = header && (bytes[0] >> 4) != 4;
    if (kind == trace::EventKind::kDropped) {
      event.reason = trace::DropReason::kSgIngress;
    }
    if (kind == trace::EventKind::kConsumed) {
      event.outcome = "echo-request";
    }
    sink_.record(event);
    now += std::chrono::microseconds(1);
  }

  /// A request from instance-1 as far as instance-2's filter, where it passes or is dropped.
  void request(std::uint64_t packet, std::uint16_t sequence, bool passes) {
    using trace::Direction;
    using trace::EventKind;
    const Buffer bytes = echo(kAlice, kBob, wire::IcmpType::kEchoRequest, sequence);
    const Buffer frame = with_ethernet(wire::EtherType::kIpv4, bytes);
    trace::StepList route;
    route.push({trace::Stage::kRouteLookup,
                trace::Outcome::kMatched,
                {.object = id("rtb-11111111"),
                 .rule = kPcx,
                 .prefix = wire::Ipv4Prefix::of(kBob, 16),
                 .has_prefix = true}});
    trace::StepList verdict;
    verdict.push({trace::Stage::kSecurityGroupIngress,
                  passes ? trace::Outcome::kPassed : trace::Outcome::kDenied,
                  {.object = kSgB, .scope = kEniB, .number = 1}});
    happens(EventKind::kSent, {kEniA, Side::kGuest}, Direction::kOut, packet, frame);
    happens(EventKind::kPassed, {kEniA, Side::kFilter}, Direction::kOut, packet, bytes);
    happens(EventKind::kPassed, {kVpc1, Side::kRouter}, Direction::kOut, packet, bytes, &route);
    happens(EventKind::kPassed, {kPcx, Side::kCrossing}, Direction::kOut, packet, bytes);
    happens(EventKind::kPassed, {kVpc2, Side::kRouter}, Direction::kIn, packet, bytes);
    happens(passes ? EventKind::kPassed : EventKind::kDropped, {kEniB, Side::kFilter},
            Direction::kIn, packet, bytes, &verdict);
    if (passes) {
      happens(EventKind::kPassed, {kEniB, Side::kGuest}, Direction::kIn, packet, frame);
      happens(EventKind::kConsumed, {kEniB, Side::kGuest}, Direction::kIn, packet, frame);
    }
  }

  void reply(std::uint64_t packet, std::uint16_t sequence) {
    using trace::Direction;
    using trace::EventKind;
    const Buffer bytes = echo(kBob, kAlice, wire::IcmpType::kEchoReply, sequence);
    const Buffer frame = with_ethernet(wire::EtherType::kIpv4, bytes);
    happens(EventKind::kSent, {kEniB, Side::kGuest}, Direction::kOut, packet, frame);
    happens(EventKind::kPassed, {kEniB, Side::kFilter}, Direction::kOut, packet, bytes);
    happens(EventKind::kPassed, {kPcx, Side::kCrossing}, Direction::kIn, packet, bytes);
    happens(EventKind::kPassed, {kEniA, Side::kGuest}, Direction::kIn, packet, frame);
    happens(EventKind::kConsumed, {kEniA, Side::kGuest}, Direction::kIn, packet, frame);
  }

 private:
  trace::TraceSink& sink_;
};

inline constexpr int kGuestFramesOfA = 4;  // ARP question, two requests, one reply
inline constexpr int kGuestFramesOfB = 2;
inline constexpr int kJourneyFrames = 18;

inline void play_lab(trace::TraceSink& sink) {
  Story story(sink);
  story.happens(trace::EventKind::kSent, {kEniA, Side::kGuest}, trace::Direction::kOut, 1,
                arp(wire::ArpOperation::kRequest, kAlice, wire::Ipv4Address::of(10, 1, 0, 1)));
  story.request(2, 1, false);
  story.now = SimTime{std::chrono::seconds(1)};
  sink.note(story.now, "api", "AuthorizeSecurityGroupIngress sg-bbbbbbbb");
  story.request(3, 2, true);
  story.reply(4, 2);
}

inline CaptureOptions lab_options() {
  CaptureOptions options;
  options.info.version = "0.1.0";
  options.info.scenario = "vpc-peering";
  options.info.scenario_hash = "0123abcd";
  options.info.seed = 7;
  return options;
}

/// A directory of the test's own, gone with it.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = ::testing::TempDir() + "vpclab-capture-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }

  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  ~ScratchDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path() const { return path_; }

  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace vpclab::capture::testing
