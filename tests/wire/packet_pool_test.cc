#include "netstack/wire/packet_pool.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "netstack/base/rng.h"

namespace vpclab::wire {
namespace {

TEST(PacketPool, GivesEachPacketANewId) {
  PacketPool pool;

  const PacketHandle first = pool.allocate(100);
  const PacketHandle second = pool.allocate(100);
  EXPECT_EQ(pool.id(first), 1U);
  EXPECT_EQ(pool.id(second), 2U);
  EXPECT_EQ(pool.cause(second), 0U);

  pool.free(first);
  EXPECT_EQ(pool.id(pool.allocate(100)), 3U);
}

TEST(PacketPool, HoldsSizesFromNothingToTheLargestDatagram) {
  PacketPool pool;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{98}, std::size_t{192}, std::size_t{193},
        std::size_t{1'514}, std::size_t{1'984}, std::size_t{1'985}, std::size_t{9'015},
        std::size_t{10'176}, std::size_t{10'177}, std::size_t{65'535},
        PacketPool::kMaxPacketSize}) {
    const PacketHandle packet = pool.allocate(size);

    ASSERT_EQ(pool.size(packet), size);
    ASSERT_EQ(pool.headroom(packet), kDefaultHeadroom);
    std::fill_n(pool.bytes(packet).begin(), size, std::uint8_t{0xa5});
    pool.free(packet);
  }
  EXPECT_EQ(pool.live(), 0U);
}

TEST(PacketPool, StripsAndRestoresAHeaderInPlace) {
  PacketPool pool;
  const PacketHandle packet = pool.allocate(14 + 20);
  std::fill_n(pool.bytes(packet).begin(), 14, std::uint8_t{0xee});
  const std::uint8_t* const before = pool.bytes(packet).data();

  pool.pop_front(packet, 14);
  EXPECT_EQ(pool.size(packet), 20U);
  EXPECT_EQ(pool.bytes(packet).data(), before + 14);

  pool.push_front(packet, 14);
  EXPECT_EQ(pool.bytes(packet).data(), before);
  EXPECT_EQ(pool.bytes(packet)[13], 0xee);
}

TEST(PacketPool, CutsFromTheEnd) {
  PacketPool pool;
  const PacketHandle packet = pool.allocate(60);
  pool.bytes(packet)[41] = 7;

  pool.truncate(packet, 42);

  EXPECT_EQ(pool.size(packet), 42U);
  EXPECT_EQ(pool.bytes(packet).back(), 7);
}

TEST(PacketPool, ClonesBytesAndNamesTheCause) {
  PacketPool pool;
  const PacketHandle original = pool.allocate(3, 5);
  pool.bytes(original)[2] = 9;

  const PacketHandle copy = pool.clone(original);
  pool.bytes(original)[2] = 1;

  EXPECT_EQ(pool.size(copy), 3U);
  EXPECT_EQ(pool.headroom(copy), 5U);
  EXPECT_EQ(pool.bytes(copy)[2], 9);
  EXPECT_EQ(pool.cause(copy), pool.id(original));
  EXPECT_NE(pool.id(copy), pool.id(original));
  EXPECT_EQ(pool.live(), 2U);
}

TEST(PacketPool, RenewsAPacketInItsPlace) {
  PacketPool pool;
  const PacketHandle packet = pool.allocate(3);
  pool.bytes(packet)[0] = 8;

  pool.renew(packet);

  EXPECT_EQ(pool.id(packet), 2U);
  EXPECT_EQ(pool.cause(packet), 1U);
  EXPECT_EQ(pool.bytes(packet)[0], 8);
  EXPECT_EQ(pool.live(), 1U);
}

TEST(PacketPool, KeepsBytesWhereTheyAreWhileItGrows) {
  PacketPool pool;
  const PacketHandle first = pool.allocate(100);
  const std::uint8_t* const place = pool.bytes(first).data();

  for (int i = 0; i < 10'000; ++i) {
    static_cast<void>(pool.allocate(100));
  }

  EXPECT_EQ(pool.bytes(first).data(), place);
  EXPECT_EQ(pool.live(), 10'001U);
}

TEST(PacketPool, TakesNoMemoryInSteadyState) {
  PacketPool pool;
  std::vector<PacketHandle> in_flight;
  in_flight.reserve(300);
  for (int i = 0; i < 300; ++i) {
    in_flight.push_back(pool.allocate(100));
  }
  const std::size_t memory = pool.memory();

  for (int round = 0; round < 10; ++round) {
    for (PacketHandle& packet : in_flight) {
      pool.free(packet);
      packet = pool.allocate(64);
    }
  }

  EXPECT_EQ(pool.memory(), memory);
  EXPECT_EQ(pool.live(), 300U);
}

TEST(PacketPool, KeepsLivePacketsApartInARandomRun) {
  struct Expected {
    PacketHandle packet;
    std::uint64_t id;
    std::size_t size;
    std::uint8_t mark;
  };

  PacketPool pool;
  base::Rng rng(3, "pool");
  std::vector<Expected> live;

  for (int step = 0; step < 20'000; ++step) {
    if (live.empty() || rng.below(100) < 52) {
      const std::size_t size = 1 + rng.below(rng.below(20) == 0 ? 12'000 : 400);
      const PacketHandle packet = pool.allocate(size);
      const auto mark = static_cast<std::uint8_t>(rng.next() & 0xff);
      std::fill_n(pool.bytes(packet).begin(), size, mark);
      live.push_back({packet, pool.id(packet), size, mark});
    } else {
      const std::size_t victim = rng.below(live.size());
      const Expected& expected = live[victim];
      ASSERT_EQ(pool.id(expected.packet), expected.id);
      ASSERT_EQ(pool.size(expected.packet), expected.size);
      ASSERT_EQ(pool.bytes(expected.packet).front(), expected.mark);
      ASSERT_EQ(pool.bytes(expected.packet).back(), expected.mark);
      pool.free(expected.packet);
      live[victim] = live.back();
      live.pop_back();
    }
    ASSERT_EQ(pool.live(), live.size());
  }
}

TEST(PacketPool, GivesTheSameHandlesInEveryRun) {
  const auto run = [] {
    PacketPool pool;
    std::vector<PacketHandle> handles;
    for (int i = 0; i < 600; ++i) {
      handles.push_back(pool.allocate(static_cast<std::size_t>(i) * 7));
      if (i % 3 == 0) {
        pool.free(handles[handles.size() / 2]);
        handles.erase(handles.begin() + static_cast<std::ptrdiff_t>(handles.size() / 2));
      }
    }
    return handles;
  };

  EXPECT_EQ(run(), run());
}

TEST(PacketPoolDeathTest, RefusesToPushBeyondTheHeadroom) {
  PacketPool pool;
  const PacketHandle packet = pool.allocate(10, 14);
  pool.push_front(packet, 14);

  EXPECT_DEATH(pool.push_front(packet, 1), "headroom");
  EXPECT_DEATH(pool.pop_front(packet, 25), "popped");
  EXPECT_DEATH(pool.truncate(packet, 25), "longer");
  EXPECT_DEATH(static_cast<void>(pool.allocate(70'000)), "largest size class");
}

#ifndef NDEBUG
TEST(PacketPoolDeathTest, FindsADeadHandleAlsoWhenItsSlotIsInUse) {
  PacketPool pool;
  const PacketHandle dead = pool.allocate(10);
  pool.free(dead);
  EXPECT_DEATH(pool.free(dead), "while it lives");

  const PacketHandle next = pool.allocate(10);
  EXPECT_NE(next, dead);
  EXPECT_DEATH(static_cast<void>(pool.bytes(dead)), "while it lives");
  EXPECT_DEATH(static_cast<void>(pool.bytes(kNoPacket)), "");
}
#endif

}  // namespace
}  // namespace vpclab::wire
