#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

Result<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  const auto refuse = [text] {
    return fail("'" + std::string(text) +
                "' is not an IPv4 address (expecting four numbers "
                "0-255 with dots between: 10.0.0.1)");
  };
  std::uint32_t value = 0;
  std::size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (at >= text.size() || text[at] != '.') {
        return refuse();
      }
      ++at;
    }
    const std::size_t first = at;
    std::uint32_t number = 0;
    while (at < text.size() && at - first < 3 && text[at] >= '0' && text[at] <= '9') {
      number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
      ++at;
    }
    const std::size_t digits = at - first;
    // A leading zero is refused: some readers take "010" for octal.
    if (digits == 0 || number > 255 || (digits > 1 && text[first] == '0')) {
      return refuse();
    }
    value = (value << 8) | number;
  }
  if (at != text.size()) {
    return refuse();
  }
  return from_host_order(value);
}

std::string to_string(Ipv4Address address) {
  std::string text;  // 15 characters at most: no allocation
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t octet = (address.to_host_order() >> shift) & 0xff;
    const auto digit = [&](std::uint32_t unit) {
      text.push_back(static_cast<char>('0' + octet / unit % 10));
    };
    if (octet >= 100) {
      digit(100);
    }
    if (octet >= 10) {
      digit(10);
    }
    digit(1);
    if (shift > 0) {
      text.push_back('.');
    }
  }
  return text;
}

}  // namespace vpclab::wire
