#include "emulator/trace/explain_end.h"

#include <gtest/gtest.h>

#include "netstack/host/host_outcome.h"
#include "tests/trace/toy_drop.h"

namespace vpclab::trace {
namespace {

TEST(ExplainEnd, HasACodeAndASentenceForEveryWordOfAHost) {
  for (const host::HostOutcome outcome : host::all_host_outcomes()) {
    const std::string_view word = host::to_string(outcome);
    EXPECT_FALSE(end_text(word).empty()) << word;
    EXPECT_FALSE(end_text(word).ends_with('.')) << word;
    EXPECT_EQ(end_code(word).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string::npos);
  }
  EXPECT_TRUE(end_text("told-nobody").empty());
}

TEST(ExplainEnd, NamesTheHostAndWhatItDid) {
  TraceEvent end;
  end.kind = EventKind::kConsumed;
  end.tap.element = id("eni-44444444");
  end.outcome = host::to_string(host::HostOutcome::kNoListener);

  const EndExplanation explanation = explain_end(end, Names{{"eni-44444444", "web"}});

  EXPECT_EQ(explanation.code, "X_NO_LISTENER");
  EXPECT_EQ(explanation.sentence,
            "eni-44444444 (web) has no program that listens on that UDP port, to which the answer "
            "is ICMP port unreachable");
  ASSERT_EQ(explanation.details.size(), 1U);
  EXPECT_EQ(explanation.details[0], (Detail{"element", "eni-44444444 (web)"}));
}

TEST(ExplainEnd, KnowsWhatAHostTookAsItWasMeant) {
  EXPECT_TRUE(is_as_meant("echo-reply"));
  EXPECT_TRUE(is_as_meant("forwarded"));
  EXPECT_FALSE(is_as_meant("no-listener"));
  EXPECT_FALSE(is_as_meant("told-nobody"));
}

}  // namespace
}  // namespace vpclab::trace
