#include "netstack/wire/flow_key.h"

#include <gtest/gtest.h>

#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::datagram;
using testing::echo;
using testing::header_of;
using testing::icmp_error;
using testing::kAlice;
using testing::kBob;
using testing::kOutside;
using testing::pattern;
using testing::tcp;
using testing::udp;

TEST(FlowKey, IsTheFiveTupleOfUdpAndTcp) {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;

  EXPECT_EQ(flow_key_of(udp(kAlice, kBob, 4'711, 53)),
            (FlowKey{kAlice, kBob, 4'711, 53, IpProtocol::kUdp}));
  EXPECT_EQ(flow_key_of(tcp(kAlice, kBob, header)),
            (FlowKey{kAlice, kBob, 49'152, 22, IpProtocol::kTcp}));
}

TEST(FlowKey, PairsAnEchoReplyWithItsRequest) {
  const auto request = flow_key_of(echo(kAlice, kBob, IcmpType::kEchoRequest, 77, 1));
  const auto reply = flow_key_of(echo(kBob, kAlice, IcmpType::kEchoReply, 77, 1));
  const auto other = flow_key_of(echo(kBob, kAlice, IcmpType::kEchoReply, 78, 1));

  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(reply, request->reversed());
  EXPECT_NE(other, request->reversed());
}

TEST(FlowKey, LeavesPortsZeroForOtherProtocols) {
  EXPECT_EQ(flow_key_of(datagram(header_of(kAlice, kBob, IpProtocol{47}), {})),
            (FlowKey{kAlice, kBob, 0, 0, IpProtocol{47}}));
}

TEST(FlowKey, ReadsTheFirstFragmentOnly) {
  Ipv4Header header = header_of(kAlice, kBob, IpProtocol::kUdp);
  header.more_fragments = true;
  EXPECT_TRUE(flow_key_of(datagram(header, pattern(8))).has_value());

  header.fragment_offset = 8;
  EXPECT_FALSE(flow_key_of(datagram(header, pattern(8))).has_value());
}

TEST(FlowKey, WantsThePorts) {
  EXPECT_FALSE(flow_key_of(datagram(header_of(kAlice, kBob, IpProtocol::kUdp), pattern(3))));
  EXPECT_TRUE(flow_key_of(datagram(header_of(kAlice, kBob, IpProtocol::kUdp), pattern(4))));
  EXPECT_FALSE(flow_key_of(datagram(header_of(kAlice, kBob, IpProtocol::kTcp), pattern(3))));
  EXPECT_FALSE(flow_key_of(datagram(header_of(kAlice, kBob, IpProtocol::kIcmp), pattern(7))));
}

// SG-25: an error belongs to the flow that it is about.
TEST(FlowKey, OfAnErrorIsTheQuotedDatagrams) {
  const Buffer probe = udp(kAlice, kBob, 4'711, 33'434, pattern(20));
  const Buffer error = icmp_error(
      kOutside, IcmpV4Header::error(IcmpType::kTimeExceeded, time_exceeded::kInTransit), probe, 28);

  EXPECT_EQ(quoted_flow_key_of(error), flow_key_of(probe));
  EXPECT_FALSE(quoted_flow_key_of(probe).has_value());
  EXPECT_FALSE(quoted_flow_key_of(echo(kAlice, kBob, IcmpType::kEchoRequest, 1, 1)).has_value());
}

TEST(FlowKey, OfAShortQuoteIsMissing) {
  const Buffer probe = udp(kAlice, kBob, 4'711, 33'434, pattern(20));
  const IcmpV4Header header =
      IcmpV4Header::error(IcmpType::kDestinationUnreachable, unreachable::kPort);
  for (std::size_t quoted = 0; quoted <= probe.size(); ++quoted) {
    EXPECT_EQ(quoted_flow_key_of(icmp_error(kBob, header, probe, quoted)).has_value(), quoted >= 24)
        << quoted;
  }
}

}  // namespace
}  // namespace vpclab::wire
