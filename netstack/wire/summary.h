// wire/summary.h - one line per packet, in tcpdump's words, for traces and messages. It never
// fails: what it cannot read it says.
#pragma once

#include <string>

#include "netstack/base/bytes.h"

namespace vpclab::wire {

/// `10.1.4.7 > 10.2.4.95: ICMP echo request, id 1, seq 1, length 64`. Fragments name their place:
/// `… (frag 7:1480@0+)`.
[[nodiscard]] std::string summarize_ipv4(Bytes packet);

/// A frame with its Ethernet header: `IP …` or `ARP, Request who-has 10.1.0.1 tell 10.1.4.7,
/// length 28`.
[[nodiscard]] std::string summarize_frame(Bytes frame);

}  // namespace vpclab::wire
