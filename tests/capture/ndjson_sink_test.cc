#include "emulator/capture/ndjson_sink.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> lines_of_lab(const testing::LabNames& names = {}) {
  const testing::ScratchDirectory directory;
  NdjsonSink sink(Output::file(directory.file("x")).value(), names);
  testing::play_lab(sink);
  EXPECT_TRUE(sink.finish().has_value());
  std::istringstream text(testing::read_file(directory.file("x")));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line);
  }
  return lines;
}

TEST(NdjsonSink, WritesOneObjectPerEventAndNote) {
  const std::vector<std::string> lines = lines_of_lab();

  EXPECT_EQ(lines.size(), testing::kJourneyFrames + 3U);  // two consumed, one note
  for (const std::string& line : lines) {
    EXPECT_TRUE(Json::parse(line, nullptr, false).is_object()) << line;
  }
}

TEST(NdjsonSink, KeepsTheOrderOfItsKeys) {
  EXPECT_EQ(lines_of_lab().front(),
            R"({"time_ns":0,"event":"sent","tap":{"element":"eni-00000000aaaaaaaaa",)"
            R"("side":"guest","name":"instance-1"},"direction":"out","packet":1,)"
            R"("packet_summary":"ARP, Request who-has 10.1.0.1 tell 10.1.4.7, length 28",)"
            R"("length":42})");
  EXPECT_EQ(lines_of_lab(), lines_of_lab());
}

TEST(NdjsonSink, ExplainsADrop) {
  for (const std::string& line : lines_of_lab()) {
    const Json json = Json::parse(line);
    if (json.value("event", "") == "dropped") {
      EXPECT_EQ(json["reason"], "SG_INGRESS");
      EXPECT_EQ(json["code"], "ENI_SG_RULES_MISMATCH");
      EXPECT_FALSE(json["sentence"].get<std::string>().empty());
      EXPECT_EQ(json["steps"].at(0)["outcome"], "denied");
      EXPECT_EQ(json["steps"].at(0)["object"], "sg-bbbbbbbb");
      return;
    }
  }
  FAIL() << "no drop in the trace";
}

TEST(NdjsonSink, WritesNotesAndOutcomes) {
  bool noted = false;
  bool consumed = false;
  for (const std::string& line : lines_of_lab()) {
    const Json json = Json::parse(line);
    noted = noted || line == R"({"time_ns":1000000000,"note":"api",)"
                             R"("text":"AuthorizeSecurityGroupIngress sg-bbbbbbbb"})";
    consumed = consumed || json.value("outcome", "") == "echo-request";
  }
  EXPECT_TRUE(noted);
  EXPECT_TRUE(consumed);
}

TEST(NdjsonSink, StaysJsonWhateverANameHolds) {
  testing::LabNames names;
  names.names["eni-00000000aaaaaaaaa"] = "quote\" slash\\ line\n bad\xff";
  for (const std::string& line : lines_of_lab(names)) {
    EXPECT_TRUE(Json::parse(line, nullptr, false).is_object()) << line;
  }
}

TEST(NdjsonSink, TellsOfAFullDisk) {
  const testing::LabNames names;
  NdjsonSink sink(Output::file("/dev/full").value(), names);
  testing::play_lab(sink);

  EXPECT_FALSE(sink.finish().has_value());
}

}  // namespace
}  // namespace vpclab::capture
