// Command lines, read and complained about as the real programs do.
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/ping_options.h"
#include "netstack/app/traceroute_options.h"

namespace vpclab::app {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  return words;
}

TEST(PingOptions, AreIputilsDefaults) {
  const auto command = parse_ping(words_of("10.2.4.95"));
  ASSERT_TRUE(command);
  EXPECT_EQ(command->destination, "10.2.4.95");
  EXPECT_FALSE(command->options.count);
  EXPECT_EQ(command->options.interval, 1s);
  EXPECT_EQ(command->options.size, 56u);
  EXPECT_FALSE(command->options.ttl);
  EXPECT_FALSE(command->options.deadline);
  EXPECT_EQ(command->options.linger, 10s);
  EXPECT_EQ(command->options.discovery, host::PathMtuDiscovery::kWant);
}

TEST(PingOptions, AreReadInEverySpelling) {
  for (const char* line :
       {"-c 3 -i 0.2 -s 100 -t 9 -w 7 -W 1.5 -M do -p ff0 -I eth0 -q -n 10.2.4.95",
        "10.2.4.95 -qnc3 -i.2 -s100 -t9 -w7 -W1.5 -Mdo -pff0 -Ieth0",
        "-c3 -i 0.2 -s 100 -t 9 10.2.4.95 -w 7 -W 1.5 -M do -p ff0 -I eth0 -4q",
        "-q -c +3 -i 0.2 -s 100 -t 9 -w 7 -W 1.5 -M do -p ff0 -I eth0 -- 10.2.4.95"}) {
    SCOPED_TRACE(line);
    const auto command = parse_ping(words_of(line));
    ASSERT_TRUE(command) << command.error().message;
    const PingOptions& options = command->options;
    EXPECT_EQ(command->destination, "10.2.4.95");
    EXPECT_EQ(options.count, 3u);
    EXPECT_EQ(options.interval, 200ms);
    EXPECT_EQ(options.size, 100u);
    EXPECT_EQ(options.ttl, 9);
    EXPECT_EQ(options.deadline, Duration(7s));
    EXPECT_EQ(options.linger, 1500ms);
    EXPECT_EQ(options.discovery, host::PathMtuDiscovery::kDo);
    EXPECT_THAT(options.pattern, ::testing::ElementsAre(0xff, 0x00));
    EXPECT_EQ(options.source, "eth0");
    EXPECT_TRUE(options.quiet);
  }
}

TEST(PingOptions, SayTheIdentifier) {
  EXPECT_EQ(parse_ping(words_of("-e 7 x"))->options.identifier, 7);
  EXPECT_EQ(parse_ping(words_of("-e65535 x"))->options.identifier, 65535);
  EXPECT_EQ(parse_ping(words_of("-e 65536 x")).error().message,
            "ping: invalid argument: '65536': out of range: 0 <= value <= 65535");
}

TEST(PingOptions, CutIntervalsToMilliseconds) {  // as iputils does
  EXPECT_EQ(parse_ping(words_of("-i 0.0019 x"))->options.interval, 1ms);
  EXPECT_EQ(parse_ping(words_of("-i 0.0001 x"))->options.interval, 0ms);
}

TEST(PingOptions, AreRefusedInThePingsOwnWords) {
  struct Row {
    const char* line;
    const char* message;
    std::size_t word;
    int exit_status;
  };

  const Row rows[] = {
      {"", "ping: usage error: Destination address required", 0, 1},
      {"-c 3", "ping: usage error: Destination address required", 2, 1},
      {"-c abc x", "ping: invalid argument: 'abc'", 1, 1},
      {"-c 0 x", "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807", 1,
       1},
      {"-q -t256 x", "ping: invalid argument: '256': out of range: 0 <= value <= 255", 1, 1},
      {"-s -1 x", "ping: invalid argument: '-1': out of range: 0 <= value <= 2147483647", 1, 1},
      {"-s 2147483648 x",
       "ping: invalid argument: '2147483648': out of range: 0 <= value <= 2147483647", 1, 1},
      {"-c 9223372036854775808 x",
       "ping: invalid argument: '9223372036854775808': Numerical result out of range", 1, 1},
      {"-t -99999999999999999999 x",
       "ping: invalid argument: '-99999999999999999999': Numerical result out of range", 1, 1},
      {"-s 1e3 x", "ping: invalid argument: '1e3'", 1, 1},
      {"-w 0.5 x", "ping: invalid argument: '0.5'", 1, 1},
      {"-w 2147483648 x",
       "ping: invalid argument: '2147483648': out of range: 0 <= value <= 2147483647", 1, 1},
      {"-W -1 x", "ping: bad linger time: -1", 1, 2},
      {"-W 99999999 x", "ping: bad linger time: 99999999", 1, 2},
      {"-W 2147483.648 x", "ping: bad linger time: 2147483.648", 1, 2},
      {"-W 1e30 x", "ping: bad linger time: 1e30", 1, 2},
      {"-i 99999999999999999999 x", "ping: bad timing interval: 99999999999999999999", 1, 2},
      {"-i 2147484 x", "ping: bad timing interval: 2147484", 1, 2},
      {"-i abc x", "ping: option argument contains garbage: abc", 1, 2},
      {"-i 1,5 x", "ping: option argument contains garbage: 1,5", 1, 2},
      {"-i -1 x", "ping: bad timing interval: -1", 1, 2},
      {"-M foo x", "ping: invalid -M argument: foo", 1, 2},
      {"-p zz x", "ping: patterns must be specified as hex digits: zz", 1, 2},
      {"-p ffg x", "ping: patterns must be specified as hex digits: g", 1, 2},
      {"x -c", "ping: option requires an argument -- 'c'", 1, 2},
      {"-Z x", "ping: invalid option -- 'Z'", 0, 2},
      {"x -qf", "ping: option '-f' is not supported here", 1, 2},
      {"--count 3 x", "ping: unrecognized option '--count'", 0, 2},
      {"x y", "ping: source routing through 'x' is not supported here: give one destination", 1, 2},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.line);
    const auto command = parse_ping(words_of(row.line));
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().message, row.message);
    EXPECT_EQ(command.error().word, row.word);
    EXPECT_EQ(command.error().exit_status, row.exit_status);
  }
}

TEST(PingOptions, AreTakenUpToTheRealProgramsLimits) {
  const auto most = parse_ping(words_of(
      "-c 9223372036854775807 -i 2147483.646 -s 65507 -t 255 -w 2147483647 -W 2147483.647 x"));
  ASSERT_TRUE(most) << most.error().message;
  EXPECT_EQ(most->options.count, std::uint64_t{INT64_MAX});
  EXPECT_EQ(most->options.interval, 2'147'483'646ms);
  EXPECT_EQ(most->options.deadline, Duration(2'147'483'647s));
  EXPECT_EQ(most->options.linger, 2'147'483'647ms);
  EXPECT_THAT(most->warnings, ::testing::IsEmpty());
  EXPECT_EQ(parse_ping(words_of("-W 1e3 x"))->options.linger, 1000s);
}

TEST(PingOptions, WarnOfDataThatNoDatagramHolds) {  // the real program starts, too
  const auto command = parse_ping(words_of("-c 1 -s 65508 x"));
  ASSERT_TRUE(command);
  EXPECT_EQ(command->options.size, 65'508u);
  ASSERT_EQ(command->warnings.size(), 1u);
  EXPECT_EQ(command->warnings[0].message,
            "no IPv4 datagram holds 65508 bytes of a ping's data, the most is 65507: ping starts, "
            "and sends nothing");
  EXPECT_EQ(command->warnings[0].word, 3u);
}

TEST(TracerouteOptions, AreTheRealProgramsDefaults) {
  const auto command = parse_traceroute(words_of("10.2.4.95"));
  ASSERT_TRUE(command);
  const TracerouteOptions& options = command->options;
  EXPECT_EQ(options.method, TracerouteMethod::kDefault);
  EXPECT_EQ(options.first_hop, 1);
  EXPECT_EQ(options.max_hops, 30);
  EXPECT_EQ(options.queries, 3);
  EXPECT_EQ(options.simultaneous, 16);
  EXPECT_EQ(options.wait_max, 5s);
  EXPECT_EQ(options.packet_size, 60);
}

TEST(TracerouteOptions, AreReadInEverySpelling) {
  for (const char* line :
       {"-I -n -m 4 -q 2 -w 1.5,2,3 -N 8 -f 2 -p 7 -s 10.1.0.5 -t 16 10.2.4.95 100",
        "-nI -m4 -q2 -w1.5,2,3 -N8 -f2 -p7 -s10.1.0.5 -t16 10.2.4.95 100",
        "10.2.4.95 --icmp -n --max-hops=4 --queries 2 --wait=1.5,2,3 --sim-queries=8 --first=2 "
        "--port=7 --source=10.1.0.5 --tos 16 100"}) {
    SCOPED_TRACE(line);
    const auto command = parse_traceroute(words_of(line));
    ASSERT_TRUE(command) << command.error().message;
    const TracerouteOptions& options = command->options;
    EXPECT_EQ(command->destination, "10.2.4.95");
    EXPECT_EQ(options.method, TracerouteMethod::kIcmp);
    EXPECT_TRUE(options.numeric);
    EXPECT_EQ(options.max_hops, 4);
    EXPECT_EQ(options.queries, 2);
    EXPECT_EQ(options.wait_max, 1500ms);
    EXPECT_EQ(options.wait_here_thousandths, 2000u);
    EXPECT_EQ(options.wait_near_thousandths, 3000u);
    EXPECT_EQ(options.simultaneous, 8);
    EXPECT_EQ(options.first_hop, 2);
    EXPECT_EQ(options.port, 7);
    EXPECT_EQ(options.source, wire::Ipv4Address::of(10, 1, 0, 5));
    EXPECT_EQ(options.tos, 16);
    EXPECT_EQ(options.packet_size, 100);
  }
}

TEST(TracerouteOptions, SwitchFactorsOffThatAreNotGiven) {
  const TracerouteOptions options = parse_traceroute(words_of("-w 2 x"))->options;
  EXPECT_EQ(options.wait_max, 2s);
  EXPECT_EQ(options.wait_here_thousandths, 0u);
  EXPECT_EQ(options.wait_near_thousandths, 0u);
}

TEST(TracerouteOptions, KeepAPacketBigEnoughForItsHeaders) {
  EXPECT_EQ(parse_traceroute(words_of("x 20"))->options.packet_size, 28);
  EXPECT_EQ(parse_traceroute(words_of("x 65000"))->options.packet_size, 65000);
}

TEST(TracerouteOptions, AreNumbersAsCWritesThem) {
  const auto command = parse_traceroute(words_of("-m 0x10 -q 03 -p +80 -f 010 x 0100"));
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->options.max_hops, 16);
  EXPECT_EQ(command->options.queries, 3);
  EXPECT_EQ(command->options.port, 80);
  EXPECT_EQ(command->options.first_hop, 8);
  EXPECT_EQ(command->options.packet_size, 64);
  for (const char* line : {"-q 0x x", "-q 09 x", "-q 1e30 x", "-q - x", "-m 0x1g x"}) {
    EXPECT_FALSE(parse_traceroute(words_of(line))) << line;
  }
}

TEST(TracerouteOptions, WarnWhereTheRealProgramTakesAnotherNumber) {
  const auto command = parse_traceroute(words_of("-p 99999 -t 256 x"));
  ASSERT_TRUE(command);
  EXPECT_EQ(command->options.port, 99'999 - 65'536);
  EXPECT_EQ(command->options.tos, 0);
  ASSERT_EQ(command->warnings.size(), 2u);
  EXPECT_EQ(command->warnings[0].message,
            "port 99999 is out of range, at most 65535: traceroute takes it as 34463");
  EXPECT_EQ(command->warnings[1].message,
            "tos 256 is out of range, at most 255: traceroute takes it as 0");
  EXPECT_EQ(command->warnings[1].word, 3u);
  EXPECT_THAT(parse_traceroute(words_of("-p 65535 -t 255 x"))->warnings, ::testing::IsEmpty());
}

TEST(TracerouteOptions, AreRefusedInTheProgramsOwnWords) {
  struct Row {
    const char* line;
    const char* message;
    std::size_t word;
  };

  const Row rows[] = {
      {"-n", "Specify \"host\" missing argument.", 1},
      {"-n -q 11 x", "no more than 10 probes per hop", 2},
      {"-q 0 x", "no more than 10 probes per hop", 1},
      {"-q 99999999999999999999 x", "no more than 10 probes per hop", 1},
      {"-m 300 x", "max hops cannot be more than 255", 1},
      {"-m -1 x", "max hops cannot be more than 255", 1},
      {"-m 99999999999999999999 x", "max hops cannot be more than 255", 1},
      {"-f 99999999999999999999 x", "first hop out of range", 1},
      {"-m 0 x", "first hop out of range", 1},
      {"-n -f 5 -m 3 x", "first hop out of range", 4},
      {"-n -m abc x", "Cannot handle `-m' option with arg `abc' (argc 3)", 2},
      {"-n -w abc x", "Cannot handle `-w' option with arg `abc' (argc 3)", 2},
      {"-w 1,2,3,4 x", "Cannot handle `-w' option with arg `1,2,3,4' (argc 2)", 1},
      {"-w 1,,4 x", "Cannot handle `-w' option with arg `1,,4' (argc 2)", 1},
      {"-w 86401 x",
       "Cannot handle `-w' option with arg `86401' (argc 2): too large, at most 86400 here", 1},
      {"-w 1e30 x",
       "Cannot handle `-w' option with arg `1e30' (argc 2): too large, at most 86400 here", 1},
      {"-n -w -1 x", "bad wait specifications `-1,0,0' used", 2},
      {"-s foo x", "Cannot handle `-s' option with arg `foo' (argc 2)", 1},
      {"-w", "Option `-w' (argc 1) requires an argument: `-w MAX,HERE,NEAR'", 0},
      {"-n -m", "Option `-m' (argc 2) requires an argument: `-m max_ttl'", 1},
      {"-n -Z x", "Bad option `-Z' (argc 2)", 1},
      {"-n --foo x", "Bad option `--foo' (argc 2)", 1},
      {"-T x", "Option `-T' is not supported here (argc 1)", 0},
      {"-n x foo", "Cannot handle \"packetlen\" cmdline arg `foo' on position 2 (argc 3)", 2},
      {"-n x 65001", "too big packetlen 65001 specified", 2},
      {"x 99999999999999999999", "too big packetlen 99999999999999999999 specified", 1},
      {"x 60 foo", "Extra arg `foo' (position 3, argc 3)", 2},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.line);
    const auto command = parse_traceroute(words_of(row.line));
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().message, row.message);
    EXPECT_EQ(command.error().word, row.word);
    EXPECT_EQ(command.error().exit_status, 2);
  }
}

TEST(Arguments, ReadSecondsExactly) {
  EXPECT_EQ(parse_seconds("1.5"), Duration(1500ms));
  EXPECT_EQ(parse_seconds(".000000001"), Duration(1ns));
  EXPECT_EQ(parse_seconds("0.0000000019"), Duration(1ns));
  EXPECT_EQ(parse_seconds("2."), Duration(2s));
  EXPECT_EQ(parse_seconds("-0.5"), Duration(-500ms));
  EXPECT_EQ(parse_seconds("1e3"), Duration(1000s));
  EXPECT_EQ(parse_seconds("-1.5E-3"), Duration(-1500us));
  for (const char* text : {"99999999999999", "999999999999999999999999", "1e30", "1e999"}) {
    EXPECT_EQ(parse_seconds(text), Duration(100 * 365 * 24h)) << text;
  }
  EXPECT_EQ(parse_seconds("1e-999"), Duration(0));
  for (const char* text : {"", ".", "-", "1s", " 1", "1 ", "1e", "e3", "1e3s", "0x1", "--1"}) {
    EXPECT_EQ(parse_seconds(text), std::nullopt) << text;
  }
}

TEST(Arguments, TellIntegersThatDoNotFitFromOtherTexts) {
  for (const char* text : {"0", "-1", "+1", "99999999999999999999", "-99999999999999999999"}) {
    EXPECT_TRUE(is_integer(text)) << text;
  }
  for (const char* text : {"", "+", "-", "1.0", "1e3", "0x10", "1 "}) {
    EXPECT_FALSE(is_integer(text)) << text;
  }
}

TEST(Arguments, ReadIntegersExactly) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("+12"), 12);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  for (const char* text : {"", "+", "-", "+-1", "1.0", "9223372036854775808", "0x10", "1 "}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace vpclab::app
