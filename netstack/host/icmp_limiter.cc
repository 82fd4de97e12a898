#include "netstack/host/icmp_limiter.h"

#include <algorithm>

namespace vpclab::host {

void IcmpLimiter::Bucket::refill(SimTime now, Duration most) {
  credit = std::min(most, credit + (now - updated));
  updated = now;
}

IcmpLimiter::Peer& IcmpLimiter::peer_of(SimTime now, wire::Ipv4Address address) {
  const auto before = [](const Peer& peer, wire::Ipv4Address wanted) {
    return peer.address < wanted;
  };
  auto place = std::lower_bound(peers_.begin(), peers_.end(), address, before);
  if (place != peers_.end() && place->address == address) {
    return *place;
  }
  if (peers_.size() >= kPeersMax) {
    // The one that was quiet for longest has the fullest bucket: forgetting it forgives least.
    peers_.erase(std::min_element(peers_.begin(), peers_.end(), [](const Peer& a, const Peer& b) {
      return a.bucket.updated < b.bucket.updated;
    }));
    place = std::lower_bound(peers_.begin(), peers_.end(), address, before);
  }
  return *peers_.insert(place, Peer{address, Bucket{kPeerInterval * kPeerBurst, now}});
}

bool IcmpLimiter::allow(SimTime now, wire::Ipv4Address peer) {
  global_.refill(now, kGlobalInterval * kGlobalBurst);
  if (global_.credit < kGlobalInterval) {
    return false;
  }
  Bucket& bucket = peer_of(now, peer).bucket;
  bucket.refill(now, kPeerInterval * kPeerBurst);
  if (bucket.credit < kPeerInterval) {
    return false;
  }
  global_.credit -= kGlobalInterval;
  bucket.credit -= kPeerInterval;
  return true;
}

}  // namespace vpclab::host
