// dig and the stub resolver against a server on the other end of a wire.
#include <array>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/dig.h"
#include "netstack/app/dig_options.h"
#include "netstack/app/dig_text.h"
#include "netstack/app/dns_server.h"
#include "netstack/app/stub_resolver.h"
#include "tests/app/wire_of_two.h"

namespace vpclab::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kBob;
using testing::Screen;
using testing::WireOfTwo;
using wire::DnsMessage;
using wire::DnsName;
using wire::DnsRcode;
using wire::DnsRecord;
using wire::DnsType;
using wire::Ipv4Address;

DnsName name_of(std::string_view text) { return DnsName::parse(text).value(); }

DnsRecord soa() {
  return {name_of("ec2.internal"), DnsType::kSoa, 1, 60,
          wire::DnsSoa{name_of("ns0.ec2.internal"), name_of("hostmaster.amazon.com"), 2012103100,
                       3600, 3600, 3600, 60}};
}

/// A server on bob that knows a few names, and what it was asked.
class Names {
 public:
  explicit Names(WireOfTwo& wires)
      : server_(wires.bob, [this](const wire::DnsQuestion& question) { return answer(question); }) {
    EXPECT_TRUE(server_.listen().has_value());
  }

  std::map<std::string, Ipv4Address> addresses{
      {"ec2-203-0-113-25.compute-1.amazonaws.com", Ipv4Address::of(10, 2, 4, 95)},
      {"www.example.com", Ipv4Address::of(10, 2, 4, 95)},
      {"bob.ec2.internal", kBob}};
  std::vector<std::string> asked;
  DnsRcode failure = DnsRcode::kNoError;

 private:
  DnsReply answer(const wire::DnsQuestion& question) {
    asked.push_back(question.name.folded());
    DnsReply reply;
    reply.rcode = failure;
    const auto found = addresses.find(question.name.folded());
    if (question.type == DnsType::kPtr) {
      reply.answers.push_back({question.name, DnsType::kPtr, 1, 60, name_of("dns.google")});
    } else if (found == addresses.end()) {
      reply.rcode = failure == DnsRcode::kNoError ? DnsRcode::kNxDomain : failure;
      reply.authorities.push_back(soa());
    } else if (question.type == DnsType::kA) {
      reply.answers.push_back({question.name, DnsType::kA, 1, 60, found->second});
    }
    return reply;
  }

  DnsServer server_;
};

std::vector<std::string> run_dig(WireOfTwo& wires, const std::vector<std::string>& words,
                                 int* exit_status = nullptr) {
  Screen screen;
  DigText text(screen.sink());
  auto options = parse_dig(words);
  EXPECT_TRUE(options.has_value()) << options.error().message;
  Dig dig(*options, {kBob}, &text);
  dig.start(wires.now, wires.alice);
  wires.run_until([&] { return !dig.is_running(); });
  if (exit_status != nullptr) {
    *exit_status = dig.exit_status();
  }
  return screen.output;
}

/// The lines without those that differ from run to run: the version, the id, the moment.
std::vector<std::string> stable(std::vector<std::string> lines) {
  for (std::string& line : lines) {
    if (line.starts_with("; <<>> DiG")) {
      line = "; <<>> DiG" + line.substr(line.find(" <<>>", 6));
    }
    if (const std::size_t id = line.find(", id: "); id != std::string::npos) {
      line.resize(id + 6);
    }
  }
  return lines;
}

TEST(Dig, PrintsAsBindDoes) {
  WireOfTwo wires;
  Names names(wires);

  // As BIND 9.18.49 printed it, but for its version.
  EXPECT_THAT(stable(run_dig(wires, {"@10.1.0.6", "ec2-203-0-113-25.compute-1.amazonaws.com"})),
              ElementsAre("", "; <<>> DiG <<>> @10.1.0.6 ec2-203-0-113-25.compute-1.amazonaws.com",
                          "; (1 server found)", ";; global options: +cmd",
                          ";; Got answer:", ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: ",
                          ";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1",
                          "", ";; OPT PSEUDOSECTION:", "; EDNS: version: 0, flags:; udp: 1232",
                          ";; QUESTION SECTION:", ";ec2-203-0-113-25.compute-1.amazonaws.com. IN A",
                          "", ";; ANSWER SECTION:",
                          "ec2-203-0-113-25.compute-1.amazonaws.com. 60 IN\tA 10.2.4.95", "",
                          ";; Query time: 1 msec", ";; SERVER: 10.1.0.6#53(10.1.0.6) (UDP)",
                          ";; WHEN: Mon Jan 01 00:00:00 UTC 2024", ";; MSG SIZE  rcvd: 85", ""));
}

TEST(Dig, PrintsSectionsInColumns) {
  WireOfTwo wires;
  Names names(wires);

  const std::vector<std::string> unknown = run_dig(wires, {"nobody.ec2.internal"});
  EXPECT_THAT(unknown, ::testing::Contains(";nobody.ec2.internal.\t\tIN\tA"));
  EXPECT_THAT(unknown, ::testing::Contains("ec2.internal.\t\t60\tIN\tSOA\tns0.ec2.internal. "
                                           "hostmaster.amazon.com. 2012103100 3600 3600 3600 60"));
  EXPECT_THAT(run_dig(wires, {"-x", "8.8.8.8"}),
              ::testing::Contains("8.8.8.8.in-addr.arpa.\t60\tIN\tPTR\tdns.google."));
  EXPECT_THAT(run_dig(wires, {"www.example.com"}),
              ::testing::Contains("www.example.com.\t60\tIN\tA\t10.2.4.95"));
}

TEST(Dig, IsShortWhenAsked) {
  WireOfTwo wires;
  Names names(wires);

  EXPECT_THAT(run_dig(wires, {"+short", "www.example.com"}), ElementsAre("10.2.4.95"));
  EXPECT_THAT(run_dig(wires, {"+short", "nobody.example.com"}), IsEmpty());
}

TEST(Dig, GivesUpAfterItsTries) {
  WireOfTwo wires;
  wires.fate = [](Bytes frame, bool) {
    return std::pair(frame.size() > 60 ? 0 : 1, Duration{});  // ARP alone passes
  };
  Names names(wires);
  int exit_status = 0;

  EXPECT_THAT(run_dig(wires, {"+time=1", "+tries=2", "+short", "a.example"}, &exit_status),
              ElementsAre(";; communications error to 10.1.0.6#53: timed out",
                          ";; communications error to 10.1.0.6#53: timed out",
                          ";; no servers could be reached"));
  EXPECT_EQ(exit_status, 9);
}

TEST(Dig, HearsThatNobodyListens) {
  WireOfTwo wires;
  int exit_status = 0;

  const std::vector<std::string> lines = run_dig(wires, {"+tries=1", "a.example"}, &exit_status);

  EXPECT_EQ(lines.front(), ";; communications error to 10.1.0.6#53: connection refused");
  EXPECT_EQ(lines.back(), ";; no servers could be reached");
  EXPECT_EQ(exit_status, 9);
}

TEST(DigOptions, AreReadAsBindReadsThem) {
  const auto options =
      parse_dig(std::vector<std::string>{"-p", "5353", "@192.0.2.1", "AAAA", "+norecurse",
                                         "+time=2", "+retry=0", "+noedns", "a.example"});

  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->question, (wire::DnsQuestion{name_of("a.example"), DnsType::kAaaa, 1}));
  EXPECT_EQ(options->server, Ipv4Address::of(192, 0, 2, 1));
  EXPECT_EQ(options->port, 5353);
  EXPECT_FALSE(options->recursion_desired);
  EXPECT_EQ(options->timeout, std::chrono::seconds(2));
  EXPECT_EQ(options->tries, 1U);
  EXPECT_EQ(options->edns_size, std::nullopt);
  EXPECT_EQ(parse_dig({})->question.type, DnsType::kNs);
}

TEST(DigOptions, RefusesWhatBindRefuses) {
  const auto fault_of = [](const std::vector<std::string>& words) {
    const auto options = parse_dig(words);
    return options ? std::string() : options.error().message;
  };

  EXPECT_EQ(fault_of({"+bogus", "a.b"}), "Invalid option: +bogus");
  EXPECT_EQ(fault_of({"@nonexistent.invalid", "a.b"}),
            "couldn't get address for 'nonexistent.invalid': not found");
  EXPECT_EQ(fault_of({"a..b"}), "'a..b' is not a legal name");
  EXPECT_EQ(fault_of({"-x", "10.1"}), "Invalid IP address 10.1");
  EXPECT_NE(fault_of({"+tcp", "a.b"}), "");
  EXPECT_NE(fault_of({"-p", "0", "a.b"}), "");
  EXPECT_NE(fault_of({"-z", "a.b"}), "");
  EXPECT_NE(fault_of({"a.b", "HINFOO"}), "");
  EXPECT_NE(fault_of({"-t", "HINFOO", "a.b"}), "");
}

HostLookup look_up(WireOfTwo& wires, StubResolver& resolver, std::string_view name) {
  std::optional<HostLookup> result;
  resolver.look_up(wires.now, wires.alice, name,
                   [&](SimTime, const HostLookup& found) { result = found; });
  wires.run_until([&] { return result.has_value(); });
  return *result;
}

TEST(StubResolver, GoesThroughTheSearchList) {
  WireOfTwo wires;
  Names names(wires);
  StubResolver resolver({{kBob}, {"corp.example", "ec2.internal"}});

  EXPECT_THAT(look_up(wires, resolver, "bob").addresses, ElementsAre(kBob));
  EXPECT_THAT(names.asked, ElementsAre("bob.corp.example", "bob.ec2.internal"));
  names.asked.clear();
  EXPECT_EQ(look_up(wires, resolver, "a.b").status, HostLookup::Status::kUnknown);
  EXPECT_THAT(names.asked, ElementsAre("a.b", "a.b.corp.example", "a.b.ec2.internal"));
  names.asked.clear();
  EXPECT_EQ(look_up(wires, resolver, "bob.").status, HostLookup::Status::kUnknown);
  EXPECT_THAT(names.asked, ElementsAre("bob"));
}

TEST(StubResolver, TellsWhyThereIsNoAddress) {
  WireOfTwo wires;
  Names names(wires);
  StubResolver resolver({{kBob}, {}});
  StubResolver nobody({{}, {}});

  EXPECT_EQ(failure_text(look_up(wires, resolver, "a.b").status), "Name or service not known");
  EXPECT_EQ(failure_text(look_up(wires, resolver, "a..b").status), "Name or service not known");
  names.failure = DnsRcode::kServFail;
  EXPECT_EQ(failure_text(look_up(wires, resolver, "a.b").status),
            "Temporary failure in name resolution");
  EXPECT_EQ(look_up(wires, nobody, "a.b").status, HostLookup::Status::kTryAgain);
}

TEST(StubResolver, AsksTheNextServerAfterFiveSeconds) {
  WireOfTwo wires;
  Names names(wires);
  const Ipv4Address silent = Ipv4Address::of(10, 1, 0, 7);
  StubResolver resolver({{silent, kBob}, {}});
  const SimTime begun = wires.now;

  EXPECT_TRUE(look_up(wires, resolver, "www.example.com").found());
  EXPECT_GE(wires.now - begun, std::chrono::seconds(3));  // ARP's own patience, or five seconds
  ASSERT_EQ(resolver.tries().size(), 2U);
  EXPECT_NE(resolver.tries()[0].outcome, DnsTry::Outcome::kAnswered);
  EXPECT_EQ(resolver.tries()[1].server, kBob);
}

TEST(StubResolver, IsIdleWhenItsHostHasStopped) {
  WireOfTwo wires;  // nobody answers
  wires.fate = [](Bytes frame, bool) {
    return std::pair(frame.size() > 60 ? 0 : 1, Duration{});  // ARP alone passes
  };
  Names names(wires);
  StubResolver resolver({{kBob}, {}});
  bool told = false;
  resolver.look_up(wires.now, wires.alice, "www.example.com",
                   [&told](SimTime, const HostLookup&) { told = true; });
  ASSERT_FALSE(resolver.is_idle());

  wires.alice.shut_down(wires.now);

  EXPECT_TRUE(resolver.is_idle());
  EXPECT_FALSE(told);
  wires.fate = nullptr;
  EXPECT_TRUE(look_up(wires, resolver, "www.example.com").found());  // when it is up again
}

TEST(StubResolver, FindsNamesOfAddresses) {
  WireOfTwo wires;
  Names names(wires);
  StubResolver resolver({{kBob}, {}});
  std::string name;
  resolver.look_up(wires.now, wires.alice, Ipv4Address::of(8, 8, 8, 8),
                   [&](SimTime, const HostLookup& found) { name = found.name; });
  wires.run_for(std::chrono::seconds(1));

  EXPECT_EQ(name, "dns.google");
  EXPECT_TRUE(resolver.is_idle());
}

TEST(DnsExchange, BelievesNobodyElse) {  // RFC 5452
  WireOfTwo wires;
  DnsReply forged;
  forged.answers.push_back({name_of("a.example"), DnsType::kA, 1, 60, kBob});
  // Answers with another id than it was asked with.
  socket::UdpSocket socket(wires.bob);
  ASSERT_TRUE(socket.bind(kBob, 53).has_value());
  Dig dig(*parse_dig(std::vector<std::string>{"+tries=1", "+time=1", "a.example"}), {kBob});
  dig.start(wires.now, wires.alice);
  wires.run_for(std::chrono::milliseconds(100));
  ASSERT_TRUE(socket.front().has_value());
  const auto query = DnsMessage::parse(socket.front()->data);
  DnsMessage answer = answer_to(*query, DnsRcode::kNoError);
  answer.id = static_cast<std::uint16_t>(query->id + 1);
  answer.answers = forged.answers;
  socket.send_to(wires.now, socket.front()->source, socket.front()->source_port, answer.emit());
  wires.run_for(std::chrono::seconds(2));

  EXPECT_EQ(dig.state(), Dig::State::kNoAnswer);
}

TEST(DnsServer, SaysWhatItCannotDo) {
  DnsMessage query;
  query.id = 5;
  query.opcode = 5;
  const DnsLookup nobody = [](const wire::DnsQuestion&) { return DnsReply{}; };
  const auto rcode_of = [&](const DnsMessage& asked) {
    return DnsMessage::parse(answer_dns(asked.emit(), nobody))->rcode;
  };

  EXPECT_EQ(rcode_of(query), DnsRcode::kNotImp);
  query.opcode = 0;
  EXPECT_EQ(rcode_of(query), DnsRcode::kFormErr);  // no question
  query.questions.push_back({name_of("version.bind"), DnsType::kTxt, 3});
  EXPECT_EQ(rcode_of(query), DnsRcode::kRefused);  // class CH
  query.edns = wire::DnsEdns{4096, 0, 1, false};
  EXPECT_EQ(DnsMessage::parse(answer_dns(query.emit(), nobody))->edns->extended_rcode, 1);
  query.is_response = true;
  EXPECT_THAT(answer_dns(query.emit(), nobody), IsEmpty());
  EXPECT_THAT(answer_dns(std::vector<std::uint8_t>{1, 2, 3}, nobody), IsEmpty());
}

/// RFC 9619: many questions that the answer would repeat make it no longer than a header.
TEST(DnsServer, AnswersSeveralQuestionsWithAHeaderAlone) {
  const DnsLookup nobody = [](const wire::DnsQuestion&) { return DnsReply{}; };
  for (const std::uint8_t opcode : std::array<std::uint8_t, 2>{0, 1}) {
    for (const bool has_edns : {false, true}) {
      DnsMessage query;
      query.opcode = opcode;
      query.questions.assign(1000, {name_of("www.example.com"), DnsType::kA, wire::kDnsInternet});
      if (has_edns) {
        query.edns = wire::DnsEdns{4096, 0, 1, false};
      }

      const std::vector<std::uint8_t> answer = answer_dns(query.emit(), nobody);

      EXPECT_EQ(answer.size(), DnsMessage::kHeaderSize);
      EXPECT_EQ(DnsMessage::parse(answer)->rcode, DnsRcode::kFormErr);
    }
  }
}

}  // namespace
}  // namespace vpclab::app
