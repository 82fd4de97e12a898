// Splitting a command line as a POSIX shell does, without its expansions.
#include "emulator/api/shell_words.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> texts(std::string_view line) {
  const auto words = split_words(line);
  EXPECT_TRUE(words.has_value()) << line;
  std::vector<std::string> result;
  if (words) {
    for (const ShellWord& word : *words) {
      result.push_back(word.text);
    }
  }
  return result;
}

TEST(ShellWords, ArePartedByBlanks) {
  EXPECT_THAT(texts("  aws\tec2  describe-vpcs \n"), ElementsAre("aws", "ec2", "describe-vpcs"));
  EXPECT_THAT(texts(""), IsEmpty());
}

TEST(ShellWords, KeepWhatQuotesHold) {
  EXPECT_THAT(texts(R"(a 'b "c' "d 'e" f\ g '' "")"),
              ElementsAre("a", "b \"c", "d 'e", "f g", "", ""));
  EXPECT_THAT(texts(R"(Name="a b",Values='c d')"), ElementsAre("Name=a b,Values=c d"));
  EXPECT_THAT(texts(R"("{\"Value\": true}")"), ElementsAre(R"({"Value": true})"));
  EXPECT_THAT(texts(R"("a\b" 'a\b' a\\b)"), ElementsAre(R"(a\b)", R"(a\b)", R"(a\b)"));
}

TEST(ShellWords, GoOnAfterABackslashAtTheLinesEnd) {
  EXPECT_THAT(texts("a \\\n  b\\\nc"), ElementsAre("a", "bc"));
  EXPECT_THAT(texts("a \\\r\n  b"), ElementsAre("a", "b"));
  EXPECT_THAT(texts("\"a\\\nb\""), ElementsAre("ab"));
}

TEST(ShellWords, LeaveBracesDollarsAloneAndStarsToTheirOwner) {
  EXPECT_THAT(texts("{vpc-2.default} web* a$ \"5$\""),
              ElementsAre("{vpc-2.default}", "web*", "a$", "5$"));
}

TEST(ShellWords, RememberTheirColumns) {
  const auto words = split_words(R"(a 'b c'd)");

  ASSERT_TRUE(words.has_value());
  ASSERT_EQ(words->size(), 2U);
  EXPECT_EQ((*words)[1].text, "b cd");
  EXPECT_EQ((*words)[1].column_at(0), 4U);
  EXPECT_EQ((*words)[1].column_at(3), 8U);
  EXPECT_EQ((*words)[1].column_at(4), 9U);
  EXPECT_EQ((*words)[1].from(3).column_at(0), 8U);
}

struct Refused {
  std::string line;
  std::size_t column;
  std::string message;
};

TEST(ShellWords, RefuseWhatOnlyAShellCanDo) {
  const std::vector<Refused> cases{
      {"a | b", 3, "the shell's business"}, {"a > b", 3, "the shell's business"},
      {"a; b", 2, "the shell's business"},  {"a $VPC", 3, "variables"},
      {"a \"${V}\"", 4, "variables"},       {"a $(date)", 3, "variables"},
      {"a `b`", 3, "the shell's business"}, {"a 'b", 3, "not closed"},
      {"a \"b", 3, "not closed"},
  };
  for (const Refused& refused : cases) {
    const auto words = split_words(refused.line);

    ASSERT_FALSE(words.has_value()) << refused.line;
    EXPECT_EQ(words.error().column, refused.column) << refused.line;
    EXPECT_THAT(words.error().message, HasSubstr(refused.message));
  }
}

TEST(ShellWords, OfAProgramsArgumentsAreTakenAsTheyAre) {
  const std::vector<ShellWord> words = words_of({"ec2", "it's", "$x"});

  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[1].text, "it's");
  EXPECT_EQ(words[2].column_at(0), 10U);
}

}  // namespace
}  // namespace vpclab::api
