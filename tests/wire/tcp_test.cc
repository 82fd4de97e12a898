#include "netstack/wire/tcp.h"

#include <gtest/gtest.h>

#include "tests/wire/packets.h"

namespace vpclab::wire {
namespace {

using testing::Buffer;
using testing::kAlice;
using testing::kBob;
using testing::pattern;

TcpHeader syn() {
  TcpHeader header;
  header.source_port = 49'152;
  header.destination_port = 22;
  header.sequence = 0x89abcdef;
  header.flags = tcp_flag::kSyn;
  header.window = 64'240;
  header.options = {0x02, 0x04, 0x05, 0xb4};  // maximum segment size 1460
  header.options_size = 4;
  return header;
}

TEST(Tcp, ReadsWhatItWrote) {
  TcpHeader header = syn();
  header.acknowledgment = 0xffffffff;
  header.reserved = 0xf;
  header.flags = 0xff;
  header.urgent = 0x8000;
  Buffer segment(24 + 5, 0xaa);

  header.emit(segment, kAlice, kBob);

  EXPECT_EQ(TcpHeader::parse(segment), header);
  EXPECT_TRUE(tcp_checksum_ok(segment, kAlice, kBob));
  EXPECT_EQ(segment[12], 0x6f);
}

TEST(Tcp, CoversDataAndAddressesWithItsChecksum) {
  Buffer segment(24 + 5, 0xaa);
  syn().emit(segment, kAlice, kBob);

  EXPECT_FALSE(tcp_checksum_ok(segment, kAlice, Ipv4Address::of(10, 2, 4, 94)));
  segment.back() = 0xab;
  EXPECT_FALSE(tcp_checksum_ok(segment, kAlice, kBob));
}

TEST(Tcp, RefusesBadHeaderLengths) {
  Buffer segment(24);
  syn().emit(segment, kAlice, kBob);
  EXPECT_EQ(TcpHeader::parse(Bytes(segment).first(19)).error(), ParseError::kTooShort);
  EXPECT_EQ(TcpHeader::parse(Bytes(segment).first(23)).error(), ParseError::kBadHeaderLength);

  segment[12] = 0x40;
  EXPECT_EQ(TcpHeader::parse(segment).error(), ParseError::kBadHeaderLength);
  segment[12] = 0xf0;
  EXPECT_EQ(TcpHeader::parse(segment).error(), ParseError::kBadHeaderLength);
}

}  // namespace
}  // namespace vpclab::wire
