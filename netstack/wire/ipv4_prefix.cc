#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::wire {

Result<Ipv4Prefix> Ipv4Prefix::make(Ipv4Address address, int length) {
  if (length < 0 || length > 32) {
    return fail("/" + std::to_string(length) + " is not a prefix length (0 to 32)");
  }
  return of(address, length);
}

Result<ParsedIpv4Prefix> Ipv4Prefix::parse(std::string_view text) {
  const auto refuse = [text] {
    return fail("'" + std::string(text) +
                "' is not a CIDR block (expecting an address, a slash and 0-32: 10.0.0.0/16)");
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return refuse();
  }
  const std::string_view digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 2 || (digits.size() == 2 && digits[0] == '0')) {
    return refuse();
  }
  int length = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') {
      return refuse();
    }
    length = length * 10 + (c - '0');
  }
  const Result<Ipv4Address> address = Ipv4Address::parse(text.substr(0, slash));
  if (!address || length > 32) {
    return refuse();
  }
  const Ipv4Prefix prefix = of(*address, length);
  return ParsedIpv4Prefix{prefix, prefix.network() != *address};
}

std::string to_string(Ipv4Prefix prefix) {
  return to_string(prefix.network()) + "/" + std::to_string(prefix.length());
}

}  // namespace vpclab::wire
