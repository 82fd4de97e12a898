// The hot path: with nobody listening, an exchange of a tracked flow allocates nothing. This
// program counts every allocation that it makes.

#include <gtest/gtest.h>

#include "tests/support/allocation_counter.h"
#include "tests/support/nat_world.h"

namespace vpclab::testing {
namespace {

/// Pings a thousand times a second, long enough for tables and buffers to reach their size (the
/// last is ping's note of 65,536 sequence numbers), and then counts.
void expect_no_allocation(ToyWorld& lab, std::string_view to) {
  lab.world.trace().remove(lab.log);
  lab.world.trace().remove(lab.fates);
  app::PingOptions options;
  options.interval = std::chrono::milliseconds(1);
  options.probes_kept = 16;
  app::Ping running(options, address(to), std::string(to));
  ASSERT_TRUE(running.start(lab.world.simulator().now(), lab.guest(1).host()));
  lab.guest(1).pump();
  lab.run_for(std::chrono::seconds(66));

  const std::size_t before = allocations;
  const std::uint64_t received = running.statistics().received;
  lab.run_for(std::chrono::seconds(10));

  EXPECT_EQ(allocations - before, 0U);
  EXPECT_GT(running.statistics().received, received + 9'000);
  running.interrupt(lab.world.simulator().now());
  lab.world.trace().add(lab.fates);
  lab.world.trace().add(lab.log);
}

TEST(HotPath, AllocatesNothingInSteadyState) {
  ToyWorld lab;
  make_open_lab(lab);
  lab.begin();

  expect_no_allocation(lab, "10.2.4.95");
}

TEST(HotPath, AllocatesNothingThroughANatGateway) {
  OpenNatLab lab;

  expect_no_allocation(lab, "8.8.8.8");
}

TEST(HotPath, IsWatchedByThisTest) {
  const std::size_t before = allocations;
  auto* probe = new int(1);
  EXPECT_EQ(allocations - before, 1U);
  delete probe;
}

}  // namespace
}  // namespace vpclab::testing
