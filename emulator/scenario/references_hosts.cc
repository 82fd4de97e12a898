// Whether interfaces, instances and elastic IPs refer to what is there, and to what goes with them.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "emulator/scenario/name_kinds.h"
#include "emulator/scenario/owners.h"
#include "emulator/scenario/references.h"

namespace vpclab::scenario {
namespace {

class HostReferences : private ReferenceChecks {
 public:
  explicit HostReferences(Loader& loader) : ReferenceChecks(loader) {}

  void check() {
    note_ids(scenario_.network_interfaces);
    note_ids(scenario_.instances);
    note_ids(scenario_.elastic_ips);
    note_addresses(scenario_.network_interfaces);
    note_addresses(scenario_.instances);
    each(scenario_.network_interfaces, [this](NetworkInterface& interface) {
      require(interface.subnet, kSubnetKind);
      all(interface.security_groups, kGroupKind);
    });
    each(scenario_.instances, [this](Instance& instance) { check_instance(instance); });
    each(scenario_.elastic_ips, [this](ElasticIp& address) { check_address(address); });
  }

 private:
  void check_instance(Instance& instance) {
    optional(instance.subnet, kSubnetKind);
    each_element(instance.security_groups,
                 [this](const Text& group) { require(group, kGroupKind); });
    for (const Text& interface : instance.network_interfaces) {
      require_interface(interface);
    }
    optional(instance.elastic_ip, kElasticIpKind);
    if (instance.elastic_ip.has_value() && stands_for(*instance.elastic_ip, kElasticIpKind)) {
      pair(*instance.elastic_ip, instance.name, {}, instance.elastic_ip->mark);
    }
    owner(instance.account);
    region(instance.region);
    if (is_set(instance.classic)) {
      check_classic(instance);
      return;
    }
    if (instance.elastic_ip.has_value() && is_of_classic(instance.elastic_ip->value)) {
      refuse_classic_address(*instance.elastic_ip, instance.name.value);
    }
    if (instance.subnet.has_value()) {
      refuse_owner(instance.account, instance.region,
                   "an instance belongs to whom its subnet belongs to",
                   "remove `account:` and `region:`; they go with the VPC");
    }
    if (instance.classic_link.has_value()) {
      reader().complain(instance.classic_link->mark,
                        "only an instance of EC2-Classic can be linked to a VPC",
                        "add `classic: true` in place of `subnet:`");
    }
    if (!instance.subnet.has_value() && !scenario_.default_vpc && instance.is_sound()) {
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
    refuse(instance.public_ip, "public_ip", "it has a public address by itself");
    refuse(instance.source_dest_check, "source_dest_check", "it cannot be changed there");
    refuse(instance.ip_forward, "ip_forward", "its source/dest check cannot be changed");
    refuse(instance.masquerade, "masquerade", "its source/dest check cannot be changed");
    if (!instance.network_interfaces.empty()) {
      reader().complain(instance.network_interfaces.front().mark,
                        "'network_interfaces' does not go with an instance of EC2-Classic");
    }
    require_classic(caller_of(scenario_, instance.account, instance.region),
                    instance.classic->mark);
    if (instance.classic_link.has_value()) {
      check_link(*instance.classic_link, !instance.is_sound());
    }
  }

  void check_link(const ClassicLink& link, bool is_broken) {
    require(link.vpc, kVpcKind);
    all(link.security_groups, kGroupKind);
    if (link.security_groups.empty() && !is_broken) {  // CL-11
      reader().complain(link.mark, "a link has at least one security group of its VPC",
                        "such as `security_groups: [" +
                            (link.vpc.value.empty() ? "VPC" : printable(link.vpc.value, 40)) +
                            ".default]`");
    }
  }

  void check_address(ElasticIp& address) {
    optional(address.instance, kInstanceKind);
    if (address.network_interface.has_value()) {
      require_interface(*address.network_interface);
    }
    owner(address.account);
    region(address.region);
    if (address.instance.has_value() && address.network_interface.has_value()) {
      reader().complain(address.network_interface->mark,
                        "an elastic ip belongs to an instance or to a network interface",
                        "remove one of the two");
    }
    check_domain(address);
    if (!address.network_interface.has_value()) {
      pair_with(address, address.instance, kInstanceKind);
    } else if (!address.instance.has_value() && !is_gateways_own(*address.network_interface)) {
      pair_with(address, address.network_interface, kInterfaceKind);
    }
    const bool is_used = address.instance.has_value() || address.network_interface.has_value();
    if (is_used) {
      refuse_owner(address.account, address.region,
                   "an elastic ip belongs to whom the instance or interface belongs to",
                   "remove `account:` and `region:`; they go with an address that is not used yet");
    } else if (address.private_ip.has_value()) {
      reader().complain(address.private_ip->mark,
                        "'private_ip' says which address of an instance or interface is meant",
                        "add `instance: …` or `network_interface: …`");
    }
  }

  void pair_with(const ElasticIp& address, const std::optional<Text>& user,
                 std::span<const NameKind> kinds) {
    if (user.has_value() && stands_for(*user, kinds)) {
      pair(address.name, *user, address.private_ip, user->mark);
    }
  }

  /// An Elastic IP has one user, and a private address one Elastic IP.
  void pair(const Text& address, const Text& user, const std::optional<Text>& private_ip,
            const Mark& mark) {
    const std::string name = name_for(user.value);
    const auto [base, part] = split_name(name);
    const Text host{part == "eni" ? std::string(base) : name, user.mark};
    const Text elastic_ip{name_for(address.value), address.mark};
    refuse_second(users_, elastic_ip.value, host, mark, "a user");
    const bool is_primary = !private_ip.has_value() || is_primary_address(host.value, *private_ip);
    const std::string key = is_primary ? host.value : host.value + ' ' + private_ip->value;
    refuse_second(addresses_, key, elastic_ip, mark, "an Elastic IP");
  }

  /// Whether a host is declared with the address: that is the one meant where none is said.
  [[nodiscard]] bool is_primary_address(const std::string& host, const Text& private_ip) const {
    const auto found = primary_addresses_.find(host);
    return found != primary_addresses_.end() && found->second == private_ip.value;
  }

  template <class Resources>
  void note_ids(const Resources& resources) {
    for (const auto& resource : resources) {
      if (resource.id.has_value()) {
        names_by_id_.emplace(resource.id->value, resource.name.value);
      }
    }
  }

  /// The name of what is declared with the id `text`; any other text as it is.
  [[nodiscard]] std::string name_for(const std::string& text) const {
    const auto found = names_by_id_.find(text);
    return found == names_by_id_.end() ? text : found->second;
  }

  template <class Hosts>
  void note_addresses(const Hosts& hosts) {
    for (const auto& host : hosts) {
      if (host.private_ip.has_value()) {
        primary_addresses_.emplace(host.name.value, host.private_ip->value);
      }
    }
  }

  /// An address is EC2-Classic's or the VPCs', and so is what it is for (CLC-4).
  void check_domain(const ElasticIp& address) {
    const bool for_classic = address.instance.has_value() && is_in_classic(address.instance->value);
    if (for_classic && address.private_ip.has_value()) {
      reader().complain(address.private_ip->mark,
                        "'private_ip' does not go with an instance of EC2-Classic",
                        "it has one address alone");
    }
    if (!is_set(address.classic) || for_classic) {
      return;
    }
    const std::optional<Text>& user =
        address.instance.has_value() ? address.instance : address.network_interface;
    if (user.has_value()) {
      refuse_classic_address(*user, user->value);
    } else {
      require_classic(caller_of(scenario_, address.account, address.region), address.classic->mark);
    }
  }

  void refuse_classic_address(const Text& at, const std::string& user) {
    reader().complain(at.mark, "'" + printable(user, 64) + "' takes no address of EC2-Classic",
                      "only instances with `classic: true` do");
  }

  /// A NAT gateway's own interface, which nobody else uses.
  [[nodiscard]] bool is_gateways_own(const Text& interface) const {
    const auto [owner, part] = split_name(interface.value);
    const NameEntry* base = names_.find(owner);
    return base != nullptr && base->kind == NameKind::kNatGateway && part == "eni";
  }

  /// An interface that is free to be used.
  void require_interface(const Text& name) {
    if (is_gateways_own(name)) {
      reader().complain(name.mark, "'" + name.value + "' is the NAT gateway's own interface",
                        "only the gateway itself uses it");
      return;
    }
    require(name, kInterfaceKind);
  }

  [[nodiscard]] bool is_in_classic(std::string_view name) const {
    for (const Instance& instance : scenario_.instances) {
      if (instance.name.value == name) {
        return is_set(instance.classic);
      }
    }
    return false;
  }

  /// Whether an address is declared to be EC2-Classic's.
  [[nodiscard]] bool is_of_classic(std::string_view name) const {
    return std::any_of(scenario_.elastic_ips.begin(), scenario_.elastic_ips.end(),
                       [name](const ElasticIp& address) {
                         return address.name.value == name && is_set(address.classic);
                       });
  }

  Owners users_;      // by Elastic IP
  Owners addresses_;  // by interface or instance, and private address where it is no primary one
  std::map<std::string, std::string> names_by_id_;
  std::map<std::string, std::string> primary_addresses_;  // that are declared, by host

  static constexpr std::array<NameKind, 1> kInterfaceKind{NameKind::kNetworkInterface};
};

}  // namespace

void check_host_references(Loader& loader) { HostReferences(loader).check(); }

}  // namespace vpclab::scenario
