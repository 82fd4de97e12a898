#include "tests/oracle/packet.h"

#include <fmt/format.h>

#include "tests/oracle/cidr.h"

namespace vpclab::oracle {
namespace {

int be16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return at + 1 < bytes.size() ? (bytes[at] << 8) | bytes[at + 1] : 0;
}

std::uint32_t be32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return (static_cast<std::uint32_t>(be16(bytes, at)) << 16) |
         static_cast<std::uint32_t>(be16(bytes, at + 2));
}

/// RFC 792: unreachable, source quench, redirect, time exceeded, parameter problem.
bool quotes(int type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

}  // namespace

std::optional<Packet> read_packet(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 20 || bytes[0] >> 4 != 4) {
    return std::nullopt;
  }
  Packet packet;
  packet.size = be16(bytes, 2);
  packet.identification = be16(bytes, 4);
  packet.dont_fragment = (bytes[6] & 0x40U) != 0;
  packet.more = (bytes[6] & 0x20U) != 0;
  packet.offset = (be16(bytes, 6) & 0x1fff) * 8;
  packet.ttl = bytes[8];
  packet.protocol = bytes[9];
  packet.source = be32(bytes, 12);
  packet.destination = be32(bytes, 16);
  if (packet.offset != 0) {
    return packet;
  }
  const auto rest = bytes.subspan(std::min<std::size_t>((bytes[0] & 15U) * 4, bytes.size()));
  if (packet.protocol == kTcp || packet.protocol == kUdp) {
    packet.source_port = be16(rest, 0);
    packet.destination_port = be16(rest, 2);
    packet.opens = packet.protocol == kTcp && rest.size() > 13 && (rest[13] & 0x12U) == 0x02U;
  } else if (packet.protocol == kIcmp && rest.size() >= 8) {
    packet.type = rest[0];
    packet.code = rest[1];
    if (packet.is_query() || packet.is_answer()) {
      packet.identifier = be16(rest, 4);
    } else if (quotes(packet.type)) {
      packet.mtu = packet.type == 3 && packet.code == 4 ? be16(rest, 6) : 0;
      if (const auto quote = read_packet(rest.subspan(8))) {
        packet.quote = std::make_shared<Packet>(*quote);
      }
    }
  }
  return packet;
}

std::string form(const Packet& packet) {
  std::string what = fmt::format("ttl {}, {} bytes", packet.ttl, packet.size);
  what += packet.dont_fragment ? ", DF" : "";
  if (packet.is_fragment()) {
    what += fmt::format(", fragment of {} at {}{}", packet.identification, packet.offset,
                        packet.more ? "" : ", the last");
  }
  return what;
}

std::string text(const Packet& packet) {
  std::string what;
  if (packet.offset != 0) {
    what = fmt::format("protocol {} at {}", packet.protocol, packet.offset);
  } else if (packet.protocol == kIcmp) {
    what = fmt::format("icmp {}/{}", packet.type, packet.code);
    if (packet.is_query() || packet.is_answer()) {
      what += fmt::format(" id {}", packet.identifier);
    }
  } else if (packet.protocol == kTcp || packet.protocol == kUdp) {
    what = fmt::format("{} {} > {}", packet.protocol == kTcp ? "tcp" : "udp", packet.source_port,
                       packet.destination_port);
  } else {
    what = fmt::format("protocol {}", packet.protocol);
  }
  what += fmt::format(" {} > {}", text(packet.source), text(packet.destination));
  if (packet.is_error()) {
    what += fmt::format(" (about {})", text(*packet.quote));
  }
  return what;
}

}  // namespace vpclab::oracle
