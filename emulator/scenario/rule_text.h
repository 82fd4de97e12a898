// scenario/rule_text.h - the short forms of rules: `tcp 22 from 0.0.0.0/0`, `icmp 8 from web`,
// `100 deny all to any`. Words to values; whether a name or CIDR is good is asked elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/scenario/model.h"

namespace vpclab::scenario {

/// A word of a text and where it begins.
struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

/// Words between blanks and commas.
[[nodiscard]] std::vector<Word> split_words(std::string_view text);

/// What is wrong with a short form, and at which byte of it.
struct RuleFault {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

template <class T>
using RuleResult = tl::expected<T, RuleFault>;

/// A direction's word: "from" of ingress rules, "to" of egress rules.
enum class RuleDirection : std::uint8_t { kIngress, kEgress };

[[nodiscard]] constexpr std::string_view preposition(RuleDirection direction) {
  return direction == RuleDirection::kIngress ? "from" : "to";
}

/// `all`, `icmp`, `tcp`, `udp` or a protocol number, as Traffic holds it; `ping` is ICMP type 8.
[[nodiscard]] std::optional<Traffic> parse_protocol(std::string_view word);

/// `22`, `1024-65535`; for ICMP `8`, `3/4`, `echo-request`. False where it does not fit the
/// protocol.
[[nodiscard]] bool parse_ports(std::string_view word, Traffic& traffic);

/// Where a protocol, or its ports, are numbers too large: a sentence with the limit; else empty.
[[nodiscard]] std::string too_large_protocol(std::string_view word);
[[nodiscard]] std::string too_large_ports(std::string_view word, const Traffic& traffic);

/// The same words for what rules hold: `all`, `tcp 22`, `icmp echo-request`, `icmp 3/4`, `udp`.
[[nodiscard]] std::string words_of(const Traffic& traffic);

/// `PROTOCOL [PORTS|TYPE[/CODE]] from PEER[, PEER…]`: views into `text`.
struct GroupRuleText {
  Traffic traffic;
  std::vector<Word> peers;
};

[[nodiscard]] RuleResult<GroupRuleText> parse_group_rule(std::string_view text,
                                                         RuleDirection direction);

/// `NUMBER allow|deny PROTOCOL [PORTS|TYPE[/CODE]] from CIDR`.
struct AclEntryText {
  std::int64_t number = 0;
  bool allow = false;
  Traffic traffic;
  Word cidr;
};

[[nodiscard]] RuleResult<AclEntryText> parse_acl_entry(std::string_view text,
                                                       RuleDirection direction);

}  // namespace vpclab::scenario
