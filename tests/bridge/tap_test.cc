// What a TAP interface refuses. That frames pass both ways kernel_peer_test.cc shows, where there
// is privilege.
#include "emulator/bridge/tap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::bridge {
namespace {

using ::testing::HasSubstr;

TEST(Tap, RefusesAnInterfaceNameThatTheKernelCouldNotHold) {
  const auto empty = Tap::open("");
  const auto too_long = Tap::open("sixteen-letters-");

  ASSERT_FALSE(empty.has_value());
  EXPECT_THAT(empty.error().message, HasSubstr("'' is no interface name"));
  ASSERT_FALSE(too_long.has_value());
  EXPECT_THAT(too_long.error().message, HasSubstr("1 to 15 characters"));
}

}  // namespace
}  // namespace vpclab::bridge
