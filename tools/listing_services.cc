// What `vpclab show` can list of EC2-Classic, NAT gateways, prefix lists and DHCP options.
#include "tools/listing.h"

namespace vpclab::tools {

std::vector<Listing> service_listings() {
  return {
      {"classic-link-instances",
       "describe-classic-link-instances",
       "Instances[]",
       "InstanceId",
       {{"VPC", "VpcId"}, {"GROUPS", "Groups[].GroupId"}},
       {}},
      {"dhcp-options",
       "describe-dhcp-options",
       "DhcpOptions[]",
       "DhcpOptionsId",
       {{"OWNER", "OwnerId"}},
       {{"options", "DhcpConfigurations[]", {{"KEY", "Key"}, {"VALUES", "Values[].Value"}}}}},
      {"nat-gateways",
       "describe-nat-gateways",
       "NatGateways[]",
       "NatGatewayId",
       {{"STATE", "State"},
        {"TYPE", "ConnectivityType"},
        {"VPC", "VpcId"},
        {"SUBNET", "SubnetId"},
        {"PRIVATE IP", "NatGatewayAddresses[].PrivateIp"},
        {"PUBLIC IP", "NatGatewayAddresses[].PublicIp"},
        {"INTERFACE", "NatGatewayAddresses[].NetworkInterfaceId"},
        {"FAILURE", "FailureCode"}},
       {}},
      {"prefix-lists",
       "describe-managed-prefix-lists",
       "PrefixLists[]",
       "PrefixListId",
       {{"LIST NAME", "PrefixListName"},
        {"STATE", "State"},
        {"VERSION", "Version"},
        {"MAX ENTRIES", "MaxEntries"},
        {"OWNER", "OwnerId"}},
       {}},
      {"vpc-classic-link",
       "describe-vpc-classic-link",
       "Vpcs[]",
       "VpcId",
       {{"ENABLED", "ClassicLinkEnabled"}},
       {}},
  };
}

}  // namespace vpclab::tools
