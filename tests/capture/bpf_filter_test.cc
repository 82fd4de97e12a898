#include "emulator/capture/bpf_filter.h"

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::kAlice;
using testing::kBob;

testing::Buffer request() {
  return testing::with_ethernet(wire::EtherType::kIpv4,
                                testing::echo(kAlice, kBob, wire::IcmpType::kEchoRequest, 1));
}

TEST(BpfFilter, JudgesFramesInTcpdumpsLanguage) {
  const struct {
    const char* expression;
    bool matches;
  } cases[] = {{"", true},
               {"icmp", true},
               {"icmp[icmptype] == icmp-echo", true},
               {"icmp[icmptype] == icmp-echoreply", false},
               {"src host 10.1.4.7 and dst net 10.2.0.0/16", true},
               {"src host 10.2.4.95", false},
               {"arp or tcp", false},
               {"ether src 02:00:00:00:00:0a", true},
               {"greater 98", true},
               {"greater 99", false}};

  for (const auto& row : cases) {
    const Result<BpfFilter> filter = BpfFilter::compile(row.expression);

    ASSERT_TRUE(filter.has_value()) << row.expression;
    EXPECT_EQ(filter->matches(request()), row.matches) << row.expression;
  }
}

TEST(BpfFilter, RefusesWithLibpcapsOwnWords) {
  const Result<BpfFilter> filter = BpfFilter::compile("icmp and and");

  ASSERT_FALSE(filter.has_value());
  EXPECT_EQ(filter.error().message,
            "capture filter 'icmp and and': can't parse filter expression: syntax error");
}

TEST(BpfFilter, SurvivesShortFrames) {
  const Result<BpfFilter> filter = BpfFilter::compile("icmp[icmptype] == icmp-echo");
  const testing::Buffer frame = request();

  ASSERT_TRUE(filter.has_value());
  for (std::size_t size = 0; size < 35; ++size) {
    EXPECT_EQ(filter->matches(Bytes(frame).first(size)), size >= 35) << size;
  }
  EXPECT_TRUE(filter->matches(Bytes(frame).first(35)));
}

}  // namespace
}  // namespace vpclab::capture
