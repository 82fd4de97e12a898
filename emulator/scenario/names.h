// scenario/names.h - the names that a scenario gives, of what kind they are and where; those that
// come by themselves with a VPC or an instance ("vpc-1.main"); and `{name}` in texts. Names only:
// which id stands behind one is known in id_book.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/diagnostic.h"

namespace vpclab::scenario {

enum class NameKind : std::uint8_t {
  kVpc,
  kSubnet,
  kInternetGateway,
  kRouteTable,
  kSecurityGroup,
  kNetworkAcl,
  kPeeringConnection,
  kElasticIp,
  kNetworkInterface,
  kInstance,
  kNatGateway,
  kPrefixList,
  kDhcpOptions,
  kInternetHost,
  kCreated,  // what a step of the run creates
};

/// "subnet", "security group", …, with its article: "a subnet".
[[nodiscard]] std::string_view noun_of(NameKind kind);
[[nodiscard]] std::string with_article(NameKind kind);

/// What is known of a name.
struct NameEntry {
  NameKind kind{};
  Mark mark;
  bool broken = false;  ///< declared, but refused as a whole or in part
};

class NameTable {
 public:
  /// Adds a name; the entry that stands there already, if there is one.
  const NameEntry* add(const std::string& name, const NameEntry& entry);

  void mark_broken(const std::string& name);

  [[nodiscard]] const NameEntry* find(std::string_view name) const;

  /// All names of the kinds, in order.
  [[nodiscard]] std::vector<std::string_view> of(std::span<const NameKind> kinds) const;

  /// All names, in order.
  [[nodiscard]] std::vector<std::string_view> all() const;

 private:
  std::map<std::string, NameEntry, std::less<>> entries_;
};

/// The host that the internet always has.
inline constexpr std::string_view kOutsideHost = "outside";

/// Letters, digits, `-` and `_`, beginning with a letter or digit, at most 64, and none of the
/// words that mean something else (`igw`, `local`, `self`, `any`, `anywhere`). An empty text says
/// that it is good; else why not.
[[nodiscard]] std::string name_fault(std::string_view name);

/// The same for a host of the internet, whose name may have dots as DNS knows it.
[[nodiscard]] std::string host_name_fault(std::string_view name);

/// The last words of "NAME.word" for things of a kind: a VPC's main, default, default_acl, …
[[nodiscard]] std::span<const std::string_view> parts_of(NameKind kind);

/// Whether `text` has the form of an AWS id: a known prefix, 8 or 17 hex digits.
[[nodiscard]] bool is_id(std::string_view text);

/// One `{name}` in a text.
struct Placeholder {
  std::size_t offset = 0;  ///< of the brace
  std::size_t length = 0;  ///< braces included
  std::string_view name;
};

/// Every `{…}` in `text` that holds nothing but letters, digits, `-`, `_`, dots and brackets.
[[nodiscard]] std::vector<Placeholder> find_placeholders(std::string_view text);

/// Every brace before a name to which no closing one further on belongs (`{vpc-1 --x`); its length
/// is that without the missing brace. JSON, JMESPath and the AWS CLI's shorthand close theirs.
[[nodiscard]] std::vector<Placeholder> find_unclosed(std::string_view text);

}  // namespace vpclab::scenario
