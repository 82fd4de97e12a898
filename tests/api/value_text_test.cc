// The two notations of structured parameters on a command line: JSON and the AWS CLI's shorthand.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/json_value.h"
#include "emulator/api/shorthand.h"

namespace vpclab::api {
namespace {

using ::testing::HasSubstr;

ShellWord word_of(const std::string& text) { return words_of({text}).front(); }

/// A compact form of the tree, for comparison.
std::string show(const Value& value) {
  std::string text;
  switch (value.type) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kScalar:
      return "<" + value.text + ">";
    case Value::Type::kList:
      for (const Value& item : value.items) {
        text += (text.empty() ? "" : " ") + show(item);
      }
      return "[" + text + "]";
    case Value::Type::kMap:
      for (const Value::Entry& entry : value.entries) {
        text += (text.empty() ? "" : " ") + entry.key + ":" + show(entry.value);
      }
      return "{" + text + "}";
  }
  return {};
}

std::string shorthand(const std::string& text) {
  const auto value = parse_shorthand(word_of(text));
  return value ? show(*value) : "error at " + to_string(value.error());
}

std::string json(const std::string& text) {
  const auto value = parse_json(word_of(text));
  return value ? show(*value) : "error at " + to_string(value.error());
}

TEST(Shorthand, IsKeysAndValues) {
  EXPECT_EQ(shorthand("Name=vpc-id,Values=a"), "{Name:<vpc-id> Values:<a>}");
  EXPECT_EQ(shorthand("Values=a,b,Name=c"), "{Values:[<a> <b>] Name:<c>}");
  EXPECT_EQ(shorthand("Key=Name,Value="), "{Key:<Name> Value:<>}");
  EXPECT_EQ(shorthand("a = b , c = d"), "{a:<b> c:<d>}");
  EXPECT_EQ(shorthand("Values=x=y,z"), "{Values:[<x=y> <z>]}");
}

TEST(Shorthand, NestsListsAndStructures) {
  EXPECT_EQ(shorthand("IpProtocol=icmp,IpRanges=[{CidrIp=10.1.0.0/16},{CidrIp=10.2.0.0/16}]"),
            "{IpProtocol:<icmp> IpRanges:[{CidrIp:<10.1.0.0/16>} {CidrIp:<10.2.0.0/16>}]}");
  EXPECT_EQ(shorthand("a={b=c,d=[e,f]},g=[],h={}"), "{a:{b:<c> d:[<e> <f>]} g:[] h:{}}");
}

TEST(Shorthand, HasQuotesAndEscapes) {
  EXPECT_EQ(shorthand(R"(a="b,c",d='e "f"')"), R"({a:<b,c> d:<e "f">})");
  EXPECT_EQ(shorthand(R"(a=b\,c,d=e)"), "{a:<b,c> d:<e>}");
  EXPECT_EQ(shorthand(R"(a="b\"c\\")"), R"({a:<b"c\>})");
}

TEST(Shorthand, SaysWhereItBreaks) {
  EXPECT_THAT(shorthand("a"), HasSubstr("error at 2: expected '=' here, at the end"));
  EXPECT_THAT(shorthand("a=[b"), HasSubstr("error at 5: expected ','"));
  EXPECT_THAT(shorthand("a=b,a=c"), HasSubstr("error at 5: the key 'a' occurs twice"));
  EXPECT_THAT(shorthand("a='b"), HasSubstr("error at 3: this quote is not closed"));
  EXPECT_THAT(shorthand("a=b,"), HasSubstr("expected a value after ','"));
  EXPECT_THAT(shorthand("a=b]"), HasSubstr("expected ','"));
  EXPECT_THAT(shorthand("a=" + std::string(10'000, '[')), HasSubstr("too deeply"));
}

TEST(Json, IsReadAsWritten) {
  EXPECT_EQ(json(R"( {"a": [1, -2.5e3, true, null, "b"], "c": {}} )"),
            "{a:[<1> <-2.5e3> <true> null <b>] c:{}}");
  EXPECT_EQ(json(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800")"),
            "<\"\\/\b\f\n\r\té😀\xef\xbf\xbd>");
  EXPECT_EQ(json(R"({"a": 1, "b": 2, "a": 3})"), "{b:<2> a:<3>}");
}

TEST(Json, SaysWhereItBreaks) {
  EXPECT_THAT(json("{"), HasSubstr("error at 2: invalid JSON: expected a member name"));
  EXPECT_THAT(json(R"({"a" 1})"), HasSubstr("error at 6: invalid JSON: expected ':'"));
  EXPECT_THAT(json("[1 2]"), HasSubstr("error at 4: invalid JSON: expected ',' or ']'"));
  EXPECT_THAT(json("[01]"), HasSubstr("error at 2: invalid JSON: expected a JSON value"));
  EXPECT_THAT(json("[1] x"), HasSubstr("error at 5: invalid JSON: nothing may follow"));
  EXPECT_THAT(json("[\"a]"), HasSubstr("error at 2: invalid JSON: this JSON string is not closed"));
  EXPECT_THAT(json(R"(["\x"])"), HasSubstr("unknown escape"));
  EXPECT_THAT(json(R"(["\u12g4"])"), HasSubstr("four hexadecimal digits"));
  EXPECT_THAT(json("{a:1}"), HasSubstr("a member name in \"quotes\""));
  EXPECT_THAT(json("[tru]"), HasSubstr("expected a JSON value"));
  EXPECT_THAT(json(std::string(10'000, '[')), HasSubstr("too deeply"));
}

}  // namespace
}  // namespace vpclab::api
