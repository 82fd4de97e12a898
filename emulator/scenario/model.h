// scenario/model.h - what the author of a scenario wrote, as a whole. It knows no ids, resolves no
// name and asks nobody; lower.h and runner.h do.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/scenario/model_network.h"
#include "emulator/scenario/model_run.h"

namespace vpclab::scenario {

/// A whole file.
struct Scenario {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  std::string epoch = "2024-01-01T00:00:00Z";
  std::string account = "123456789012";
  Text region{"us-east-1", {}};
  std::optional<Text> zone;
  bool default_vpc = false;
  Mark default_vpc_mark;
  std::map<std::string, std::string> accounts;  ///< names for account ids
  std::vector<std::string> classic_accounts;    ///< ids: with the platform EC2 beside VPC (CLC-7)
  bool quotas_lifted = false;
  std::vector<std::pair<Text, Located<std::int64_t>>> quotas;
  std::vector<std::pair<Text, Text>> knobs;
  std::vector<Vpc> vpcs;
  std::vector<InternetGateway> internet_gateways;
  std::vector<PeeringConnection> peering_connections;
  std::vector<RouteTable> route_tables;
  std::vector<SecurityGroup> security_groups;
  std::vector<NetworkAcl> network_acls;
  std::vector<NetworkInterface> network_interfaces;
  std::vector<NatGateway> nat_gateways;
  std::vector<PrefixList> prefix_lists;
  std::vector<DhcpOptions> dhcp_options;
  std::vector<ElasticIp> elastic_ips;
  std::vector<Instance> instances;
  std::vector<LinkChange> links;
  std::vector<InternetHost> internet_hosts;
  std::vector<Step> run;
  std::vector<Check> checks;
};

}  // namespace vpclab::scenario
