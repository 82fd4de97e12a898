#include "netstack/wire/mac_address.h"

namespace vpclab::wire {
namespace {

/// The value of a hex digit, or -1.
int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

}  // namespace

Result<MacAddress> MacAddress::parse(std::string_view text) {
  constexpr std::size_t kTextSize = 3 * kSize - 1;
  bool good = text.size() == kTextSize;
  std::array<std::uint8_t, kSize> octets{};
  for (std::size_t i = 0; good && i < kSize; ++i) {
    const int high = hex_value(text[3 * i]);
    const int low = hex_value(text[3 * i + 1]);
    good = high >= 0 && low >= 0 && (i + 1 == kSize || text[3 * i + 2] == ':');
    octets[i] = good ? static_cast<std::uint8_t>(high * 16 + low) : std::uint8_t{0};
  }
  if (!good) {
    return fail("'" + std::string(text) +
                "' is not a MAC address (expecting six hex pairs: 02:00:00:00:00:01)");
  }
  return MacAddress(octets);
}

std::string to_string(const MacAddress& address) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : address.octets()) {
    if (!text.empty()) {
      text.push_back(':');
    }
    text.push_back(kHex[octet >> 4]);
    text.push_back(kHex[octet & 0xf]);
  }
  return text;
}

}  // namespace vpclab::wire
