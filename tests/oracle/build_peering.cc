// Peering connections (PCX-1…12).
#include <fmt/format.h>

#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

bool overlap(const Vpc& one, const Vpc& other) {
  for (const Cidr& cidr : one.cidrs) {
    for (const Cidr& far : other.cidrs) {
      if (cidr.overlaps(far)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

void Lab::grant_peering(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kPeering:
      return request_peering(wish);
    case WishKind::kAccept:
      return answer_peering(wish, true);
    case WishKind::kReject:
      return answer_peering(wish, false);
    case WishKind::kConnect:
      return connect(wish);
    case WishKind::kPeeringOption:
      return set_peering_option(wish);
    default:
      return delete_peering(wish);
  }
}

void Lab::request_peering(const Wish& wish) {
  const Vpc* requester = pick(network_.vpcs, wish.a);
  const Vpc* accepter = pick(network_.vpcs, wish.b);
  if (requester == nullptr || requester == accepter) {
    return;
  }
  for (const Peering& peering : network_.peerings) {  // PCX-5
    if (peering.joins(requester->id) && peering.joins(accepter->id) &&
        (peering.state == PeeringState::kPending || peering.state == PeeringState::kActive)) {
      return;
    }
  }
  Peering peering{next_id("pcx"), requester->id, accepter->id};
  peering.state = overlap(*requester, *accepter) ? PeeringState::kFailed  // PCX-10
                                                 : PeeringState::kPending;
  if (call(*requester,
           fmt::format("ec2 create-vpc-peering-connection --vpc-id {} --peer-vpc-id {} "
                       "--peer-owner-id {} --peer-region {}",
                       requester->id, accepter->id, accepter->account, accepter->region),
           peering.id)) {
    network_.peerings.push_back(peering);
  }
}

void Lab::answer_peering(const Wish& wish, bool accept) {
  Peering* peering = pick(network_.peerings, wish.a);
  if (peering != nullptr && peering->state == PeeringState::kPending &&
      call(vpc_of(peering->accepter),
           fmt::format("ec2 {}-vpc-peering-connection --vpc-peering-connection-id {}",
                       accept ? "accept" : "reject", peering->id))) {
    peering->state = accept ? PeeringState::kActive : PeeringState::kRejected;
  }
}

/// PCX-2: the requester deletes what is pending, either what is active.
void Lab::delete_peering(const Wish& wish) {
  Peering* peering = pick(network_.peerings, wish.a);
  if (peering == nullptr ||
      (peering->state != PeeringState::kPending && peering->state != PeeringState::kActive)) {
    return;
  }
  const bool by_accepter = peering->state == PeeringState::kActive && wish.b % 2 == 0;
  if (call(vpc_of(by_accepter ? peering->accepter : peering->requester),
           "ec2 delete-vpc-peering-connection --vpc-peering-connection-id " + peering->id)) {
    peering->state = PeeringState::kDeleted;
    peering->of_requester = {};  // CL-30
    peering->of_accepter = {};
  }
}

/// What people do first: routes both ways in the main tables, and a group that lets the peer in.
void Lab::connect(const Wish& wish) {
  const Peering* peering = pick(network_.peerings, wish.a);
  if (peering == nullptr || peering->state != PeeringState::kActive) {
    return;
  }
  for (const std::string& id : {peering->requester, peering->accepter}) {
    const Vpc& near = vpc_of(id);
    const Cidr far = vpc_of(peering->far_from(id)).cidrs.front();
    put_route(*find(network_.tables, near.main_table), far, peering->id);
    GroupRule rule;
    rule.protocol = wish.b % 2 == 0 ? kIcmp : -1;
    rule.cidr = far;
    put_group_rule(*find(network_.groups, near.default_group), rule);
  }
}

/// PCX-15…17, CL-22, CL-29.
void Lab::set_peering_option(const Wish& wish) {
  Peering* peering = pick(network_.peerings, wish.a);
  if (peering == nullptr || peering->state != PeeringState::kActive ||
      vpc_of(peering->requester).region != vpc_of(peering->accepter).region) {
    return;
  }
  const bool requester = wish.b % 2 == 0;
  const Vpc& vpc = vpc_of(requester ? peering->requester : peering->accepter);
  const bool to_peer_links = wish.c % 2 == 0;
  const bool on = wish.d % 5 != 0;
  if (to_peer_links && on && has_route_in_ten(vpc.id)) {
    return;
  }
  if (!call(vpc, fmt::format("ec2 modify-vpc-peering-connection-options "
                             "--vpc-peering-connection-id {} --{}-peering-connection-options {}={}",
                             peering->id, requester ? "requester" : "accepter",
                             to_peer_links ? "AllowEgressFromLocalVpcToRemoteClassicLink"
                                           : "AllowEgressFromLocalClassicLinkToRemoteVpc",
                             on))) {
    return;
  }
  PeeringOptions& options = requester ? peering->of_requester : peering->of_accepter;
  (to_peer_links ? options.to_peer_links : options.links_to_peer) = on;
}

}  // namespace vpclab::oracle
