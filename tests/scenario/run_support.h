// Helpers of the tests that play scenarios: a text to its outcome, and an open network to add to.
#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "emulator/scenario/scenario.h"

namespace vpclab::scenario {

inline RunOutcome run_text(const std::string& text,
                           const RunOptions& options = {
                               .until = {}, .checks = true, .observer = nullptr}) {
  Source source{"test.vpclab.yaml", text};
  const Source copy = source;
  const Opened opened = open(std::move(source), {});
  EXPECT_NE(opened.session, nullptr) << opened.diagnostics.render(copy);
  return opened.session == nullptr ? RunOutcome{} : opened.session->run(options);
}

/// Two VPCs with everything open between them, then what a test adds.
inline std::string open_lab(const std::string& rest) {
  return R"(schema: 1
vpcs: {a: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}, b: {cidr: 10.2.0.0/16, subnets: {s: 10.2.0.0/24}}}
peering_connections: {pcx: {requester: a, accepter: b, accepted: true}}
route_tables: {a.main: {routes: {10.2.0.0/16: pcx, 0.0.0.0/0: igw}}, b.main: {routes: {10.1.0.0/16: pcx}}}
security_groups: {a.default: {ingress: icmp from 10.0.0.0/8}, b.default: {ingress: icmp from 10.0.0.0/8}}
instances: {alice: {subnet: a.s, private_ip: 10.1.0.10}, bob: {subnet: b.s, private_ip: 10.2.0.10}}
)" + rest;
}

}  // namespace vpclab::scenario
