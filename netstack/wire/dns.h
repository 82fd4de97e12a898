// wire/dns.h - DNS messages (RFC 1035 section 4) as values: read strictly, written with name
// compression, cut to what the asker takes. EDNS (RFC 6891) is understood as far as sizes go. Knows
// no server and no socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "netstack/base/bytes.h"
#include "netstack/wire/dns_name.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::wire {

inline constexpr std::uint16_t kDnsPort = 53;

/// What UDP carries without EDNS (RFC 1035 section 4.2.1), bytes.
inline constexpr std::size_t kDnsUdpSize = 512;

/// Types of records; values that are not named here are carried as they are.
enum class DnsType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kOpt = 41,
  kAny = 255,
};

/// `A`, `PTR`, …, `TYPE4711` (RFC 3597).
[[nodiscard]] std::string to_string(DnsType type);

/// The type of a name, without regard to case.
[[nodiscard]] std::optional<DnsType> parse_dns_type(std::string_view text);

/// The class of the internet; others are carried as they are.
inline constexpr std::uint16_t kDnsInternet = 1;

enum class DnsRcode : std::uint8_t {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
};

/// `NOERROR`, `NXDOMAIN`, …, `RESERVED12`, as dig prints them.
[[nodiscard]] std::string to_string(DnsRcode rcode);

/// The code of a name; nothing for another text.
[[nodiscard]] std::optional<DnsRcode> parse_dns_rcode(std::string_view text);

struct DnsQuestion {
  DnsName name;
  DnsType type = DnsType::kA;
  std::uint16_t record_class = kDnsInternet;

  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

struct DnsSoa {
  DnsName primary;
  DnsName mailbox;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;

  friend bool operator==(const DnsSoa&, const DnsSoa&) = default;
};

struct DnsRecord {
  /// A; NS, CNAME and PTR; SOA; all others as they are on the wire.
  using Data = std::variant<Ipv4Address, DnsName, DnsSoa, std::vector<std::uint8_t>>;

  DnsName name;
  DnsType type = DnsType::kA;
  std::uint16_t record_class = kDnsInternet;
  std::uint32_t ttl = 0;  // seconds
  Data data;

  friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

/// `10.2.4.95`, `www.example.com.`, an SOA's fields; `\# 2 abcd` (RFC 3597) for the rest.
[[nodiscard]] std::string data_text(const DnsRecord& record);

/// The OPT record (RFC 6891): without options, which are skipped.
struct DnsEdns {
  std::uint16_t udp_size = kDnsUdpSize;
  std::uint8_t extended_rcode = 0;  // its upper eight bits
  std::uint8_t version = 0;
  bool dnssec_ok = false;

  friend bool operator==(const DnsEdns&, const DnsEdns&) = default;
};

enum class DnsError : std::uint8_t {
  kTooShort,    // it ends before what its counts announce
  kBadName,     // a label of an unknown kind, a name that is too long, a pointer not backwards
  kBadData,     // a record's data do not have their type's form
  kTooMany,     // more records than bytes could hold
  kTrailing,    // bytes behind the last record
  kSecondEdns,  // two OPT records, or one where none may be
};

/// `too-short`, `bad-name`, …
[[nodiscard]] std::string_view to_string(DnsError error);

struct DnsMessage {
  static constexpr std::size_t kHeaderSize = 12;

  std::uint16_t id = 0;
  bool is_response = false;
  std::uint8_t opcode = 0;  // 0: a query
  bool authoritative = false;
  bool truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  bool authentic_data = false;
  bool checking_disabled = false;
  DnsRcode rcode = DnsRcode::kNoError;
  std::vector<DnsQuestion> questions;
  std::vector<DnsRecord> answers;
  std::vector<DnsRecord> authorities;
  std::vector<DnsRecord> additionals;  // without the OPT record
  std::optional<DnsEdns> edns;

  /// Reads a whole message.
  [[nodiscard]] static tl::expected<DnsMessage, DnsError> parse(Bytes bytes);

  /// The message on the wire, names compressed (RFC 1035 section 4.1.4). Records that do not fit
  /// into `limit` bytes are left out, and the message says so (TC), the additional ones silently
  /// (RFC 2181 section 9). Pre: limit >= kDnsUdpSize.
  [[nodiscard]] std::vector<std::uint8_t> emit(std::size_t limit = 65'535) const;

  friend bool operator==(const DnsMessage&, const DnsMessage&) = default;
};

/// An answer's beginning: the id, the question and what else is the asker's (RFC 1035 section
/// 4.1.1); recursion is available.
[[nodiscard]] DnsMessage answer_to(const DnsMessage& query, DnsRcode rcode);

}  // namespace vpclab::wire
