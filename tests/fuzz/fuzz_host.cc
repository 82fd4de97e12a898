// Arbitrary frames and steps of time into a host that forwards, listens, pings and traces. Laws: no
// crash; every received frame ends exactly once; what the host makes ends at most once; when the
// host has stopped no packet is left.
//
// Input: records of (operation, length, bytes). The operation's low bits say what comes: a frame,
// an IPv4 packet or an ICMP message (headers are put in front), or time that goes by.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "netstack/app/ping.h"
#include "netstack/app/traceroute.h"
#include "netstack/app/udp_echo.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/checksum.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"

namespace vpclab {
namespace {

using namespace std::chrono_literals;
using wire::Ipv4Address;
using wire::MacAddress;
using wire::PacketHandle;

constexpr Ipv4Address kOwn = Ipv4Address::of(10, 1, 0, 5);
constexpr Ipv4Address kPeer = Ipv4Address::of(10, 1, 0, 6);
constexpr MacAddress kMacs[] = {MacAddress::from_integer(0x020000000001),
                                MacAddress::from_integer(0x020000000002)};

/// Aborts when a packet ends twice.
class Ledger final : public host::HostObserver {
 public:
  explicit Ledger(const wire::PacketPool& pool) : pool_(pool) {}

  void on_consumed(SimTime, std::size_t, PacketHandle packet, host::HostOutcome) override {
    end(packet);
  }

  void on_replaced(SimTime, std::size_t, std::span<const PacketHandle> before,
                   std::span<const PacketHandle> after) override {
    if (before.size() != 1 && after.size() != 1) {
      std::abort();
    }
    std::for_each(before.begin(), before.end(), [this](PacketHandle each) { end(each); });
  }

  void received(std::uint64_t id) { received_.push_back(id); }

  /// Every received packet has ended, and nothing has ended twice.
  void settle() {
    std::sort(ended_.begin(), ended_.end());
    if (std::adjacent_find(ended_.begin(), ended_.end()) != ended_.end()) {
      std::abort();
    }
    for (const std::uint64_t id : received_) {
      if (!std::binary_search(ended_.begin(), ended_.end(), id)) {
        std::abort();
      }
    }
  }

 private:
  void end(PacketHandle packet) { ended_.push_back(pool_.id(packet)); }

  const wire::PacketPool& pool_;
  std::vector<std::uint64_t> received_;
  std::vector<std::uint64_t> ended_;
};

class Lab {
 public:
  Lab() {
    for (std::uint8_t i = 0; i < 2; ++i) {
      host::InterfaceConfig config;
      config.mac = kMacs[i];
      config.address = i == 0 ? kOwn : Ipv4Address::of(10, 2, 0, 5);
      config.subnet = wire::Ipv4Prefix::of(config.address, 24);
      config.mtu = i == 0 ? 9001 : 576;
      if (i == 0) {
        config.gateway = Ipv4Address::of(10, 1, 0, 1);
      }
      stack_.add_interface(config);
    }
    static_cast<void>(echo_.listen());
    ping_.start(now_, stack_);
    traceroute_.start(now_, stack_);
  }

  void step(std::uint8_t operation, Bytes bytes) {
    switch (operation & 3) {
      case 0:
        receive(operation, {}, bytes);
        break;
      case 1:
        receive(operation, ethernet_, bytes);
        break;
      case 2:
        receive(operation, icmp_, bytes);
        break;
      default:
        stack_.set_masquerade((operation & 4) != 0);
        pass(std::chrono::milliseconds(bytes.empty() ? 1 : 1 << (bytes[0] & 15)));
        break;
    }
    drain();
  }

  void end() {
    pass(40s);
    drain();
    stack_.shut_down(now_);
    ledger_.settle();
    if (pool_.live() != 0) {
      std::abort();
    }
  }

 private:
  /// Frames a fuzzer would not find for a long time get their lengths and checksums right.
  void mend(MutableBytes frame) {
    if (frame.size() < 14 + 20 || load_be16(frame, 12) != 0x0800) {
      return;
    }
    const MutableBytes ip = frame.subspan(14);
    store_be16(ip, 2, static_cast<std::uint16_t>(ip.size()));
    if (!wire::ipv4_well_formed(ip)) {
      return;
    }
    store_be16(ip, 10, 0);
    store_be16(ip, 10, wire::checksum(Bytes(ip).first(wire::ipv4_header_size(ip))));
    const MutableBytes message = wire::ipv4_payload(ip);
    if (wire::ipv4_protocol(ip) == wire::IpProtocol::kIcmp && message.size() >= 4 &&
        !wire::ipv4_is_fragment(ip)) {
      store_be16(message, 2, 0);
      store_be16(message, 2, wire::checksum(message));
    }
  }

  void receive(std::uint8_t operation, Bytes head, Bytes bytes) {
    const PacketHandle frame = pool_.allocate(head.size() + bytes.size());
    const MutableBytes out = pool_.bytes(frame);
    std::copy(head.begin(), head.end(), out.begin());
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(head.size()));
    if ((operation & 4) != 0) {
      mend(out);
    }
    ledger_.received(pool_.id(frame));
    stack_.receive(now_, (operation >> 3) & 1U, frame);
  }

  void pass(Duration duration) {
    const SimTime until = now_ + duration;
    while (stack_.deadline() <= until) {
      now_ = std::max(now_, stack_.deadline());
      stack_.poll(now_);
      drain();
    }
    now_ = until;
  }

  void drain() {
    stack_.drain_outbound([this](std::size_t, PacketHandle packet) { pool_.free(packet); });
  }

  static std::vector<std::uint8_t> heads(bool with_ip) {
    std::vector<std::uint8_t> bytes(with_ip ? 34 : 14);
    wire::EthernetHeader{kMacs[0], MacAddress::from_integer(0x020000000009), wire::EtherType::kIpv4}
        .emit(bytes);
    if (with_ip) {
      wire::Ipv4Header header;
      header.total_length = 20;
      header.ttl = 64;
      header.protocol = wire::IpProtocol::kIcmp;
      header.source = kPeer;
      header.destination = kOwn;
      header.emit(MutableBytes(bytes).subspan(14));
    }
    return bytes;
  }

  static app::PingOptions ping_options() {
    app::PingOptions options;
    options.interval = 3s;
    return options;
  }

  wire::PacketPool pool_;
  Ledger ledger_{pool_};
  SimTime now_{};
  app::Ping ping_{ping_options(), kPeer, "peer"};
  app::Traceroute traceroute_{{}, Ipv4Address::of(192, 0, 2, 1), "far"};
  host::HostStack stack_{pool_, {.ip_forward = true}, &ledger_};
  app::UdpEcho echo_{stack_};
  const std::vector<std::uint8_t> ethernet_ = heads(false);
  const std::vector<std::uint8_t> icmp_ = heads(true);
};

}  // namespace
}  // namespace vpclab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vpclab::Lab lab;
  vpclab::Bytes rest(data, size);
  for (int steps = 0; rest.size() >= 2 && steps < 64; ++steps) {
    const std::uint8_t operation = rest[0];
    const std::size_t length = std::min<std::size_t>(rest[1], rest.size() - 2);
    lab.step(operation, rest.subspan(2, length));
    rest = rest.subspan(2 + length);
  }
  lab.end();
  return 0;
}
