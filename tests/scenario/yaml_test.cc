#include "emulator/scenario/yaml.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vpclab::scenario {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string faults_of(const std::string& text) {
  Diagnostics diagnostics;
  static_cast<void>(parse_yaml(text, diagnostics));
  return diagnostics.render(Source{"f", text});
}

TEST(Yaml, KnowsWhereEveryNodeStands) {
  Diagnostics diagnostics;

  const std::optional<Node> root = parse_yaml("a: 1\nb:\n  - xy\n  - {c: \"d\"}\n", diagnostics);

  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(diagnostics.empty());
  ASSERT_TRUE(root->is_mapping());
  const Node* list = root->find("b");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0].mark, (Mark{3, 5, 2}));
  EXPECT_TRUE(list->items[0].plain);
  const Node* quoted = list->items[1].find("c");
  ASSERT_NE(quoted, nullptr);
  EXPECT_EQ(quoted->mark, (Mark{4, 9, 3}));
  EXPECT_FALSE(quoted->plain);
}

TEST(Yaml, CountsColumnsInCharactersNotBytes) {
  Diagnostics diagnostics;

  const std::optional<Node> root = parse_yaml("\"\u00e9\u00e8\": x\n", diagnostics);

  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->entries[0].value.mark.column, 7U);
}

TEST(Yaml, PassesOverAByteOrderMark) {
  Diagnostics diagnostics;

  const std::optional<Node> root = parse_yaml("\xEF\xBB\xBFschema: 1\na: x\n", diagnostics);

  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(root->entries[0].key.text, "schema");
  EXPECT_EQ(root->entries[0].key.mark.column, 1U);
}

TEST(Yaml, TellsNothingFromAnEmptyText) {
  Diagnostics diagnostics;

  const std::optional<Node> root =
      parse_yaml("a:\nb: ~\nc: null\nd: \"\"\ne: 'null'\n", diagnostics);

  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(root->find("a")->is_null());
  EXPECT_TRUE(root->find("b")->is_null());
  EXPECT_TRUE(root->find("c")->is_null());
  EXPECT_FALSE(root->find("d")->is_null());
  EXPECT_FALSE(root->find("e")->is_null());
}

TEST(Yaml, RefusesWhatAScenarioDoesNotNeed) {
  EXPECT_THAT(faults_of("a: &x 1\n"), HasSubstr("f:1:4: error: anchors (&) are not allowed"));
  EXPECT_THAT(faults_of("a: *x\n"), HasSubstr("f:1:4: error: aliases (*) are not allowed"));
  EXPECT_THAT(faults_of("a: !!int 1\n"), HasSubstr("f:1:4: error: tags (!) are not allowed"));
  EXPECT_THAT(faults_of("a: 1\n---\nb: 2\n"),
              HasSubstr("f:2:1: error: a scenario is one document"));
  EXPECT_THAT(faults_of("{[a]: 1}\n"), HasSubstr("a key must be a text"));
  EXPECT_THAT(faults_of("a: 1\na: 2\n"), HasSubstr("f:2:1: error: the key 'a' stands here twice"));
  EXPECT_THAT(faults_of(""), HasSubstr("the file is empty"));
  EXPECT_THAT(faults_of("# only a comment\n"), HasSubstr("the file is empty"));
}

TEST(Yaml, ReportsSeveralFaultsAtOnce) {
  const std::string faults = faults_of("a: &x 1\nb: !!str 2\nb: 3\n");

  EXPECT_THAT(faults, HasSubstr("f:1:4"));
  EXPECT_THAT(faults, HasSubstr("f:2:4"));
  EXPECT_THAT(faults, HasSubstr("f:3:1"));
}

TEST(Yaml, RefusesBytesThatAreNoUtf8AndSaysWhere) {
  EXPECT_THAT(faults_of("a: x\nb: \xff\n"), HasSubstr("f:2:4: error: this is not UTF-8"));
  EXPECT_THAT(faults_of("\xc0\xaf"), HasSubstr("f:1:1: error: this is not UTF-8"));  // overlong
  EXPECT_THAT(faults_of("\xed\xa0\x80"),
              HasSubstr("f:1:1: error: this is not UTF-8"));                           // surrogate
  EXPECT_THAT(faults_of("\xf4\x90\x80\x80"), HasSubstr("this is not UTF-8"));          // too high
  EXPECT_THAT(faults_of("ab\xe2\x82"), HasSubstr("f:1:3: error: this is not UTF-8"));  // cut off
}

TEST(Yaml, RefusesControlCharactersAndPrintsNone) {
  const std::string faults = faults_of("a: \x1b[31mred\n");

  EXPECT_THAT(faults, HasSubstr("f:1:4: error: this is not YAML: control characters"));
  EXPECT_EQ(faults.find('\x1b'), std::string::npos);
}

TEST(Yaml, GivesAHintWhereTabsIndent) {
  EXPECT_THAT(faults_of("a:\n\tb: 1\n"), HasSubstr("hint: indent with spaces, not tabs"));
}

TEST(Yaml, HasLimitsForDepthSizeAndNumber) {
  const std::string deep(kMaxYamlDepth + 1, '[');
  EXPECT_THAT(faults_of(deep), HasSubstr("nested deeper than"));

  std::string many = "[";
  for (std::size_t i = 0; i <= kMaxYamlNodes; ++i) {
    many += "a,";
  }
  EXPECT_THAT(faults_of(many + "]"), HasSubstr("holds more than"));

  EXPECT_THAT(faults_of(std::string(kMaxYamlBytes + 1, ' ')), HasSubstr("larger than"));
}

TEST(Yaml, TakesLessThanASecondForHostileTexts) {
  const std::string repeated[] = {
      std::string(100'000, '['),           std::string(100'000, '{'),   std::string(1'000'000, '-'),
      std::string(1'000'000, '?'),         std::string(1'000'000, '&'), std::string(1'000'000, '!'),
      std::string(1'000'000, '\n'),        std::string(1'000'000, ':'), std::string(1'000'000, '"'),
      std::string(1'000'000, ' ') + "a: 1"};
  for (const std::string& text : repeated) {
    const auto begin = std::chrono::steady_clock::now();
    Diagnostics diagnostics;
    static_cast<void>(parse_yaml(text, diagnostics));
    const auto taken = std::chrono::steady_clock::now() - begin;

    EXPECT_LT(taken, std::chrono::seconds(5)) << text.substr(0, 1);  // generous: busy machines
  }
}

TEST(Diagnostics, AreSortedAndCappedAndCounted) {
  Diagnostics diagnostics;
  for (std::uint32_t line = 100; line > 0; --line) {
    diagnostics.add(Mark{line, 1, 1}, "fault");
  }

  EXPECT_EQ(diagnostics.count(), 100U);
  EXPECT_EQ(diagnostics.sorted().size(), Diagnostics::kMaxShown);
  EXPECT_EQ(diagnostics.sorted().front().mark.line, 51U);
  EXPECT_THAT(diagnostics.render(Source{"f", ""}), HasSubstr("f: error: and 50 more"));
}

TEST(Diagnostics, PointAtThePlaceInTheSourceLine) {
  Diagnostics diagnostics;
  diagnostics.add(Diagnostic{Mark{2, 4, 3}, "InvalidVpc.Range", "The CIDR 'x' is invalid.", "so"});

  EXPECT_EQ(diagnostics.render(Source{"f", "first\nab cde\n"}),
            "f:2:4: error: InvalidVpc.Range: The CIDR 'x' is invalid. (hint: so)\n"
            "  2 | ab cde\n"
            "    |    ^~~\n");
}

TEST(Diagnostics, CutLongLinesAroundTheFault) {
  Diagnostics diagnostics;
  diagnostics.add(Mark{1, 500, 4}, "here");
  const std::string line = std::string(499, 'a') + "FAUL" + std::string(499, 'b');

  const std::string text = diagnostics.render(Source{"f", line});

  EXPECT_THAT(text, HasSubstr("FAUL"));
  EXPECT_LT(text.size(), 400U);
}

TEST(Diagnostics, SayTheSameThingOnlyOnce) {
  Diagnostics diagnostics;
  diagnostics.add(Mark{1, 1, 1}, "fault");
  diagnostics.add(Mark{1, 1, 1}, "fault");

  EXPECT_EQ(diagnostics.sorted().size(), 1U);
}

TEST(Diagnostics, AreEmptyForAGoodText) { EXPECT_THAT(faults_of("a: 1\n"), IsEmpty()); }

}  // namespace
}  // namespace vpclab::scenario
