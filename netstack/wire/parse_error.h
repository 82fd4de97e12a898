// wire/parse_error.h - why bytes are not the header they should be. A bad checksum is no parse
// error: the header is readable, and each protocol has its own `checksum_ok`.
#pragma once

#include <cstdint>
#include <string_view>

#include <tl/expected.hpp>

namespace vpclab::wire {

enum class ParseError : std::uint8_t {
  kTooShort,         // fewer bytes than the fixed header
  kBadVersion,       // IPv4: version is not 4
  kBadHeaderLength,  // a header length below the minimum or beyond the bytes
  kBadTotalLength,   // a total length below the header or beyond the bytes
  kUnsupported,      // ARP for something other than IPv4 over Ethernet
};

/// `too-short`, `bad-version`, …
[[nodiscard]] constexpr std::string_view to_string(ParseError error) {
  switch (error) {
    case ParseError::kTooShort:
      return "too-short";
    case ParseError::kBadVersion:
      return "bad-version";
    case ParseError::kBadHeaderLength:
      return "bad-header-length";
    case ParseError::kBadTotalLength:
      return "bad-total-length";
    case ParseError::kUnsupported:
      return "unsupported";
  }
  return "";
}

/// A header, or why there is none.
template <class Header>
using Parsed = tl::expected<Header, ParseError>;

}  // namespace vpclab::wire
