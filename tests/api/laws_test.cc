// Laws of the codecs, over every action of the vocabulary.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "emulator/api/action.h"
#include "emulator/api/decode.h"
#include "emulator/api/generated/enums.h"
#include "emulator/api/generated/visit.h"
#include "tests/api/random_params.h"

namespace vpclab::api {
namespace {

TEST(EveryAction, ReadsBackWhatItWrites) {
  base::Rng rng(1, "tests/api/laws");
  RandomParams random(rng);
  for (const ActionModel& action : actions()) {
    for (int round = 0; round < 20; ++round) {
      const ParamMap params = random.of(action);

      const Decoded<Request> request = decode(action.name, params);

      ASSERT_TRUE(request.has_value()) << action.name << ": " << request.error().message;
      EXPECT_EQ(action_name(*request), action.name);
      EXPECT_EQ(to_params(*request), params) << action.name;
      const Decoded<Request> again = decode(action.name, to_params(*request));
      ASSERT_TRUE(again.has_value());
      EXPECT_EQ(*again, *request);
    }
  }
}

TEST(EveryAction, NoticesEachParameterThatIsTooMany) {
  base::Rng rng(2, "tests/api/laws");
  RandomParams random(rng);
  for (const ActionModel& action : actions()) {
    ParamMap params = random.of(action);
    params.set("Surplus.1", "x");

    const Decoded<Request> request = decode(action.name, params);

    ASSERT_FALSE(request.has_value());
    EXPECT_EQ(request.error(), unknown_parameter("Surplus.1")) << action.name;
  }
}

TEST(EveryAction, MissesEachRequiredParameter) {
  base::Rng rng(3, "tests/api/laws");
  RandomParams random(rng);
  for (const ActionModel& action : actions()) {
    for (const MemberModel& member : action.request->members) {
      if (!member.is_required) {
        continue;
      }
      ParamMap kept;
      const std::string name(member.query_name);
      for (const auto& [key, value] : random.of(action)) {
        if (key != name && !key.starts_with(name + ".")) {
          kept.set(key, value);
        }
      }

      const Decoded<Request> request = decode(action.name, kept);

      ASSERT_FALSE(request.has_value()) << action.name << " without " << name;
      EXPECT_EQ(request.error(), missing_parameter(name));
    }
  }
}

struct NameOfStructure {
  template <class T>
  std::string_view operator()(const T& /*request*/) const {
    return T::kModel.name;
  }
};

TEST(EveryAction, IsVisitedAsItself) {
  for (const ActionModel& action : actions()) {
    base::Rng rng(4, action.name);
    const Decoded<Request> request = decode(action.name, RandomParams(rng).of(action));

    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(visit(NameOfStructure{}, *request), std::string(action.name) + "Request");
  }
}

void expect_distinct_names(const StructureModel& model, std::set<std::string_view>& seen) {
  if (!seen.insert(model.name).second) {
    return;
  }
  std::set<std::string_view> names;
  std::set<std::string_view> xml_names;
  for (const MemberModel& member : model.members) {
    EXPECT_TRUE(names.insert(member.name).second) << model.name << "." << member.name;
    EXPECT_TRUE(xml_names.insert(member.xml_name).second) << model.name << "." << member.name;
    if (member.structure != nullptr) {
      expect_distinct_names(*member.structure, seen);
    }
  }
}

TEST(EveryStructure, HasDistinctMembers) {
  std::set<std::string_view> seen;
  for (const ActionModel& action : actions()) {
    expect_distinct_names(*action.request, seen);
    expect_distinct_names(*action.response, seen);
  }
  EXPECT_GT(seen.size(), 300U);
}

TEST(Enumerations, SpellTheStatesOfTheLifeCycles) {
  EXPECT_STREQ(vpc_state::kPending, "pending");
  EXPECT_STREQ(vpc_peering_connection_state_reason_code::kInitiatingRequest, "initiating-request");
  EXPECT_STREQ(route_state::kBlackhole, "blackhole");
  EXPECT_STREQ(instance_state_name::kShuttingDown, "shutting-down");
  EXPECT_TRUE(route_origin::kModel.contains("CreateRouteTable"));
  EXPECT_FALSE(route_origin::kModel.contains("createRouteTable"));
}

}  // namespace
}  // namespace vpclab::api
