// wire/dns_name.h - a domain name (RFC 1035 section 3.1) as a value: labels of 1 to 63 octets, 255
// octets at most with the root. Keeps the case that it was written in and compares without it
// (RFC 4343). Knows no message and no compression.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

class DnsName {
 public:
  static constexpr std::size_t kMaxLabel = 63;
  /// Octets on the wire, the root's zero included.
  static constexpr std::size_t kMaxSize = 255;

  /// The root.
  DnsName() = default;

  /// Reads `www.example.com`, with or without the last dot, `.` for the root. `\.` and `\123` stand
  /// for octets as in a master file (RFC 1035 section 5.1). Fails for an empty or too long label
  /// and a name that is too long.
  [[nodiscard]] static Result<DnsName> parse(std::string_view text);

  /// `25.113.0.203.in-addr.arpa` (RFC 1035 section 3.5).
  [[nodiscard]] static DnsName reverse_of(Ipv4Address address);

  /// Appends a label. False, and nothing changes, if it is empty or something would be too long.
  [[nodiscard]] bool append(Bytes label);

  /// This name below `suffix`; nothing if that is too long.
  [[nodiscard]] std::optional<DnsName> below(const DnsName& suffix) const;

  /// The labels, each behind its length, without the root's zero.
  [[nodiscard]] const std::string& labels() const { return labels_; }

  [[nodiscard]] bool is_root() const { return labels_.empty(); }

  [[nodiscard]] std::size_t label_count() const;

  /// The name without its first label. Pre: not the root.
  [[nodiscard]] DnsName parent() const;

  /// True if this is `zone` or below it.
  [[nodiscard]] bool is_within(const DnsName& zone) const;

  /// The address whose reverse name this is, if it is one.
  [[nodiscard]] std::optional<Ipv4Address> reversed_address() const;

  /// In lower case, without the last dot: what names are looked up by. `.` for the root.
  [[nodiscard]] std::string folded() const;

  /// Without regard to case.
  friend bool operator==(const DnsName& a, const DnsName& b);

 private:
  std::string labels_;
};

/// As a master file has it, with the last dot: `www.example.com.`
[[nodiscard]] std::string to_string(const DnsName& name);

}  // namespace vpclab::wire
