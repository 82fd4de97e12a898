// After everything was read: are the names that things refer to there, and of the right kind? Short
// names become full ones here.
#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>

#include "emulator/control/region.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/name_kinds.h"
#include "emulator/scenario/owners.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {
namespace {

using Kinds = std::span<const NameKind>;

constexpr std::array<NameKind, 1> kSubnetKind{NameKind::kSubnet};
constexpr std::array<NameKind, 1> kGatewayKind{NameKind::kInternetGateway};
constexpr std::array<NameKind, 1> kGroupKind{NameKind::kSecurityGroup};
constexpr std::array<NameKind, 1> kInterfaceKind{NameKind::kNetworkInterface};
constexpr std::array<NameKind, 1> kElasticIpKind{NameKind::kElasticIp};

/// What looks like an address or a range: AWS judges it; else it is a name.
bool is_address(std::string_view text) {
  return text.find_first_not_of("0123456789./") == std::string_view::npos ||
         text.find(':') != std::string_view::npos;
}

/// "us-east-1, us-west-1 and eu-west-1"
std::string classic_regions() {
  std::vector<std::string_view> names;
  for (const control::Region& region : control::all_regions()) {
    if (region.had_classic) {
      names.push_back(region.name);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + std::string(names[i]);
  }
  return text;
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class References {
 public:
  explicit References(Loader& loader)
      : loader_(loader), scenario_(loader.scenario()), names_(loader.names()) {}

  void check() {
    find_gateways();
    check_region_of_all();
    each(scenario_.vpcs, [this](Vpc& vpc) { check_vpc(vpc); });
    each(scenario_.internet_gateways, [this](InternetGateway& gateway) {
      optional(gateway.vpc, kVpcKind);
      owner(gateway.account);
      region(gateway.region);
    });
    each(scenario_.peering_connections, [this](PeeringConnection& peering) {
      require(peering.requester, kVpcKind);
      require(peering.accepter, kVpcKind);
      owner(peering.accepter_account);
      region(peering.accepter_region);
    });
    each(scenario_.route_tables, [this](RouteTable& table) { check_route_table(table); });
    check_security();
    check_interfaces();
    check_services();
    for (const LinkChange& change : scenario_.links) {
      require(change.of, kLinkKinds);
    }
    for (const InternetHost& host : scenario_.internet_hosts) {
      address(host.address);
    }
    check_steps(loader_);
    check_checks(loader_);
  }

 private:
  [[nodiscard]] Reader& reader() { return loader_.reader(); }

  /// Checks each; what is complained about is broken, so that nothing is built from it.
  template <class Resources, class Checker>
  void each(Resources& resources, Checker checker) {
    for (auto& resource : resources) {
      const std::size_t faults = reader().diagnostics().count();
      checker(resource);
      if (reader().diagnostics().count() != faults) {
        resource.broken = true;
        names_.mark_broken(resource.name.value);
      }
    }
  }

  /// An unknown region of the whole file is told once.
  void check_region_of_all() {
    const std::size_t faults = reader().diagnostics().count();
    region(scenario_.region);
    if (reader().diagnostics().count() != faults) {
      scenario_.region = Scenario().region;
    }
  }

  /// Complains where `name` is not the name of one of `kinds`, nor an id.
  void require(const Text& name, Kinds kinds) { require_name(loader_, name, kinds, false); }

  void optional(const std::optional<Text>& name, Kinds kinds) {
    if (name.has_value()) {
      require(*name, kinds);
    }
  }

  void all(const std::vector<Text>& names, Kinds kinds) {
    for (const Text& name : names) {
      require(name, kinds);
    }
  }

  /// An account by its name becomes its id.
  void owner(std::optional<Text>& account) {
    if (!account.has_value()) {
      return;
    }
    const auto named = scenario_.accounts.find(account->value);
    if (named != scenario_.accounts.end()) {
      account->value = named->second;
    } else if (!is_account(account->value)) {
      reader().complain(account->mark, "'" + printable(account->value, 40) + "' is no account",
                        "12 digits, or a name given under `accounts:`");
    }
  }

  void region(const std::optional<Text>& region) {
    if (region.has_value() && control::find_region(region->value) == nullptr) {
      std::vector<std::string_view> known;
      for (const control::Region& other : control::all_regions()) {
        known.push_back(other.name);
      }
      reader().complain_unknown(region->mark,
                                "there is no region '" + printable(region->value, 40) + "'",
                                region->value, known);
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
        if (!resource.broken) {
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
    return true;
  }

  void check_route_table(RouteTable& table) {
    if (!settle_vpc(table.vpc, table, "main", "route table")) {
      return;
    }
    subnets(table.subnets, table.vpc->value);
    if (table.gateway.has_value()) {
      check_gateway(*table.gateway, table.vpc->value, kGatewayKind);
    }
    for (Route& route : table.routes) {
      if (!is_address(route.destination.value)) {
        require(route.destination, kPrefixListKind);
      }
      check_target(route, table.vpc->value);
    }
  }

  /// "public" within a table of vpc-1 is "vpc-1.public".
  void subnets(std::vector<Text>& subnets, const std::string& vpc) {
    for (Text& subnet : subnets) {
      const std::string full = vpc + '.' + subnet.value;
      if (const NameEntry* entry = names_.find(full);
          entry != nullptr && entry->kind == NameKind::kSubnet) {
        subnet.value = full;
      } else {
        require(subnet, kSubnetKind);
      }
    }
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
    } else if (names_.find(vpc) != nullptr) {
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
      }
    });
  }

  /// A group is one of a VPC, or one of EC2-Classic (CLC-3).
  void settle_place(SecurityGroup& group) {
    owner(group.account);
    region(group.region);
    if (!is_set(group.classic)) {
      settle_vpc(group.vpc, group, "default", "security group");
      const std::optional<Text>& extra = group.account.has_value() ? group.account : group.region;
      if (extra.has_value()) {
        reader().complain(extra->mark, "a VPC's security group belongs to whom the VPC belongs to",
                          "`account:` and `region:` go with `classic: true`");
      }
      return;
    }
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
    for (SecurityGroupRule& rule : rules) {
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
    }
  }

  void check_interfaces() {
    each(scenario_.network_interfaces, [this](NetworkInterface& interface) {
      require(interface.subnet, kSubnetKind);
      all(interface.security_groups, kGroupKind);
    });
    each(scenario_.instances, [this](Instance& instance) { check_instance(instance); });
    each(scenario_.elastic_ips, [this](ElasticIp& address) {
      optional(address.instance, kInstanceKind);
      optional(address.network_interface, kInterfaceKind);
      owner(address.account);
      region(address.region);
      if (address.instance.has_value() && address.network_interface.has_value()) {
        reader().complain(address.network_interface->mark,
                          "an elastic ip belongs to an instance or to a network interface",
                          "remove one of the two");
      }
    });
  }

  void check_instance(Instance& instance) {
    optional(instance.subnet, kSubnetKind);
    all(instance.security_groups, kGroupKind);
    all(instance.network_interfaces, kInterfaceKind);
    optional(instance.elastic_ip, kElasticIpKind);
    owner(instance.account);
    region(instance.region);
    if (is_set(instance.classic)) {
      check_classic(instance);
      return;
    }
    if (instance.classic_link.has_value()) {
      reader().complain(instance.classic_link->mark,
                        "only an instance of EC2-Classic can be linked to a VPC",
                        "add `classic: true` in place of `subnet:`");
    }
    if (!instance.subnet.has_value() && !scenario_.default_vpc && !instance.broken) {
      reader().complain(
          instance.name.mark,
          "instance '" + instance.name.value + "' has no 'subnet', and there is no default VPC",
          "add `subnet: …`, or `classic: true` for EC2-Classic");
    }
  }

  /// An instance of EC2-Classic has one address, one interface that nobody can touch, and its
  /// groups (CLC-1, CLC-6).
  void check_classic(const Instance& instance) {
    const auto refuse = [this](const auto& value, std::string_view key, std::string_view hint) {
      if (value.has_value()) {
        reader().complain(value->mark,
                          "'" + std::string(key) + "' does not go with an instance of EC2-Classic",
                          std::string(hint));
      }
    };
    refuse(instance.subnet, "subnet", "remove it, or `classic: true`");
    refuse(instance.elastic_ip, "elastic_ip",
           "it has a public address by itself; others are associated by steps");
    refuse(instance.public_ip, "public_ip", "it has a public address by itself");
    refuse(instance.source_dest_check, "source_dest_check", "it cannot be changed there");
    refuse(instance.ip_forward, "ip_forward", "its source/dest check cannot be changed");
    refuse(instance.masquerade, "masquerade", "its source/dest check cannot be changed");
    if (!instance.network_interfaces.empty()) {
      reader().complain(instance.network_interfaces.front().mark,
                        "'network_interfaces' does not go with an instance of EC2-Classic");
    }
    const control::Caller place = caller_of(scenario_, instance.account, instance.region);
    const std::vector<std::string>& accounts = scenario_.classic_accounts;
    const bool has_classic =
        std::find(accounts.begin(), accounts.end(), place.account) != accounts.end();
    const control::Region* region = control::find_region(place.region);
    if (region != nullptr && !region->had_classic) {  // CLC-9
      reader().complain(instance.classic->mark, "there never was an EC2-Classic in " + place.region,
                        "it was in " + classic_regions());
    } else if (!has_classic && is_account(place.account)) {
      reader().complain(instance.classic->mark, "account " + place.account + " has no EC2-Classic",
                        "`accounts: {NAME: {id: \"" + place.account +
                            "\", platforms: [EC2, VPC]}}` gives it the platform");
    }
    if (instance.classic_link.has_value()) {
      require(instance.classic_link->vpc, kVpcKind);
      all(instance.classic_link->security_groups, kGroupKind);
    }
  }

  Loader& loader_;
  Scenario& scenario_;
  NameTable& names_;
  std::map<std::string, std::string> gateways_;  // by VPC
};

/// "vpc-1.default" for "default".
std::string_view with_same_end(std::string_view text, std::span<const std::string_view> names) {
  const auto found = std::find_if(names.begin(), names.end(), [text](std::string_view name) {
    return split_name(name).second == text;
  });
  return found == names.end() ? std::string_view() : *found;
}

}  // namespace

void require_name(Loader& loader, const Text& name, Kinds kinds, bool may_be_created) {
  const NameEntry* entry = loader.names().find(name.value);
  if (name.value.empty() || is_id(name.value)) {
    return;  // not read, and complained about; or an id, which AWS judges
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
        name.mark,
        "there is no " + std::string(noun_of(kinds[0])) + " '" + printable(name.value, 64) + "'",
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
    loader.reader().complain(name.mark, "'" + name.value + "' is " + with_article(entry->kind) +
                                            ", and here stands " + expected);
  }
}

void check_references(Loader& loader) { References(loader).check(); }

}  // namespace vpclab::scenario
