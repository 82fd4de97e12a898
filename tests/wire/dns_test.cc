#include "netstack/wire/dns.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <tins/dns.h>

namespace vpclab::wire {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

DnsName name_of(std::string_view text) { return DnsName::parse(text).value(); }

DnsMessage question_for(std::string_view name, DnsType type) {
  DnsMessage message;
  message.id = 0x1234;
  message.recursion_desired = true;
  message.questions.push_back({name_of(name), type, kDnsInternet});
  return message;
}

DnsRecord address_record(std::string_view name, Ipv4Address address) {
  return {name_of(name), DnsType::kA, kDnsInternet, 60, address};
}

std::vector<std::uint8_t> bytes_of(std::initializer_list<int> values) {
  return {values.begin(), values.end()};
}

/// A header with these counts and nothing said.
std::vector<std::uint8_t> header(int questions, int answers, int additionals = 0) {
  return bytes_of({0, 1, 0, 0, 0, questions, 0, answers, 0, 0, 0, additionals});
}

void add(std::vector<std::uint8_t>& to, std::initializer_list<int> values) {
  to.insert(to.end(), values.begin(), values.end());
}

TEST(DnsName, ReadsWhatItWrites) {
  EXPECT_EQ(to_string(name_of("www.Example.com")), "www.Example.com.");
  EXPECT_EQ(to_string(name_of("www.Example.com.")), "www.Example.com.");
  EXPECT_EQ(to_string(name_of(".")), ".");
  EXPECT_EQ(to_string(name_of("a\\.b.c\\032d")), "a\\.b.c\\032d.");
  EXPECT_EQ(name_of("WWW.EXAMPLE.COM").folded(), "www.example.com");
}

TEST(DnsName, ComparesWithoutCase) {  // RFC 4343
  EXPECT_EQ(name_of("ip-10-1-2-3.EC2.internal"), name_of("IP-10-1-2-3.ec2.INTERNAL."));
  EXPECT_FALSE(name_of("a.b") == name_of("ab"));
}

TEST(DnsName, RefusesWhatIsNoName) {
  EXPECT_FALSE(DnsName::parse("").has_value());
  EXPECT_FALSE(DnsName::parse("a..b").has_value());
  EXPECT_FALSE(DnsName::parse(".a").has_value());
  EXPECT_FALSE(DnsName::parse("a\\").has_value());
  EXPECT_FALSE(DnsName::parse("a\\25").has_value());
  EXPECT_FALSE(DnsName::parse("a\\256").has_value());
  EXPECT_FALSE(DnsName::parse(std::string(64, 'a')).has_value());
  EXPECT_TRUE(DnsName::parse(std::string(63, 'a')).has_value());
}

TEST(DnsName, HoldsNoMoreThan255Octets) {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += std::string(63, 'a') + '.';
  }
  EXPECT_TRUE(DnsName::parse(text + std::string(61, 'a')).has_value());
  EXPECT_FALSE(DnsName::parse(text + std::string(62, 'a')).has_value());
}

TEST(DnsName, KnowsZonesAndReverseNames) {
  const DnsName name = DnsName::reverse_of(Ipv4Address::of(203, 0, 113, 25));

  EXPECT_EQ(to_string(name), "25.113.0.203.in-addr.arpa.");
  EXPECT_EQ(name.reversed_address(), Ipv4Address::of(203, 0, 113, 25));
  EXPECT_TRUE(name.is_within(name_of("in-addr.ARPA")));
  EXPECT_FALSE(name_of("xin-addr.arpa").is_within(name_of("in-addr.arpa")));
  EXPECT_EQ(name_of("256.0.0.10.in-addr.arpa").reversed_address(), std::nullopt);
  EXPECT_EQ(name_of("01.0.0.10.in-addr.arpa").reversed_address(), std::nullopt);
  EXPECT_EQ(name_of("1.0.0.in-addr.arpa").reversed_address(), std::nullopt);
}

TEST(DnsMessage, IsAsRfc1035WritesIt) {
  const DnsMessage message = question_for("ec2.internal", DnsType::kA);

  EXPECT_EQ(message.emit(),
            bytes_of({0x12, 0x34, 1,   0,   0,   1,   0,   0,   0,   0,   0, 0, 3, 'e', 'c',
                      '2',  8,    'i', 'n', 't', 'e', 'r', 'n', 'a', 'l', 0, 0, 1, 0,   1}));
}

TEST(DnsMessage, CompressesNames) {
  DnsMessage answer = answer_to(question_for("a.example.com", DnsType::kA), DnsRcode::kNoError);
  answer.answers.push_back(address_record("a.example.com", Ipv4Address::of(192, 0, 2, 1)));
  answer.answers.push_back(address_record("b.example.com", Ipv4Address::of(192, 0, 2, 2)));

  const std::vector<std::uint8_t> bytes = answer.emit();

  // The first answer's name is a pointer, the second's one label and a pointer.
  EXPECT_THAT(bytes, SizeIs(12 + (15 + 4) + (2 + 14) + (2 + 2 + 14)));
  EXPECT_EQ(DnsMessage::parse(bytes), answer);
}

TEST(DnsMessage, SaysThatItWasCut) {
  DnsMessage answer = answer_to(question_for("many.example", DnsType::kA), DnsRcode::kNoError);
  for (std::uint8_t i = 0; i < 100; ++i) {
    answer.answers.push_back(address_record("many.example", Ipv4Address::of(192, 0, 2, i)));
  }
  answer.edns = DnsEdns{1232, 0, 0, false};

  const auto cut = DnsMessage::parse(answer.emit(kDnsUdpSize));

  ASSERT_TRUE(cut.has_value());
  EXPECT_TRUE(cut->truncated);
  EXPECT_THAT(cut->answers, SizeIs((512 - 11 - 12 - 18) / 16));
  EXPECT_EQ(cut->edns, answer.edns);
  EXPECT_FALSE(DnsMessage::parse(answer.emit(4096))->truncated);
}

TEST(DnsMessage, RefusesNamesThatDoNotEnd) {
  std::vector<std::uint8_t> to_itself = header(1, 0);
  add(to_itself, {0xc0, 12, 0, 1, 0, 1});
  std::vector<std::uint8_t> forward = header(1, 0);
  add(forward, {0xc0, 14, 0, 1, 0, 1});
  std::vector<std::uint8_t> into_the_header = header(1, 0);
  add(into_the_header, {0xc0, 4, 0, 1, 0, 1});
  std::vector<std::uint8_t> reserved_kind = header(1, 0);
  add(reserved_kind, {0x41, 0, 0, 1, 0, 1});

  EXPECT_EQ(DnsMessage::parse(to_itself).error(), DnsError::kBadName);
  EXPECT_EQ(DnsMessage::parse(forward).error(), DnsError::kBadName);
  EXPECT_EQ(DnsMessage::parse(into_the_header).error(), DnsError::kBadName);
  EXPECT_EQ(DnsMessage::parse(reserved_kind).error(), DnsError::kBadName);
}

TEST(DnsMessage, RefusesWhatIsNoMessage) {
  const std::vector<std::uint8_t> whole = question_for("a.example", DnsType::kA).emit();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(DnsMessage::parse(Bytes(whole).first(size)).has_value()) << size;
  }
  std::vector<std::uint8_t> trailing = whole;
  trailing.push_back(0);
  EXPECT_EQ(DnsMessage::parse(trailing).error(), DnsError::kTrailing);
  std::vector<std::uint8_t> crowd = header(255, 255);
  EXPECT_EQ(DnsMessage::parse(crowd).error(), DnsError::kTooMany);
  std::vector<std::uint8_t> short_address = header(0, 1);
  add(short_address, {0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 3, 1, 2, 3});
  EXPECT_EQ(DnsMessage::parse(short_address).error(), DnsError::kBadData);
}

TEST(DnsMessage, ReadsEdnsOnce) {  // RFC 6891
  std::vector<std::uint8_t> once = header(0, 0, 1);
  add(once, {0, 0, 41, 4, 0xd0, 1, 2, 0x80, 0, 0, 4, 9, 9, 9, 9});
  std::vector<std::uint8_t> twice = header(0, 0, 2);
  add(twice, {0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0});

  const auto message = DnsMessage::parse(once);

  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->edns, (DnsEdns{1232, 1, 2, true}));
  EXPECT_TRUE(message->additionals.empty());
  EXPECT_EQ(DnsMessage::parse(twice).error(), DnsError::kSecondEdns);
}

TEST(DnsMessage, HasWordsForTypesAndCodes) {
  EXPECT_EQ(to_string(DnsType::kAaaa), "AAAA");
  EXPECT_EQ(to_string(DnsType{4711}), "TYPE4711");
  EXPECT_EQ(parse_dns_type("ptr"), DnsType::kPtr);
  EXPECT_EQ(parse_dns_type("type28"), DnsType::kAaaa);
  EXPECT_EQ(parse_dns_type("TYPE70000"), std::nullopt);
  EXPECT_EQ(to_string(DnsRcode{12}), "RESERVED12");
  EXPECT_EQ(parse_dns_rcode("nxdomain"), DnsRcode::kNxDomain);
  EXPECT_EQ(data_text({name_of("x"), DnsType::kTxt, 1, 0, bytes_of({1, 0xab})}), "\\# 2 01AB");
}

// --- libtins as a witness ------------------------------------------------------------------------

TEST(DnsMessage, IsReadByLibtinsAsItWasMeant) {
  DnsMessage answer =
      answer_to(question_for("ip-10-1-0-5.ec2.internal", DnsType::kA), DnsRcode::kNoError);
  answer.answers.push_back(
      address_record("ip-10-1-0-5.ec2.internal", Ipv4Address::of(10, 1, 0, 5)));
  answer.authorities.push_back(
      {name_of("ec2.internal"), DnsType::kNs, kDnsInternet, 60, name_of("ns.ec2.internal")});
  const std::vector<std::uint8_t> bytes = answer.emit();

  const Tins::DNS seen(bytes.data(), static_cast<std::uint32_t>(bytes.size()));

  EXPECT_EQ(seen.id(), 0x1234);
  EXPECT_EQ(seen.recursion_available(), 1);
  ASSERT_THAT(seen.queries(), SizeIs(1));
  EXPECT_EQ(seen.queries().front().dname(), "ip-10-1-0-5.ec2.internal");
  ASSERT_THAT(seen.answers(), SizeIs(1));
  EXPECT_EQ(seen.answers().front().data(), "10.1.0.5");
  EXPECT_EQ(seen.answers().front().ttl(), 60U);
  ASSERT_THAT(seen.authority(), SizeIs(1));
  EXPECT_EQ(seen.authority().front().data(), "ns.ec2.internal");
}

TEST(DnsMessage, ReadsWhatLibtinsWrites) {
  Tins::DNS theirs;
  theirs.id(9);
  theirs.type(Tins::DNS::RESPONSE);
  theirs.rcode(3);
  theirs.add_query({"dns.google", Tins::DNS::A, Tins::DNS::IN});
  theirs.add_answer({"dns.google", "8.8.8.8", Tins::DNS::A, Tins::DNS::IN, 60});
  theirs.add_answer({"8.8.8.8.in-addr.arpa", "dns.google", Tins::DNS::PTR, Tins::DNS::IN, 60});

  const auto message = DnsMessage::parse(theirs.serialize());

  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->rcode, DnsRcode::kNxDomain);
  EXPECT_THAT(message->answers,
              ElementsAre(address_record("dns.google", Ipv4Address::of(8, 8, 8, 8)),
                          DnsRecord{name_of("8.8.8.8.in-addr.arpa"), DnsType::kPtr, kDnsInternet,
                                    60, name_of("dns.google")}));
}

RC_GTEST_PROP(DnsMessage, ReadsBackWhatItWrote, ()) {
  DnsMessage message;
  message.id = *rc::gen::arbitrary<std::uint16_t>();
  message.is_response = *rc::gen::arbitrary<bool>();
  const auto count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    DnsName name;
    const auto labels = *rc::gen::inRange(0, 5);
    for (int j = 0; j < labels; ++j) {
      // Few octets, so that tails repeat and are compressed.
      const auto label = *rc::gen::nonEmpty(
          rc::gen::container<std::vector<std::uint8_t>>(rc::gen::element<std::uint8_t>('a', 'B')));
      static_cast<void>(name.append(Bytes(label).first(std::min<std::size_t>(label.size(), 63))));
    }
    message.answers.push_back({name, DnsType::kA, kDnsInternet, 60, Ipv4Address::of(10, 0, 0, 1)});
    message.answers.push_back({DnsName(), DnsType::kPtr, kDnsInternet, 1, name});
  }
  RC_ASSERT(DnsMessage::parse(message.emit()).value() == message);
}

}  // namespace
}  // namespace vpclab::wire
