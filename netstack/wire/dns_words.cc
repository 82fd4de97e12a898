// What types, codes, faults and data of DNS are called.
#include <algorithm>
#include <charconv>

#include "netstack/base/overloaded.h"
#include "netstack/wire/dns.h"

namespace vpclab::wire {
namespace {

struct TypeName {
  DnsType type;
  std::string_view name;
};

constexpr std::array<TypeName, 11> kTypes{{{DnsType::kA, "A"},
                                           {DnsType::kNs, "NS"},
                                           {DnsType::kCname, "CNAME"},
                                           {DnsType::kSoa, "SOA"},
                                           {DnsType::kPtr, "PTR"},
                                           {DnsType::kMx, "MX"},
                                           {DnsType::kTxt, "TXT"},
                                           {DnsType::kAaaa, "AAAA"},
                                           {DnsType::kSrv, "SRV"},
                                           {DnsType::kOpt, "OPT"},
                                           {DnsType::kAny, "ANY"}}};

constexpr std::array<std::string_view, 6> kRcodes{"NOERROR",  "FORMERR", "SERVFAIL",
                                                  "NXDOMAIN", "NOTIMP",  "REFUSED"};

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x >= 'a' && x <= 'z' ? x - 'a' + 'A' : x) == y; });
}

}  // namespace

std::string to_string(DnsType type) {
  for (const TypeName& known : kTypes) {
    if (known.type == type) {
      return std::string(known.name);
    }
  }
  return "TYPE" + std::to_string(static_cast<std::uint16_t>(type));
}

std::optional<DnsType> parse_dns_type(std::string_view text) {
  for (const TypeName& known : kTypes) {
    if (same_word(text, known.name)) {
      return known.type;
    }
  }
  if (text.size() > 4 && same_word(text.substr(0, 4), "TYPE")) {
    std::uint16_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 4, end, number);
    if (error == std::errc{} && rest == end) {
      return static_cast<DnsType>(number);
    }
  }
  return std::nullopt;
}

std::string to_string(DnsRcode rcode) {
  const auto number = static_cast<std::size_t>(rcode);
  return number < kRcodes.size() ? std::string(kRcodes[number])
                                 : "RESERVED" + std::to_string(number);
}

std::optional<DnsRcode> parse_dns_rcode(std::string_view text) {
  for (std::size_t i = 0; i < kRcodes.size(); ++i) {
    if (same_word(text, kRcodes[i])) {
      return static_cast<DnsRcode>(i);
    }
  }
  return std::nullopt;
}

std::string_view to_string(DnsError error) {
  switch (error) {
    case DnsError::kTooShort:
      return "too-short";
    case DnsError::kBadName:
      return "bad-name";
    case DnsError::kBadData:
      return "bad-data";
    case DnsError::kTooMany:
      return "too-many";
    case DnsError::kTrailing:
      return "trailing";
    case DnsError::kSecondEdns:
      return "second-edns";
  }
  return "";
}

std::string data_text(const DnsRecord& record) {
  return std::visit(
      Overloaded{[](Ipv4Address address) { return to_string(address); },
                 [](const DnsName& name) { return to_string(name); },
                 [](const DnsSoa& soa) {
                   std::string text = to_string(soa.primary) + " " + to_string(soa.mailbox);
                   for (const std::uint32_t number :
                        {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum}) {
                     text += " " + std::to_string(number);
                   }
                   return text;
                 },
                 [](const std::vector<std::uint8_t>& raw) {
                   constexpr std::string_view kDigits = "0123456789ABCDEF";
                   std::string text = "\\# " + std::to_string(raw.size());
                   text += raw.empty() ? "" : " ";
                   for (const std::uint8_t octet : raw) {
                     text += kDigits[octet >> 4];
                     text += kDigits[octet & 0xf];
                   }
                   return text;
                 }},
      record.data);
}

}  // namespace vpclab::wire
