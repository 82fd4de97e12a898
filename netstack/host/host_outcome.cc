#include "netstack/host/host_outcome.h"

namespace vpclab::host {

const std::array<HostOutcome, kHostOutcomeCount>& all_host_outcomes() {
  static constexpr auto kAll = [] {
    std::array<HostOutcome, kHostOutcomeCount> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = static_cast<HostOutcome>(i);
    }
    return all;
  }();
  return kAll;
}

std::string_view to_string(HostOutcome outcome) {
  switch (outcome) {
    case HostOutcome::kEchoRequest:
      return "echo-request";
    case HostOutcome::kEchoReply:
      return "echo-reply";
    case HostOutcome::kUdp:
      return "udp";
    case HostOutcome::kIcmpError:
      return "icmp-error";
    case HostOutcome::kArp:
      return "arp";
    case HostOutcome::kForwarded:
      return "forwarded";
    case HostOutcome::kNotForMe:
      return "not-for-me";
    case HostOutcome::kMalformed:
      return "malformed";
    case HostOutcome::kBadChecksum:
      return "bad-checksum";
    case HostOutcome::kMartian:
      return "martian";
    case HostOutcome::kSourceRoute:
      return "source-route";
    case HostOutcome::kUnknownEthertype:
      return "unknown-ethertype";
    case HostOutcome::kUnsupportedCast:
      return "unsupported-cast";
    case HostOutcome::kNoListener:
      return "no-listener";
    case HostOutcome::kUnknownProtocol:
      return "unknown-protocol";
    case HostOutcome::kEchoReplyUnmatched:
      return "echo-reply-unmatched";
    case HostOutcome::kIcmpErrorUnmatched:
      return "icmp-error-unmatched";
    case HostOutcome::kIcmpIgnored:
      return "icmp-ignored";
    case HostOutcome::kSocketFull:
      return "socket-full";
    case HostOutcome::kTtlExpired:
      return "ttl-expired";
    case HostOutcome::kNoRoute:
      return "no-route";
    case HostOutcome::kFragmentationNeeded:
      return "fragmentation-needed";
    case HostOutcome::kNoPort:
      return "no-port";
    case HostOutcome::kFragmentDuplicate:
      return "fragment-duplicate";
    case HostOutcome::kFragmentOverlap:
      return "fragment-overlap";
    case HostOutcome::kReassemblyTimeout:
      return "reassembly-timeout";
    case HostOutcome::kReassemblyLimit:
      return "reassembly-limit";
    case HostOutcome::kArpFailed:
      return "arp-failed";
    case HostOutcome::kArpQueueFull:
      return "arp-queue-full";
    case HostOutcome::kHostStopped:
      return "host-stopped";
  }
  return "";
}

}  // namespace vpclab::host
