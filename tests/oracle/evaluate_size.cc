// The oracle's sizes: MTU-1…3, and datagrams in pieces before filters (SG-27).
#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

constexpr int kNarrow = 1500;  // MTU-2, PCX-19
constexpr int kHeader = 20;
constexpr Seconds kRemembered{30};  // SG-27

}  // namespace

std::string text(const Answer& answer) {
  return fmt::format("icmp {}/{} from {} to {}{} by {}", answer.type, answer.code,
                     answer.source == 0 ? "anybody" : text(answer.source), text(answer.destination),
                     answer.mtu == 0 ? std::string() : fmt::format(" mtu {}", answer.mtu),
                     answer.by.empty() ? "a router of the internet" : answer.by);
}

/// MTU-3, ICMP-2: DF is set, and it does not fit. Its sender is told from the router's address in
/// the sender's subnet, if that is in this VPC.
bool Oracle::refuses_size(Walk& walk, const std::string& place) const {
  if (walk.packet.size <= kNarrow || !walk.packet.dont_fragment) {
    return false;
  }
  walk.step("size", "denied", place).says = "MTU-3";
  walk.drop("MTU_DF", place);
  if (const Subnet* subnet = network_.subnet_at(walk.vpc, walk.packet.source)) {
    walk.tell({walk.vpc, subnet->cidr.base + 1, walk.packet.source, 3, 4, kNarrow});
  }
  return true;
}

/// RFC 791: the bytes from `begin` to `end` of a packet's payload.
Packet Oracle::piece_of(const Packet& packet, int begin, int end) {
  Packet piece = packet;
  piece.offset = packet.offset + begin;
  piece.more = packet.more || end < packet.size - kHeader;
  piece.size = kHeader + end - begin;
  if (piece.offset != 0) {
    piece.source_port = piece.destination_port = piece.identifier = 0;
    piece.type = piece.code = piece.mtu = 0;
    piece.opens = false;
    piece.quote.reset();
  }
  return piece;
}

/// MTU-3: what does not fit goes on in pieces.
void Oracle::cut(Walk& walk, const Way& go) const {
  if (walk.packet.size <= kNarrow) {
    return go(walk);
  }
  const int payload = walk.packet.size - kHeader;
  const int step = (kNarrow - kHeader) / 8 * 8;
  for (int begin = 0; begin < payload; begin += step) {
    Walk part = walk;
    part.fate.pieces.clear();
    part.packet = piece_of(walk.packet, begin, std::min(begin + step, payload));
    go(part);
    part.fate.packet = part.packet;
    walk.fate.pieces.push_back(part.fate);
  }
}

void Oracle::pass_narrow(Walk& walk, const std::string& place, const Way& go) const {
  if (!refuses_size(walk, place)) {
    cut(walk, go);
  }
}

void Oracle::share(const Walk& walk, const std::string& place, bool passes, std::uint32_t address) {
  const Packet& packet = walk.packet;
  datagrams_.insert(datagrams_.begin(), {place, packet.source, packet.destination, packet.protocol,
                                         packet.identification, passes, address, walk.now});
}

const Oracle::Datagram* Oracle::shared(const Walk& walk, const std::string& place) const {
  const Packet& packet = walk.packet;
  for (const Datagram& known : datagrams_) {
    if (known.place == place && known.source == packet.source &&
        known.destination == packet.destination && known.protocol == packet.protocol &&
        known.identification == packet.identification && walk.now - known.last < kRemembered) {
      return &known;
    }
  }
  return nullptr;
}

/// SG-27: the first fragment of a datagram is asked about, the others share the answer.
bool Oracle::ask_datagram(Walk& walk, const std::string& place, const std::function<bool()>& ask) {
  if (!walk.packet.is_fragment()) {
    return ask();
  }
  if (walk.packet.offset == 0) {
    const bool passes = ask();
    share(walk, place, passes);
    return passes;
  }
  const Datagram* known = shared(walk, place);
  if (known == nullptr) {
    walk.fate.is_open = true;  // it waits in vain: nothing says for how long
    return false;
  }
  walk.step("datagram", known->passes ? "passed" : "denied", place).says = "SG-27";
  return known->passes;
}

}  // namespace vpclab::oracle
