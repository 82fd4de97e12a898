#include "emulator/scenario/created.h"

#include <algorithm>
#include <array>
#include <optional>

#include "emulator/api/generated/address.h"
#include "emulator/api/generated/dhcp_options.h"
#include "emulator/api/generated/gateway.h"
#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/key_pair.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/api/generated/network_acl.h"
#include "emulator/api/generated/network_interface.h"
#include "emulator/api/generated/peering.h"
#include "emulator/api/generated/prefix_list.h"
#include "emulator/api/generated/route_table.h"
#include "emulator/api/generated/security_group.h"
#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/vpc.h"

namespace vpclab::scenario {
namespace {

using Id = std::optional<std::string>;

/// Reads the id out of one kind of response; nothing if it is another kind.
using Reader = bool (*)(const api::Response& response, Id& id);

/// An id that stands in the response itself.
template <class T, Id T::*kId>
bool direct(const api::Response& response, Id& id) {
  const T* answer = response.get_if<T>();
  if (answer != nullptr) {
    id = answer->*kId;
  }
  return answer != nullptr;
}

/// An id that stands in the description of the new resource.
template <class T, auto kResource, auto kId>
bool within(const api::Response& response, Id& id) {
  const T* answer = response.get_if<T>();
  if (answer != nullptr && (answer->*kResource).has_value()) {
    id = *(answer->*kResource).*kId;
  }
  return answer != nullptr;
}

bool first_instance(const api::Response& response, Id& id) {
  const auto* answer = response.get_if<api::RunInstancesResponse>();
  if (answer != nullptr && !answer->instances.empty()) {
    id = answer->instances.front().instance_id;
  }
  return answer != nullptr;
}

struct Creation {
  std::string_view action;
  Reader read;
  bool takes_id = true;  // else the id follows from those of the parts
};

constexpr std::array<Creation, 20> kCreations{{
    {"AllocateAddress",
     &direct<api::AllocateAddressResponse, &api::AllocateAddressResponse::allocation_id>},
    {"AssociateAddress",
     &direct<api::AssociateAddressResponse, &api::AssociateAddressResponse::association_id>, false},
    {"AssociateRouteTable",
     &direct<api::AssociateRouteTableResponse, &api::AssociateRouteTableResponse::association_id>,
     false},
    {"AttachNetworkInterface",
     &direct<api::AttachNetworkInterfaceResponse,
             &api::AttachNetworkInterfaceResponse::attachment_id>,
     false},
    {"CreateDefaultSubnet",
     &within<api::CreateDefaultSubnetResponse, &api::CreateDefaultSubnetResponse::subnet,
             &api::Subnet::subnet_id>},
    {"CreateDefaultVpc", &within<api::CreateDefaultVpcResponse, &api::CreateDefaultVpcResponse::vpc,
                                 &api::Vpc::vpc_id>},
    {"CreateDhcpOptions",
     &within<api::CreateDhcpOptionsResponse, &api::CreateDhcpOptionsResponse::dhcp_options,
             &api::DhcpOptions::dhcp_options_id>},
    {"CreateInternetGateway", &within<api::CreateInternetGatewayResponse,
                                      &api::CreateInternetGatewayResponse::internet_gateway,
                                      &api::InternetGateway::internet_gateway_id>},
    {"CreateKeyPair",
     &direct<api::CreateKeyPairResponse, &api::CreateKeyPairResponse::key_pair_id>},
    {"CreateManagedPrefixList", &within<api::CreateManagedPrefixListResponse,
                                        &api::CreateManagedPrefixListResponse::prefix_list,
                                        &api::ManagedPrefixList::prefix_list_id>},
    {"CreateNatGateway",
     &within<api::CreateNatGatewayResponse, &api::CreateNatGatewayResponse::nat_gateway,
             &api::NatGateway::nat_gateway_id>},
    {"CreateNetworkAcl",
     &within<api::CreateNetworkAclResponse, &api::CreateNetworkAclResponse::network_acl,
             &api::NetworkAcl::network_acl_id>},
    {"CreateNetworkInterface", &within<api::CreateNetworkInterfaceResponse,
                                       &api::CreateNetworkInterfaceResponse::network_interface,
                                       &api::NetworkInterface::network_interface_id>},
    {"CreateRouteTable",
     &within<api::CreateRouteTableResponse, &api::CreateRouteTableResponse::route_table,
             &api::RouteTable::route_table_id>},
    {"CreateSecurityGroup",
     &direct<api::CreateSecurityGroupResponse, &api::CreateSecurityGroupResponse::group_id>},
    {"CreateSubnet", &within<api::CreateSubnetResponse, &api::CreateSubnetResponse::subnet,
                             &api::Subnet::subnet_id>},
    {"CreateVpc", &within<api::CreateVpcResponse, &api::CreateVpcResponse::vpc, &api::Vpc::vpc_id>},
    {"CreateVpcPeeringConnection",
     &within<api::CreateVpcPeeringConnectionResponse,
             &api::CreateVpcPeeringConnectionResponse::vpc_peering_connection,
             &api::VpcPeeringConnection::vpc_peering_connection_id>},
    {"ReplaceRouteTableAssociation",
     &direct<api::ReplaceRouteTableAssociationResponse,
             &api::ReplaceRouteTableAssociationResponse::new_association_id>,
     false},
    {"RunInstances", &first_instance},
}};

}  // namespace

bool creates_something(std::string_view action) {
  return std::any_of(kCreations.begin(), kCreations.end(),
                     [action](const Creation& creation) { return creation.action == action; });
}

bool takes_id(std::string_view action) {
  return std::any_of(kCreations.begin(), kCreations.end(), [action](const Creation& creation) {
    return creation.action == action && creation.takes_id;
  });
}

std::string created_id(const api::Response& response) {
  Id id;
  for (const Creation& creation : kCreations) {
    if (creation.read(response, id)) {
      break;
    }
  }
  return id.value_or(std::string());
}

}  // namespace vpclab::scenario
