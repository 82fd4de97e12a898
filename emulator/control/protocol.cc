#include "emulator/control/protocol.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace vpclab::control {
namespace {

struct ProtocolName {
  std::string_view name;
  std::int16_t protocol;
};

constexpr std::array kNames{
    ProtocolName{"tcp", kProtocolTcp},
    ProtocolName{"udp", kProtocolUdp},
    ProtocolName{"icmp", kProtocolIcmp},
    ProtocolName{"icmpv6", kProtocolIcmpV6},
};

}  // namespace

std::optional<std::int16_t> parse_protocol(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "all") {
    return kProtocolAll;
  }
  for (const ProtocolName& name : kNames) {
    if (name.name == lower) {
      return name.protocol;
    }
  }
  std::int16_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < -1 || number > 255) {
    return std::nullopt;
  }
  return number;
}

std::string protocol_text(std::int16_t protocol) {
  for (const ProtocolName& name : kNames) {
    if (name.protocol == protocol) {
      return std::string(name.name);
    }
  }
  return std::to_string(protocol);
}

}  // namespace vpclab::control
