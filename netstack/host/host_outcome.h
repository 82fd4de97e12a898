// host/host_outcome.h - the closed set of ends a packet can have inside a host. A host that refuses
// a packet has consumed it: these are no drops of the network, and never become one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vpclab::host {

enum class HostOutcome : std::uint8_t {
  // Taken as it was meant.
  kEchoRequest,  // answered (or answering is switched off)
  kEchoReply,    // given to the program that waits for it
  kUdp,          // given to a socket
  kIcmpError,    // given to the socket or program whose packet it quotes
  kArp,          // an ARP message, answered or learnt from or neither
  kForwarded,    // left again under the same id: the one outcome after which the packet lives on
  // Refused by a rule of the stack.
  kNotForMe,             // address of another host, and this one does not forward
  kMalformed,            // a header that cannot be read
  kBadChecksum,          // IPv4, ICMP or UDP checksum
  kMartian,              // a source or destination that cannot be on a wire
  kSourceRoute,          // asks for source routing, which hosts here refuse
  kUnknownEthertype,     // neither IPv4 nor ARP
  kUnsupportedCast,      // broadcast or multicast that nobody here listens to
  kNoListener,           // UDP port without a socket: port unreachable (ICMP-3)
  kUnknownProtocol,      // no such transport: protocol unreachable (ICMP-3)
  kEchoReplyUnmatched,   // nobody waits for it
  kIcmpErrorUnmatched,   // quotes nothing that this host sent, or tells nothing new
  kIcmpIgnored,          // ICMP of a kind that a host need not answer
  kSocketFull,           // the socket's queue has no room
  kTtlExpired,           // cannot be forwarded any further
  kNoRoute,              // no route to the destination
  kFragmentationNeeded,  // too big for the next link and must not be fragmented
  kNoPort,               // cannot be masqueraded: all ports are in use
  // Fragments.
  kFragmentDuplicate,  // already here, byte for byte
  kFragmentOverlap,    // contradicts another fragment: the whole datagram is refused
  kReassemblyTimeout,  // the rest did not come in time
  kReassemblyLimit,    // too many bytes or datagrams wait for their rest
  // Address resolution.
  kArpFailed,     // three unanswered requests
  kArpQueueFull,  // too many packets wait for the same answer
  // The host itself.
  kHostStopped,  // was inside when the host was stopped
};

inline constexpr std::size_t kHostOutcomeCount = 30;

/// All enumerators, in order.
[[nodiscard]] const std::array<HostOutcome, kHostOutcomeCount>& all_host_outcomes();

/// The stable kebab-case name: `echo-request`.
[[nodiscard]] std::string_view to_string(HostOutcome outcome);

}  // namespace vpclab::host
