// Ids, timestamps, base64, errors, replies: the small parts of the vocabulary.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/api_error.h"
#include "emulator/api/base64.h"
#include "emulator/api/encode.h"
#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/api/ids.h"
#include "emulator/api/reply.h"
#include "emulator/api/timestamp.h"

namespace vpclab::api {
namespace {

TEST(ResourceId, ReadsEveryKindInBothLengths) {  // API-2
  for (auto kind = ResourceKind::kVpc; kind <= ResourceKind::kInternetHost;
       kind = static_cast<ResourceKind>(static_cast<std::uint8_t>(kind) + 1)) {
    for (const std::string digits : {"aaaabbbb", "0123456789abcdef0"}) {
      const std::string text = std::string(prefix_of(kind)) + digits;

      const Result<ResourceId> id = ResourceId::parse(text);

      ASSERT_TRUE(id.has_value()) << text;
      EXPECT_EQ(id->kind(), kind);
      EXPECT_EQ(id->text(), text);
    }
  }
}

TEST(ResourceId, RefusesWhatIsNoId) {  // API-2
  for (const std::string_view text :
       {"", "vpc", "vpc-", "vpc-1234567", "vpc-123456789", "vpc-ABCDEFAB", "xyz-aaaabbbb",
        "aaaabbbb", "-aaaabbbb", "vpc-aaaabbbb-"}) {
    EXPECT_FALSE(ResourceId::parse(text).has_value()) << text;
  }
}

TEST(Timestamp, HasEc2sFormAndTheClis) {
  const Timestamp new_year{1'704'067'200'000};

  EXPECT_EQ(to_string(new_year), "2024-01-01T00:00:00.000Z");
  EXPECT_EQ(to_cli_string(new_year), "2024-01-01T00:00:00+00:00");
  EXPECT_EQ(to_cli_string(Timestamp{1'704'067'200'042}), "2024-01-01T00:00:00.042000+00:00");
  EXPECT_EQ(to_string(Timestamp{951'782'399'999}), "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(to_string(Timestamp{951'782'400'000}), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(to_string(Timestamp{-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Timestamp, ReadsIso8601) {
  EXPECT_EQ(parse_timestamp("2024-01-01T00:00:00Z"), (Timestamp{1'704'067'200'000}));
  EXPECT_EQ(parse_timestamp("2024-01-01"), (Timestamp{1'704'067'200'000}));
  EXPECT_EQ(parse_timestamp("2024-01-01T00:00:00"), (Timestamp{1'704'067'200'000}));
  EXPECT_EQ(parse_timestamp("2024-01-01T01:30:00.5+01:30"), (Timestamp{1'704'067'200'500}));
  EXPECT_EQ(parse_timestamp("2023-12-31T19:00-05:00"), (Timestamp{1'704'067'200'000}));
  for (const std::string_view text :
       {"", "2024", "2024-13-01", "2024-02-30", "2023-02-29", "2024-01-01T24:00:00Z",
        "2024-01-01T00:60Z", "2024-01-01T00:00:00.Z", "2024-01-01 00:00:00", "2024-01-01T00:00Zx",
        "1969-12-31", "2024-1-1", "2024-01-01T00:00:00+1"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(Timestamp, ReadsBackWhatItWrites) {
  for (std::int64_t day = 0; day < 60'000; day += 13) {
    const Timestamp timestamp{day * 86'400'000 + day * 1'000 + day % 1'000};
    EXPECT_EQ(parse_timestamp(to_string(timestamp)), timestamp);
    EXPECT_EQ(parse_timestamp(to_cli_string(timestamp)), timestamp);
  }
}

TEST(Base64, IsThatOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"},
                                                                 {"\xff\xfe", "//4="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "=Zg=", "Zm 9", "Zm-_"}) {
    EXPECT_FALSE(from_base64(text).has_value()) << text;
  }
}

TEST(ApiError, PrintsAsTheAwsCliDoes) {  // API-1
  const ApiError error{std::string(code::kInvalidVpcIDNotFound),
                       "The vpc ID 'vpc-1' does not exist"};

  EXPECT_EQ(cli_message(error, "DescribeVpcs"),
            "An error occurred (InvalidVpcID.NotFound) when calling the DescribeVpcs operation: "
            "The vpc ID 'vpc-1' does not exist");
}

TEST(ApiError, HasTheGenericSentences) {  // API-3, API-4
  EXPECT_EQ(missing_parameter("VpcId"),
            (ApiError{"MissingParameter", "The request must contain the parameter VpcId"}));
  EXPECT_EQ(unknown_parameter("X"),
            (ApiError{"UnknownParameter", "The parameter X is not recognized"}));
  EXPECT_EQ(invalid_parameter_value("cidrBlock", "x", "This is not a valid CIDR block."),
            (ApiError{"InvalidParameterValue",
                      "Value (x) for parameter cidrBlock is invalid. This is not a valid CIDR "
                      "block."}));
  EXPECT_EQ(dry_run_operation(),
            (ApiError{"DryRunOperation", "Request would have succeeded, but DryRun flag is set."}));
  EXPECT_EQ(unsupported_operation("CreateNatGateway").code, "UnsupportedOperation");
}

TEST(ApiError, SpellsNotFoundWithIDAndMalformedWithId) {  // API-7
  EXPECT_EQ(code::kInvalidVpcPeeringConnectionIDNotFound, "InvalidVpcPeeringConnectionID.NotFound");
  EXPECT_EQ(code::kInvalidVpcPeeringConnectionIdMalformed,
            "InvalidVpcPeeringConnectionId.Malformed");
}

TEST(Reply, HoldsAResponse) {
  Reply reply = CreateVpcResponse{.vpc = Vpc{.vpc_id = "vpc-1"}};

  ASSERT_TRUE(reply.has_value());
  EXPECT_FALSE(reply->is_deferred());
  EXPECT_EQ(reply->as<CreateVpcResponse>().vpc->vpc_id, "vpc-1");
}

TEST(Reply, HoldsAnError) {
  const Reply reply = refuse(code::kVpcLimitExceeded, "too many");

  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, "VpcLimitExceeded");
}

TEST(Reply, BuildsADeferredResponseOnceAtTheFirstLook) {
  int built = 0;
  Reply reply = Answer::deferred([&built] {
    ++built;
    return RunInstancesResponse{.reservation_id = "r-1"};
  });

  ASSERT_TRUE(reply->is_deferred());
  EXPECT_EQ(built, 0);
  EXPECT_EQ(reply->as<RunInstancesResponse>().reservation_id, "r-1");
  EXPECT_EQ(reply->as<RunInstancesResponse>().reservation_id, "r-1");
  EXPECT_EQ(built, 1);
}

TEST(Envelope, IsAValue) {
  const Request first = CreateVpcRequest{.cidr_block = "10.0.0.0/16"};
  Request second = first;

  EXPECT_EQ(first, second);
  second.get<CreateVpcRequest>().cidr_block = "10.1.0.0/16";
  EXPECT_NE(first, second);
  EXPECT_EQ(first.get<CreateVpcRequest>().cidr_block, "10.0.0.0/16");
  second = DeleteVpcRequest{.vpc_id = "vpc-1"};
  EXPECT_EQ(second.action(), Action::kDeleteVpc);
  EXPECT_TRUE(second.holds<DeleteVpcRequest>());
  EXPECT_EQ(second.get_if<CreateVpcRequest>(), nullptr);
  EXPECT_NE(first, second);
}

TEST(EnvelopeDeathTest, KnowsWhatItDoesNotHold) {
  const Request request = DeleteVpcRequest{};

  EXPECT_DEATH(static_cast<void>(request.get<CreateVpcRequest>()), "another action's structure");
}

/// Notes each event of an encoding.
class EventSink final : public ValueSink {
 public:
  std::string events;

  void begin_structure() override { events += "{"; }

  void end_structure() override { events += "}"; }

  void begin_list() override { events += "["; }

  void end_list() override { events += "]"; }

  void key(const MemberModel& member) override {
    events += std::string(member.name) + "/" + std::string(member.xml_name) + ":";
  }

  void string(std::string_view value, Kind /*kind*/) override {
    events += "'" + std::string(value) + "'";
  }

  void integer(std::int64_t value) override { events += std::to_string(value); }

  void boolean(bool value) override { events += value ? "T" : "F"; }

  void timestamp(Timestamp value) override { events += to_string(value); }
};

TEST(Encode, TellsASinkTheTree) {
  EventSink sink;

  encode(Response(DescribeVpcsResponse{.vpcs = {Vpc{.vpc_id = "vpc-1",
                                                    .is_default = false,
                                                    .tags = {Tag{.key = "a", .value = "b"}}}}}),
         sink);

  EXPECT_EQ(sink.events,
            "{Vpcs/vpcSet:[{VpcId/vpcId:'vpc-1'IsDefault/isDefault:F"
            "Tags/tagSet:[{Key/key:'a'Value/value:'b'}]}]}");
}

}  // namespace
}  // namespace vpclab::api
