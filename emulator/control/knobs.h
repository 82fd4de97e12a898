// control/knobs.h - the points in which AWS is not documented, or differs over the years, as named
// fields with the defaults of aws-semantics section 22; and how long asynchronous changes take.
#pragma once

#include <chrono>
#include <cstdint>

#include "netstack/base/sim_time.h"

namespace vpclab::control {

/// RT-11.
enum class MoreSpecificRoutes : std::uint8_t {
  kModern,  // a whole subnet's CIDR, to an interface or a NAT gateway; local's target may change
  kClassicEra,  // any, to an interface or an instance; local stays as it is
};

/// VPC-10.
enum class FamilyRules : std::uint8_t {
  kIgnore,
  kWarn,     // accepted, and a warning says so
  kEnforce,  // refused
};

/// PCX-5: the moment at which a second peering between two VPCs is refused.
enum class DuplicatePeering : std::uint8_t { kAtCreate, kAtAccept };

/// CL-10: what becomes of CreateRoute within 10.0.0.0/8 in a table that ClassicLink added
/// 10.0.0.0/8 to.
enum class RoutesInClassicBlock : std::uint8_t { kRefuse, kAllow };

/// CL-25: which of the two ClassicLink options, that of the sender's side and that of the
/// receiver's, a packet between a linked instance and a peer VPC wants.
enum class ClassicLinkGating : std::uint8_t {
  kPerDirection,  // the one for its own direction
  kBoth,          // both: nothing passes before the two owners have agreed
};

/// PCX-39: what becomes of translated packets that a NAT gateway's route table sends over a
/// peering.
enum class NatToPeering : std::uint8_t { kDrop, kAllow };

struct Knobs {
  // Choices.
  bool route_create_idempotent = false;  // RT-28
  MoreSpecificRoutes more_specific_routes = MoreSpecificRoutes::kModern;
  FamilyRules vpc_family_rules = FamilyRules::kWarn;  // VPC-10: relaxed over time
  DuplicatePeering duplicate_peering = DuplicatePeering::kAtCreate;
  bool eip_disassociate_restores_auto_address = true;  // EIP-7, if launched with one
  RoutesInClassicBlock classic_link_create_route_in_10_8 = RoutesInClassicBlock::kRefuse;
  bool classic_link_option_route_removed_on_disable = true;  // CL-24
  ClassicLinkGating classic_link_gating = ClassicLinkGating::kPerDirection;
  NatToPeering nat_to_peering = NatToPeering::kDrop;

  // Durations in virtual time (API-6).
  Duration vpc_available_delay = std::chrono::milliseconds(500);
  Duration subnet_available_delay = std::chrono::milliseconds(500);
  Duration vpc_cidr_delay = std::chrono::milliseconds(500);
  Duration peering_request_delay = std::chrono::milliseconds(500);  // initiating -> pending, failed
  Duration peering_accept_delay = std::chrono::seconds(1);          // PCX-4
  Duration peering_delete_delay = std::chrono::seconds(1);          // inter-region only
  Duration peering_expiry = std::chrono::hours(168);                // PCX-2
  Duration peering_visible_short = std::chrono::hours(2);           // PCX-2, last column
  Duration peering_visible_long = std::chrono::hours(48);
  Duration instance_pending_delay = std::chrono::seconds(5);
  Duration instance_stopping_delay = std::chrono::seconds(10);
  Duration instance_shutting_down_delay = std::chrono::seconds(10);
  Duration instance_terminated_visible = std::chrono::hours(1);  // INST-3
  Duration nat_gateway_delay = std::chrono::seconds(60);         // NAT-1: pending -> available
  Duration nat_gateway_deleting_delay = std::chrono::seconds(30);
  Duration nat_gateway_visible = std::chrono::hours(1);  // NAT-1: the entry of one that is deleted
  Duration prefix_list_delay = std::chrono::milliseconds(500);
  Duration interface_attach_delay = std::chrono::seconds(1);
};

}  // namespace vpclab::control
