#include "emulator/capture/text_sink.h"

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

TEST(TextSink, SaysWhenWhereWhatAndWhy) {
  const testing::ScratchDirectory directory;
  const testing::LabNames names;
  TextSink sink(Output::file(directory.file("x")).value(), names);
  testing::play_lab(sink);
  ASSERT_TRUE(sink.finish().has_value());

  const std::string text = testing::read_file(directory.file("x"));

  EXPECT_TRUE(
      text.starts_with("0.000000000s  #1  eni-00000000aaaaaaaaa (instance-1) guest out  "
                       "ARP, Request who-has 10.1.0.1 tell 10.1.4.7, length 28  sent\n"))
      << text.substr(0, 200);
  EXPECT_NE(
      text.find("filter in  IP 10.1.4.7 > 10.2.4.95: ICMP echo request, id 119, seq 1, length "
                "64  DROPPED SG_INGRESS (ENI_SG_RULES_MISMATCH): "),
      std::string::npos);
  EXPECT_NE(text.find("1.000000000s  api  AuthorizeSecurityGroupIngress sg-bbbbbbbb\n"),
            std::string::npos);
  EXPECT_NE(text.find("consumed: echo-request\n"), std::string::npos);
}

}  // namespace
}  // namespace vpclab::capture
