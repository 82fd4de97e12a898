#include "emulator/scenario/rule_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "netstack/base/magnitude.h"

namespace vpclab::scenario {
namespace {

constexpr std::string_view kProtocolHint =
    "a protocol is all, icmp, ping, tcp, udp or a number such as 47";

struct IcmpName {
  std::string_view name;
  std::int32_t type;
  std::int32_t code;
};

constexpr std::array<IcmpName, 5> kIcmpNames{{{"echo-request", 8, -1},
                                              {"echo-reply", 0, -1},
                                              {"unreachable", 3, -1},
                                              {"fragmentation-needed", 3, 4},
                                              {"time-exceeded", 11, -1}}};

std::optional<std::int32_t> parse_number(std::string_view text, std::int32_t most) {
  std::int32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || next != end || text.empty() || text[0] == '-' || value > most) {
    return std::nullopt;
  }
  return value;
}

/// Whether the text has a part, before or behind the separator, that is a number above `most`.
bool has_number_above(std::string_view text, char separator, std::uint64_t most) {
  const std::size_t at = std::min(text.find(separator), text.size());
  return base::is_above(text.substr(0, at), most) ||
         base::is_above(text.substr(std::min(at + 1, text.size())), most);
}

bool parse_icmp(std::string_view word, Traffic& traffic) {
  const auto* named = std::find_if(kIcmpNames.begin(), kIcmpNames.end(),
                                   [word](const IcmpName& icmp) { return icmp.name == word; });
  if (named != kIcmpNames.end()) {
    traffic.from = named->type;
    traffic.to = named->code;
    return true;
  }
  const std::size_t slash = word.find('/');
  const std::optional<std::int32_t> type = parse_number(word.substr(0, slash), 255);
  const std::optional<std::int32_t> code = slash == std::string_view::npos
                                               ? std::optional<std::int32_t>(-1)
                                               : parse_number(word.substr(slash + 1), 255);
  if (!type.has_value() || !code.has_value()) {
    return false;
  }
  traffic.from = *type;
  traffic.to = *code;
  return true;
}

/// An address or a range of addresses, where ports could stand.
bool is_range(std::string_view word) {
  return std::count(word.begin(), word.end(), '.') == 3 &&
         word.find_first_not_of("0123456789./") == std::string_view::npos;
}

/// What AWS calls what other firewalls call otherwise.
std::string action_hint(std::string_view word) {
  constexpr std::array<std::string_view, 4> kAllow{"permit", "accept", "pass", "ALLOW"};
  constexpr std::array<std::string_view, 5> kDeny{"drop", "reject", "block", "refuse", "DENY"};
  if (std::find(kAllow.begin(), kAllow.end(), word) != kAllow.end()) {
    return "write allow";
  }
  if (std::find(kDeny.begin(), kDeny.end(), word) != kDeny.end()) {
    return "write deny; an ACL that denies sends no answer";
  }
  return {};
}

/// Walks through the words of a short form; the first fault wins.
class RuleParser {
 public:
  RuleParser(std::string_view text, RuleDirection direction)
      : text_(text), words_(split_words(text)), direction_(direction) {}

  [[nodiscard]] const std::optional<RuleFault>& fault() const { return fault_; }

  std::int64_t number() {
    const Word word = next();
    const std::optional<std::int32_t> value = parse_number(word.text, 99'999);
    if (base::is_above(word.text, 99'999)) {
      blame(word,
            printable(word.text, 24) + " is too large: the number of an entry is at most 32766",
            {});
    } else if (!value.has_value()) {
      blame(word, "an entry begins with its number", "such as `100 allow icmp 8 " + tail());
    }
    return value.value_or(0);
  }

  bool allow() {
    const Word word = next();
    if (word.text != "allow" && word.text != "deny") {
      blame(word, "after the number comes allow or deny", action_hint(word.text));
    }
    return word.text == "allow";
  }

  Traffic traffic() {
    const Word word = next();
    std::optional<Traffic> traffic = parse_protocol(word.text);
    if (std::string fault = too_large_protocol(word.text); !fault.empty()) {
      blame(word, std::move(fault), {});
      return {};
    }
    if (!traffic.has_value()) {
      blame(word, "unknown protocol '" + printable(word.text, 24) + "'",
            std::string(kProtocolHint));
      return {};
    }
    if (position_ < words_.size() && words_[position_].text != preposition(direction_)) {
      const Word ports = next();
      if (is_range(ports.text)) {
        blame(ports, "expected '" + std::string(preposition(direction_)) + "' before the range",
              "such as `" + std::string(word.text) + ' ' + std::string(preposition(direction_)) +
                  ' ' + printable(ports.text, 24) + '`');
      } else if (ports.text == "from" || ports.text == "to") {
        blame(ports, "expected '" + std::string(preposition(direction_)) + "' here",
              "ingress rules say from, egress rules say to");
      } else if (std::string fault = too_large_ports(ports.text, *traffic); !fault.empty()) {
        blame(ports, std::move(fault), {});
      } else if (!parse_ports(ports.text, *traffic)) {
        blame(ports, "'" + printable(ports.text, 24) + "' does not fit the protocol",
              traffic->protocol == "icmp" ? "a type such as 8 or echo-request, or type/code: 3/4"
                                          : "a port such as 22, or a range: 1024-65535");
      }
    }
    return *traffic;
  }

  std::vector<Word> peers() {
    const Word word = next();
    if (word.text != preposition(direction_)) {
      blame(word, "expected '" + std::string(preposition(direction_)) + "' here",
            "such as `tcp 22 " + tail());
      return {};
    }
    std::vector<Word> rest(words_.begin() + static_cast<long>(position_), words_.end());
    position_ = words_.size();
    if (rest.empty()) {
      blame(Word{text_.substr(text_.size()), text_.size()}, "the rule names nobody",
            "an address range, any, or a security group");
    }
    return rest;
  }

 private:
  [[nodiscard]] std::string tail() const {
    return std::string(preposition(direction_)) + " 10.1.0.0/16`";
  }

  Word next() {
    if (position_ < words_.size()) {
      return words_[position_++];
    }
    return Word{text_.substr(text_.size()), text_.size()};
  }

  void blame(const Word& word, std::string message, std::string hint) {
    if (!fault_.has_value()) {
      fault_ = RuleFault{word.offset, std::max<std::size_t>(1, word.text.size()),
                         std::move(message), std::move(hint)};
    }
  }

  std::string_view text_;
  std::vector<Word> words_;
  RuleDirection direction_;
  std::size_t position_ = 0;
  std::optional<RuleFault> fault_;
};

}  // namespace

std::vector<Word> split_words(std::string_view text) {
  constexpr std::string_view kSeparators = " \t\r\n,";
  std::vector<Word> words;
  std::size_t begin = text.find_first_not_of(kSeparators);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kSeparators, begin), text.size());
    words.push_back(Word{text.substr(begin, end - begin), begin});
    begin = text.find_first_not_of(kSeparators, end);
  }
  return words;
}

std::optional<Traffic> parse_protocol(std::string_view word) {
  if (word == "all" || word == "any" || word == "-1") {
    return Traffic{};
  }
  if (word == "ping") {
    return Traffic{"icmp", 8, -1};
  }
  if (word == "icmp" || word == "1") {
    return Traffic{"icmp", -1, -1};
  }
  if (word == "tcp" || word == "6" || word == "udp" || word == "17") {
    return Traffic{word == "tcp" || word == "6" ? "tcp" : "udp", 0, 65535};
  }
  if (parse_number(word, 255).has_value()) {
    return Traffic{std::string(word), -1, -1};
  }
  return std::nullopt;
}

bool parse_ports(std::string_view word, Traffic& traffic) {
  if (traffic.protocol == "icmp") {
    return parse_icmp(word, traffic);
  }
  if (traffic.protocol != "tcp" && traffic.protocol != "udp") {
    return false;
  }
  const std::size_t dash = word.find('-');
  const std::optional<std::int32_t> first = parse_number(word.substr(0, dash), 99'999);
  const std::optional<std::int32_t> last =
      dash == std::string_view::npos ? first : parse_number(word.substr(dash + 1), 99'999);
  if (!first.has_value() || !last.has_value()) {
    return false;
  }
  traffic.from = *first;  // whether they are ports, and in order, is AWS's to say
  traffic.to = *last;
  return true;
}

std::string too_large_protocol(std::string_view word) {
  return base::is_above(word, 255)
             ? printable(word, 24) + " is too large: a protocol's number is at most 255"
             : "";
}

std::string too_large_ports(std::string_view word, const Traffic& traffic) {
  const std::string number = printable(word, 24) + " is too large: ";
  if (traffic.protocol == "icmp") {
    return has_number_above(word, '/', 255) ? number + "types and codes of ICMP are at most 255"
                                            : "";
  }
  return has_number_above(word, '-', 99'999) ? number + "ports are at most 65535" : "";
}

std::string words_of(const Traffic& traffic) {
  const std::optional<Traffic> whole = parse_protocol(traffic.protocol);
  if (!whole.has_value() || whole->protocol == "-1") {
    return whole.has_value() ? "all" : traffic.protocol;
  }
  const std::string& protocol = whole->protocol;
  if (protocol == "icmp") {
    const auto* named =
        std::find_if(kIcmpNames.begin(), kIcmpNames.end(), [&traffic](const IcmpName& icmp) {
          return icmp.type == traffic.from && icmp.code == traffic.to;
        });
    if (named != kIcmpNames.end()) {
      return "icmp " + std::string(named->name);
    }
    const std::string code = traffic.to < 0 ? "" : '/' + std::to_string(traffic.to);
    return traffic.from < 0 ? "icmp" : "icmp " + std::to_string(traffic.from) + code;
  }
  if (traffic.from == whole->from && traffic.to == whole->to) {
    return protocol;
  }
  if (protocol != "tcp" && protocol != "udp") {
    return protocol;  // has no ports
  }
  const std::string first = protocol + ' ' + std::to_string(traffic.from);
  return traffic.from == traffic.to ? first : first + '-' + std::to_string(traffic.to);
}

RuleResult<GroupRuleText> parse_group_rule(std::string_view text, RuleDirection direction) {
  RuleParser parser(text, direction);
  GroupRuleText rule;
  rule.traffic = parser.traffic();
  rule.peers = parser.peers();
  if (parser.fault().has_value()) {
    return tl::unexpected(*parser.fault());
  }
  return rule;
}

RuleResult<AclEntryText> parse_acl_entry(std::string_view text, RuleDirection direction) {
  RuleParser parser(text, direction);
  AclEntryText entry;
  entry.number = parser.number();
  entry.allow = parser.allow();
  entry.traffic = parser.traffic();
  const std::vector<Word> peers = parser.peers();
  if (parser.fault().has_value()) {
    return tl::unexpected(*parser.fault());
  }
  if (peers.size() > 1) {
    return tl::unexpected(RuleFault{peers[1].offset, peers[1].text.size(),
                                    "an entry of a network ACL has one address range",
                                    "write an entry for each"});
  }
  entry.cidr = peers[0];
  return entry;
}

}  // namespace vpclab::scenario
