#include "emulator/scenario/advice.h"

#include <algorithm>
#include <array>

#include "emulator/api/ids.h"
#include "emulator/control/image.h"
#include "emulator/control/inventory.h"

namespace vpclab::scenario {
namespace {

std::string image_hint() {
  std::string known;
  for (const control::Image& image : control::all_images()) {
    known += (known.empty() ? "" : ", ") + std::string(image.alias);
  }
  return "known images: " + known;
}

std::string owner_text(const control::Inventory& inventory, control::OwnerIndex owner) {
  return inventory.owner(owner).account + '/' + inventory.owner(owner).region;
}

/// A peering that cannot be accepted has failed already: for a wrong account or region (PCX-11), or
/// because its VPCs overlap (PCX-10).
std::string failure_hint(const api::ParamMap& parameters, const control::Inventory& inventory) {
  const std::string* name = parameters.find("VpcPeeringConnectionId");
  const auto id = api::VpcPeeringConnectionId::parse(name == nullptr ? std::string() : *name);
  const control::VpcPeeringConnection* peering =
      id.has_value() ? inventory.peering_connections.find(*id) : nullptr;
  const control::Vpc* near =
      peering == nullptr ? nullptr : inventory.vpcs.find(peering->requester.vpc);
  const control::Vpc* far =
      peering == nullptr ? nullptr : inventory.vpcs.find(peering->accepter.vpc);
  if (far != nullptr && far->owner != peering->accepter.owner) {
    return "the peering has failed: the accepter's VPC " + far->id.text() + " is of " +
           owner_text(inventory, far->owner) + ", not of " +
           owner_text(inventory, peering->accepter.owner) + " (PCX-11)";
  }
  if (near == nullptr || far == nullptr) {
    return {};
  }
  for (const control::VpcCidr& cidr : near->cidrs) {
    for (const control::VpcCidr& other : far->cidrs) {
      if (cidr.in_effect() && other.in_effect() && cidr.prefix.overlaps(other.prefix)) {
        return "the peering has failed: " + to_string(cidr.prefix) + " and " +
               to_string(other.prefix) + " overlap (PCX-10)";
      }
    }
  }
  return {};
}

/// For one action (or its beginning), one code and a part of the sentence; what is empty fits all.
struct Advice {
  std::string_view action;
  std::string_view code;
  std::string_view part;
  std::string_view hint;

  [[nodiscard]] bool fits(std::string_view refused, const api::ApiError& error) const {
    return refused.starts_with(action) && (code.empty() || error.code == code) &&
           error.message.find(part) != std::string::npos;
  }
};

/// The first that fits holds.
constexpr std::array<Advice, 32> kAdvice{{
    // Groups and their rules
    {"AuthorizeSecurityGroup", "", "belong to different networks",  // SG-13, CLC-3
     "a rule names a group of another VPC only over an active peering connection (declare it with "
     "`accepted: true`), and never one across the border of EC2-Classic"},
    {"AuthorizeSecurityGroup", "", "Invalid value '-1' for IP protocol",  // CLC-3
     "groups of EC2-Classic know tcp, udp and icmp: write a rule for each"},
    {"AuthorizeSecurityGroup", "InvalidGroup.NotFound", "",
     "a group of another account or region is named only over an active peering connection"},
    {"RunInstances", "InvalidGroup.NotFound", "",
     "an instance's groups are of its own VPC, or of EC2-Classic in its own account and region"},
    {"", "InvalidGroup.Duplicate", "", "give one of them a `group_name`"},
    {"", "InvalidPermission.Duplicate", "", "remove one of the two rules"},
    // ClassicLink
    {"AttachClassicLinkVpc", "InvalidGroup.NotFound", "",  // CL-11
     "the groups of a link are groups of the VPC that it leads to"},
    {"AttachClassicLinkVpc", "InvalidVpcID.NotFound", "",  // CL-5
     "an instance is linked to a VPC of its own account and region"},
    {"AttachClassicLinkVpc", "", "not enabled for ClassicLink",
     "add `classic_link: true` to the VPC"},
    {"ModifyVpcPeeringConnectionOptions", "CidrConflict", "",  // CL-22
     "the option takes 10.0.0.0/8: no table of the VPC may have a static route into it"},
    {"ModifyVpcPeeringConnectionOptions", "", "different regions",  // CL-29
     "remove the option: ClassicLink does not reach beyond a region"},
    {"ModifyVpcPeeringConnectionOptions", "", "is not active",  // PCX-16
     "add `accepted: true` to the peering"},
    {"CreateRoute", "", "that ClassicLink has added",  // CL-10
     "ClassicLink takes 10.0.0.0/8: use a range outside it, or remove `classic_link: true`"},
    {"", "VpcCidrConflict", "",
     "ClassicLink takes 10.0.0.0/8: the VPC lies outside it (or in 10.0.0.0/15), and no table has "
     "a static route into it"},
    {"", "DisallowedForDedicatedTenancyNetwork", "",
     "remove `instance_tenancy: dedicated` or `classic_link: true`"},
    // The network
    {"", "InvalidVpc.Range", "", "a VPC's range has a prefix length from /16 to /28"},
    {"", "InvalidSubnet.Range", "",
     "a subnet's range lies within one of its VPC's, with a prefix length from /16 to /28"},
    {"", "InvalidSubnet.Conflict", "", "subnets of a VPC do not overlap"},
    {"", "InvalidIPAddress.InUse", "", "another interface or instance has this address"},
    {"", "NetworkAclEntryAlreadyExists", "",
     "numbers are used once in each direction; a default ACL has 100 already"},
    {"", "Gateway.NotAttached", "", "add `internet_gateway: true` to the VPC"},
    {"CreateNatGateway", "Resource.AlreadyAssociated", "",  // NAT-2
     "every public NAT gateway needs an address of its own: `elastic_ip: true`"},
    {"", "InvalidAllocationID.NotFound", "",
     "an address serves its own account and region: give it no other `account:` or `region:`"},
    {"AssociateRouteTable", "", "with a gateway and with subnets",  // RT-25
     "give the gateway a table of its own, without `subnets:` and `main:`"},
    {"", "InvalidStateTransition", "", "only a peering that is pending can be accepted"},
    // Quotas
    {"", "NatGatewayLimitExceeded", "", "raise it: `quotas: {nat_gateways_per_zone: …}`"},
    {"", "PrefixListMaxEntriesExceeded", "", "say how many there may be: `max_entries: …`"},
    {"", "VpcLimitExceeded", "", "raise it: `quotas: {vpcs_per_region: …}`"},
    {"", "AddressLimitExceeded", "", "raise it: `quotas: {elastic_ips_per_region: …}`"},
    {"", "InternetGatewayLimitExceeded", "",
     "raise it: `quotas: {internet_gateways_per_region: …}`"},
    {"", "InstanceLimitExceeded", "", "raise it: `quotas: {instances_per_region: …}`"},
    {"", "RouteLimitExceeded", "", "raise it: `quotas: {routes_per_table: …}`"},
}};

}  // namespace

std::string advice_for(std::string_view action, const api::ApiError& error,
                       const api::ParamMap& parameters, const control::Inventory& inventory) {
  if (error.code.starts_with("InvalidAMIID")) {
    return image_hint();
  }
  if (action == "AcceptVpcPeeringConnection") {
    if (std::string hint = failure_hint(parameters, inventory); !hint.empty()) {
      return hint;
    }
  }
  const auto* found = std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) {
    return advice.fits(action, error);
  });
  return found == kAdvice.end() ? std::string() : std::string(found->hint);
}

std::string advice_for(const control::Warning& warning) {
  return warning.rule == "VPC-10" ? "knob `vpc.family_rules`: `enforce` refuses it, as AWS did for "
                                    "years; `ignore` says nothing"
                                  : "";
}

}  // namespace vpclab::scenario
