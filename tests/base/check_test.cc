#include "netstack/base/check.h"

#include <gtest/gtest.h>

namespace {

TEST(Check, PassesInSilence) { VPCLAB_CHECK(2 + 2 == 4, "arithmetic holds"); }

TEST(CheckDeathTest, EndsTheProcessWithTheSentenceAndTheCondition) {
  const int wheels = 3;

  EXPECT_DEATH(VPCLAB_CHECK(wheels == 4, "a car has four wheels"),
               "broken invariant: a car has four wheels \\(wheels == 4\\) at .*check_test.cc:");
}

}  // namespace
