// After everything was read: are the names that things refer to there, and of the right kind? Short
// names become full ones here.
#include "emulator/scenario/references.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "emulator/node/internet.h"
#include "emulator/scenario/name_kinds.h"
#include "emulator/scenario/owners.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {
namespace {

using Kinds = std::span<const NameKind>;

constexpr std::array<NameKind, 1> kGatewayKind{NameKind::kInternetGateway};

/// What looks like an address or a range: AWS judges it; else it is a name.
bool is_address(std::string_view text) {
  return text.find_first_not_of("0123456789./") == std::string_view::npos ||
         text.find(':') != std::string_view::npos;
}

class References : private ReferenceChecks {
 public:
  explicit References(Loader& loader) : ReferenceChecks(loader) {}

  void check() {
    find_gateways();
    check_region_of_all();
    each(scenario_.vpcs, [this](Vpc& vpc) { check_vpc(vpc); });
    each(scenario_.internet_gateways, [this](InternetGateway& gateway) {
      optional(gateway.vpc, kVpcKind);
      owner(gateway.account);
      region(gateway.region);
      if (gateway.vpc.has_value()) {
        refuse_owner(gateway.account, gateway.region,
                     "an attached internet gateway belongs to whom the VPC belongs to",
                     "remove `account:` and `region:`; they go with a gateway without `vpc:`");
      }
    });
    each(scenario_.peering_connections, [this](PeeringConnection& peering) {
      require(peering.requester, kVpcKind);
      require(peering.accepter, kVpcKind);
      owner(peering.accepter_account);
      region(peering.accepter_region);
    });
    each(scenario_.route_tables, [this](RouteTable& table) { check_route_table(table); });
    check_security();
    check_host_references(loader_);
    check_services();
    for (const LinkChange& change : scenario_.links) {
      require(change.of, kLinkKinds);
    }
    check_internet_hosts();
    check_steps(loader_);
    check_checks(loader_);
  }

 private:
  /// An unknown region of the whole file is told once.
  void check_region_of_all() {
    const std::size_t faults = reader().diagnostics().count();
    region(scenario_.region);
    if (reader().diagnostics().count() != faults) {
      scenario_.region = Scenario().region;
    }
  }

  void check_internet_hosts() {
    std::map<wire::Ipv4Address, std::string> owners;
    for (const InternetHost& host : scenario_.internet_hosts) {
      const auto parsed = wire::Ipv4Address::parse(host.address.value);
      if (!parsed.has_value()) {
        address(host.address);
        continue;
      }
      const std::string_view fault = node::Internet::why_no_host(*parsed);
      const auto [owner, is_new] = owners.emplace(*parsed, host.name.value);
      if (!fault.empty()) {
        reader().complain(
            host.address.mark,
            "no host of the internet is at " + to_string(*parsed) + ": " + std::string(fault),
            "a public address, such as 198.51.100.20");
      } else if (!is_new) {
        reader().complain(host.address.mark, "'" + owner->second + "' has this address already",
                          "every host has one of its own");
      }
    }
  }

  void address(const Text& text) {
    if (!wire::Ipv4Address::parse(text.value).has_value()) {
      reader().complain(text.mark, "'" + printable(text.value, 40) + "' is no IPv4 address",
                        "four numbers with dots between them");
    }
  }

  void check_vpc(Vpc& vpc) {
    owner(vpc.account);
    region(vpc.region);
    optional(vpc.internet_gateway, kGatewayKind);
    if (vpc.dhcp_options.has_value() && vpc.dhcp_options->value != "default") {
      require(*vpc.dhcp_options, kDhcpOptionsKind);
    }
  }

  void check_services() {
    each(scenario_.nat_gateways, [this](NatGateway& gateway) {
      require(gateway.subnet, kSubnetKind);
      optional(gateway.elastic_ip, kElasticIpKind);
    });
    each(scenario_.prefix_lists, [this](PrefixList& list) {
      owner(list.account);
      region(list.region);
    });
    each(scenario_.dhcp_options, [this](DhcpOptions& options) {
      owner(options.account);
      region(options.region);
    });
  }

  /// "vpc-1.main" needs its VPC, a table of its own says which VPC it is in.
  bool settle_vpc(std::optional<Text>& vpc, const Resource& resource, std::string_view implied,
                  std::string_view what) {
    const auto [base, part] = split_name(resource.name.value);
    if (part != implied) {
      if (!vpc.has_value()) {
        if (resource.is_sound()) {
          reader().complain(resource.name.mark,
                            std::string(what) + " '" + resource.name.value + "' has no 'vpc'",
                            "add `vpc: …`");
        }
        return false;
      }
      require(*vpc, kVpcKind);
      return true;
    }
    if (vpc.has_value()) {
      reader().complain(vpc->mark, "'" + resource.name.value + "' says by its name where it is",
                        "remove `vpc:`");
    }
    vpc = Text{std::string(base), resource.name.mark};
    require(*vpc, kVpcKind);
    refuse_choice(resource.id, resource, "id");
    return true;
  }

  /// VPC-6: AWS makes it together with the VPC, and asks nobody what it is to be called.
  void refuse_choice(const std::optional<Text>& given, const Resource& resource,
                     const std::string& key) {
    if (given.has_value()) {
      reader().complain(
          given->mark,
          "'" + resource.name.value + "' comes with its VPC: its " + key + " cannot be chosen",
          "remove `" + key + ":`");
    }
  }

  void check_route_table(RouteTable& table) {
    if (!settle_vpc(table.vpc, table, "main", "route table")) {
      return;
    }
    subnets(table.subnets, table.vpc->value);
    if (is_set(table.main) && stands_for(*table.vpc, kVpcKind)) {
      refuse_second(main_tables_, table.vpc->value, table.name, table.main->mark,
                    "a main route table");
    }
    if (table.gateway.has_value()) {
      check_gateway(*table.gateway, table.vpc->value, kGatewayKind);
    }
    each_element(table.routes, [&](Route& route) {
      if (!is_address(route.destination.value)) {
        require(route.destination, kPrefixListKind);
      }
      check_target(route, table.vpc->value);
    });
  }

  /// "public" within a table of vpc-1 is "vpc-1.public".
  void subnets(std::vector<Text>& subnets, const std::string& vpc) {
    each_element(subnets, [&](Text& subnet) {
      const std::string full = vpc + '.' + subnet.value;
      if (const NameEntry* entry = names_.find(full);
          entry != nullptr && entry->kind == NameKind::kSubnet) {
        subnet.value = full;
      } else {
        require(subnet, kSubnetKind);
      }
    });
  }

  void check_target(Route& route, const std::string& vpc) {
    if (route.target.value == "local") {
      reader().complain(route.target.mark, "a local route cannot be added",
                        "every table has one for each CIDR of its VPC already");
    } else {
      check_gateway(route.target, vpc, kTargetKinds);
    }
  }

  /// "igw" becomes the name of the VPC's gateway; else it must be one of `kinds`.
  void check_gateway(Text& target, const std::string& vpc, Kinds kinds) {
    if (target.value != "igw") {
      require(target, kinds);
      return;
    }
    const std::optional<std::string> gateway = gateway_of(vpc);
    if (gateway.has_value()) {
      target.value = *gateway;
      return;
    }
    const NameEntry* entry = names_.find(vpc);
    if (entry != nullptr && entry->broken) {
      target.value = vpc + ".igw";  // which it may have
    } else if (entry != nullptr) {
      reader().complain(target.mark, "'" + vpc + "' has no internet gateway",
                        "add `internet_gateway: true` to it");
    }
  }

  [[nodiscard]] std::optional<std::string> gateway_of(const std::string& vpc) const {
    const auto found = gateways_.find(vpc);
    return found == gateways_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Which gateway `igw` means, VPC by VPC.
  void find_gateways() {
    if (scenario_.default_vpc) {
      gateways_.emplace("default", "default.igw");
    }
    for (const Vpc& vpc : scenario_.vpcs) {
      if (vpc.internet_gateway.has_value()) {
        gateways_.emplace(vpc.name.value, vpc.internet_gateway->value);
      }
    }
    for (const InternetGateway& gateway : scenario_.internet_gateways) {
      if (gateway.vpc.has_value()) {
        gateways_.emplace(gateway.vpc->value, gateway.name.value);
      }
    }
  }

  void check_security() {
    each(scenario_.security_groups, [this](SecurityGroup& group) {
      settle_place(group);
      rules(group.ingress, group);
      if (group.egress.has_value()) {
        rules(*group.egress, group);
      }
    });
    each(scenario_.network_acls, [this](NetworkAcl& acl) {
      if (settle_vpc(acl.vpc, acl, "default_acl", "network ACL")) {
        subnets(acl.subnets, acl.vpc->value);
        for (const Text& subnet : acl.subnets) {
          refuse_second(acls_, subnet.value, acl.name, subnet.mark, "a network ACL");
        }
      }
    });
  }

  /// A group is one of a VPC, or one of EC2-Classic (CLC-3).
  void settle_place(SecurityGroup& group) {
    owner(group.account);
    region(group.region);
    if (!is_set(group.classic)) {
      settle_vpc(group.vpc, group, "default", "security group");
      if (split_name(group.name.value).second == "default") {
        refuse_choice(group.group_name, group, "group_name");
        refuse_choice(group.description, group, "description");
      }
      refuse_owner(group.account, group.region,
                   "a VPC's security group belongs to whom the VPC belongs to",
                   "`account:` and `region:` go with `classic: true`");
      return;
    }
    require_classic(caller_of(scenario_, group.account, group.region), group.classic->mark);
    if (group.vpc.has_value()) {
      reader().complain(group.vpc->mark, "a security group of EC2-Classic is in no VPC",
                        "remove `vpc:` or `classic: true`");
    }
    if (group.egress.has_value()) {
      reader().complain(group.name.mark,
                        "security group '" + group.name.value +
                            "' has outbound rules, which EC2-Classic does not know",
                        "remove `egress:`; everything may leave");
    }
  }

  /// What is said to be a group may be a prefix list.
  void separate_prefix_lists(SecurityGroupRule& rule) {
    const auto is_list = [this](const Text& peer) {
      const NameEntry* entry = names_.find(peer.value);
      return entry != nullptr ? entry->kind == NameKind::kPrefixList
                              : peer.value.starts_with("pl-") && is_id(peer.value);
    };
    const auto lists = std::stable_partition(rule.groups.begin(), rule.groups.end(),
                                             [&](const Text& peer) { return !is_list(peer); });
    rule.prefix_lists.assign(lists, rule.groups.end());
    rule.groups.erase(lists, rule.groups.end());
  }

  void rules(std::vector<SecurityGroupRule>& rules, const SecurityGroup& group) {
    each_element(rules, [&](SecurityGroupRule& rule) {
      separate_prefix_lists(rule);
      for (Text& peer : rule.groups) {
        if (peer.value == "self") {
          peer.value = group.name.value;
        }
        const std::size_t slash = peer.value.find('/');  // "111122223333/sg-0123abcd"
        if (slash == std::string::npos || !is_id(peer.value.substr(slash + 1))) {
          require(peer, kGroupKind);
        }
      }
    });
  }

  std::map<std::string, std::string> gateways_;  // by VPC
  Owners main_tables_;                           // by VPC
  Owners acls_;                                  // by subnet
};

/// "vpc-1.default" for "default".
std::string_view with_same_end(std::string_view text, std::span<const std::string_view> names) {
  const auto found = std::find_if(names.begin(), names.end(), [text](std::string_view name) {
    return split_name(name).second == text;
  });
  return found == names.end() ? std::string_view() : *found;
}

/// "security group", "route table or VPC".
std::string nouns_of(Kinds kinds) {
  std::string nouns;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    nouns += (i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ") + std::string(noun_of(kinds[i]));
  }
  return nouns;
}

}  // namespace

void require_name(Loader& loader, const Text& name, Kinds kinds, bool may_be_created) {
  const NameEntry* entry = loader.names().find(name.value);
  if (was_not_read(name) || is_id(name.value)) {
    return;  // complained about already; or an id, which AWS judges
  }
  std::string expected = with_article(kinds[0]);
  for (std::size_t i = 1; i < kinds.size(); ++i) {
    expected += (i + 1 == kinds.size() ? " or " : ", ") + with_article(kinds[i]);
  }
  if (entry == nullptr) {
    if (!loader.reader().diagnostics().has_room()) {
      loader.reader().complain(name.mark, "unknown name");
      return;
    }
    const std::vector<std::string_view> candidates = loader.names().of(kinds);
    const std::string_view similar = with_same_end(name.value, candidates);
    loader.reader().complain(
        name.mark, "there is no " + nouns_of(kinds) + " '" + printable(name.value, 64) + "'",
        similar.empty() ? base::suggestion(name.value, candidates)
                        : "did you mean '" + std::string(similar) + "'?");
  } else if (entry->kind == NameKind::kCreated) {
    if (!may_be_created) {
      loader.reader().complain(name.mark, "'" + name.value +
                                              "' is created by a step of the run (line " +
                                              std::to_string(entry->mark.line) +
                                              "), and what is declared comes before it");
    }
  } else if (std::find(kinds.begin(), kinds.end(), entry->kind) == kinds.end()) {
    // What has several addresses is not reached by its name alone.
    const bool wants_address =
        entry->kind == NameKind::kNatGateway &&
        std::find(kinds.begin(), kinds.end(), NameKind::kInternetHost) != kinds.end();
    loader.reader().complain(
        name.mark,
        "'" + name.value + "' is " + with_article(entry->kind) + ", and here stands " + expected,
        wants_address ? "its addresses are '{" + name.value + ".public_ip}' and '{" + name.value +
                            ".private_ip}'"
                      : "");
  }
}

void check_references(Loader& loader) { References(loader).check(); }

}  // namespace vpclab::scenario
