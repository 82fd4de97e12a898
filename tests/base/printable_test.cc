#include "netstack/base/printable.h"

#include <gtest/gtest.h>

namespace vpclab::base {
namespace {

TEST(Printable, KeepsWhatATerminalShowsAndReplacesWhatItObeys) {
  EXPECT_EQ(printable("S\xc3\xa3o Paulo \xe2\x86\x92 vpc"), "S\xc3\xa3o Paulo \xe2\x86\x92 vpc");
  EXPECT_EQ(printable("x\x1b[31m\ny\tz\x7f"), "x\xef\xbf\xbd[31m\xef\xbf\xbdy z\xef\xbf\xbd");
  EXPECT_EQ(printable("\xc2\x9b"), "\xef\xbf\xbd");                // C1: CSI in one character
  EXPECT_EQ(printable("\xe3o\xff"), "\xef\xbf\xbdo\xef\xbf\xbd");  // Latin-1
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, KeepsLineFeedsWhereLinesAreWanted) {
  EXPECT_EQ(printable_lines("a\x1b\n\nb\n"), "a\xef\xbf\xbd\n\nb\n");
}

}  // namespace
}  // namespace vpclab::base
