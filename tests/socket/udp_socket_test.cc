// UDP sockets of two hosts, wired back to back under a manual clock.
#include "netstack/socket/udp_socket.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/udp_echo.h"
#include "tests/app/wire_of_two.h"

namespace vpclab::socket {
namespace {

using namespace std::chrono_literals;
using app::testing::kAlice;
using app::testing::kBob;
using app::testing::WireOfTwo;
using ::testing::IsEmpty;
using wire::Ipv4Address;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

TEST(UdpSocket, SendsAndReceives) {
  WireOfTwo wire;
  UdpSocket here(wire.alice);
  UdpSocket there(wire.bob, {.ttl = 9, .tos = 0x20});
  ASSERT_TRUE(here.bind(Ipv4Address(), 0));
  EXPECT_GE(here.port(), host::PortTable::kEphemeralFirst);
  ASSERT_EQ(there.bind(kBob, 5000).value_or(0), 5000);

  EXPECT_EQ(here.send_to(wire.now, kBob, 5000, bytes_of("hello")).status, host::SendStatus::kSent);
  wire.run_for(1s);

  auto datagram = there.front();
  ASSERT_TRUE(datagram);
  EXPECT_EQ(text_of(datagram->data), "hello");
  EXPECT_EQ(datagram->source, kAlice);
  EXPECT_EQ(datagram->source_port, here.port());
  EXPECT_EQ(datagram->ttl, 127);
  EXPECT_EQ(there.readable_since(), datagram->received_at);
  there.send_to(wire.now, datagram->source, datagram->source_port, bytes_of("well, hello"));
  there.pop();
  EXPECT_FALSE(there.front());
  EXPECT_EQ(there.readable_since(), kNever);
  wire.run_for(1s);
  datagram = here.front();
  ASSERT_TRUE(datagram);
  EXPECT_EQ(text_of(datagram->data), "well, hello");
  EXPECT_EQ(datagram->ttl, 9);
  EXPECT_EQ(datagram->tos, 0x20);
}

TEST(UdpSocket, CarriesTheLargestDatagramAndNoLarger) {
  WireOfTwo wire;
  UdpSocket here(wire.alice);
  UdpSocket there(wire.bob);
  ASSERT_TRUE(there.bind(Ipv4Address(), 5000));
  const std::string largest(65507, 'x');

  EXPECT_EQ(here.send_to(wire.now, kBob, 5000, bytes_of(largest)).status, host::SendStatus::kSent);
  EXPECT_EQ(here.send_to(wire.now, kBob, 5000, bytes_of(largest + "x")).status,
            host::SendStatus::kMessageTooLong);
  wire.run_for(1s);

  ASSERT_TRUE(there.front());
  EXPECT_EQ(text_of(there.front()->data), largest);
}

TEST(UdpSocket, HearsThatNobodyListens) {  // ICMP-3
  WireOfTwo wire;
  UdpSocket here(wire.alice);

  here.send_to(wire.now, kBob, 9, bytes_of("anybody?"));
  wire.run_for(1s);

  const auto error = here.take_error();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->from, kBob);
  EXPECT_EQ(error->destination_port, 9);
  EXPECT_EQ(error->type, 3);
  EXPECT_EQ(error->code, 3);
  EXPECT_FALSE(here.take_error());
}

TEST(UdpSocket, HearsThatNobodyIsThere) {  // ICMP-1's exception
  WireOfTwo wire;
  UdpSocket here(wire.alice);

  here.send_to(wire.now, Ipv4Address::of(10, 1, 0, 77), 9, bytes_of("anybody?"));
  wire.run_for(4s);

  const auto error = here.take_error();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->from, kAlice);
  EXPECT_EQ(error->code, 1);
}

TEST(UdpSocket, RefusesWhatItCannotBind) {
  WireOfTwo wire;
  UdpSocket one(wire.alice);
  UdpSocket two(wire.alice);
  ASSERT_TRUE(one.bind(Ipv4Address(), 53));

  EXPECT_EQ(two.bind(kAlice, 53).error().message, "Address already in use");
  EXPECT_EQ(two.bind(kBob, 54).error().message, "Cannot assign requested address");
  EXPECT_EQ(one.bind(kAlice, 54).error().message, "Invalid argument");  // bound already
  one.close();
  EXPECT_TRUE(two.bind(kAlice, 53));
}

TEST(UdpSocket, KeepsNoMoreThanItsQueueHolds) {
  WireOfTwo wire;
  UdpSocket here(wire.alice);
  UdpSocket there(wire.bob, {.receive_queue_max = 3});
  ASSERT_TRUE(there.bind(Ipv4Address(), 5000));
  for (const char* text : {"1", "2", "3", "4", "5"}) {
    here.send_to(wire.now, kBob, 5000, bytes_of(text));
  }
  wire.run_for(1s);

  std::vector<std::string> read;
  while (const auto datagram = there.front()) {
    read.push_back(text_of(datagram->data));
    there.pop();
  }
  EXPECT_THAT(read, ::testing::ElementsAre("1", "2", "3"));
  EXPECT_EQ(wire.pool.live(), 0u);
}

TEST(UdpSocket, QueuesInOrderWhileItGrowsAndShrinks) {
  WireOfTwo wire;
  UdpSocket here(wire.alice);
  UdpSocket there(wire.bob);
  ASSERT_TRUE(there.bind(Ipv4Address(), 5000));
  int sent = 0;
  int read = 0;
  for (int round = 1; round <= 12; ++round) {
    for (int i = 0; i < round; ++i) {
      here.send_to(wire.now, kBob, 5000, bytes_of(std::to_string(sent++)));
    }
    wire.run_for(10ms);
    for (int i = 0; i < round / 2; ++i) {
      ASSERT_TRUE(there.front());
      EXPECT_EQ(text_of(there.front()->data), std::to_string(read++));
      there.pop();
    }
  }
  while (there.front()) {
    EXPECT_EQ(text_of(there.front()->data), std::to_string(read++));
    there.pop();
  }
  EXPECT_EQ(read, sent);
}

TEST(UdpSocket, OutlivesItsHost) {
  wire::PacketPool pool;
  auto stack = std::make_unique<host::HostStack>(pool, host::HostOptions{});
  stack->add_interface(app::testing::interface_of(kAlice, 0x0a));
  UdpSocket socket(*stack);
  ASSERT_TRUE(socket.bind(Ipv4Address(), 5000));
  socket.send_to(SimTime(), kAlice, 5000, bytes_of("to myself"));
  stack->poll(SimTime(1s));
  ASSERT_TRUE(socket.front());

  stack.reset();

  EXPECT_FALSE(socket.front());
  EXPECT_EQ(socket.port(), 0);
  EXPECT_EQ(socket.send_to(SimTime(), kBob, 1, {}).status, host::SendStatus::kNoSuchSource);
  EXPECT_EQ(pool.live(), 0u);
}

TEST(UdpEcho, SendsBackWhatItGets) {
  WireOfTwo wire;
  app::UdpEcho echo(wire.bob);
  ASSERT_EQ(echo.listen().value_or(0), 7);
  UdpSocket here(wire.alice);

  here.send_to(wire.now, kBob, 7, bytes_of("again"));
  wire.run_for(1s);

  ASSERT_TRUE(here.front());
  EXPECT_EQ(text_of(here.front()->data), "again");
  EXPECT_EQ(here.front()->source_port, 7);
  EXPECT_EQ(echo.answered(), 1u);
}

TEST(UdpEcho, CannotStopTheClockByTalkingToItself) {
  WireOfTwo wire;
  app::UdpEcho one(wire.alice);
  app::UdpEcho two(wire.alice);
  ASSERT_TRUE(one.listen(7));
  UdpSocket spark(wire.alice);
  ASSERT_TRUE(spark.bind(Ipv4Address(), 8));
  spark.send_to(wire.now, kAlice, 7, bytes_of("x"));  // from port 8
  spark.close();
  ASSERT_TRUE(two.listen(8));  // now they answer each other for ever

  wire.run_for(10ms);

  EXPECT_GE(one.answered(), 100u);
  EXPECT_EQ(wire.now, SimTime(10ms));
}

}  // namespace
}  // namespace vpclab::socket
