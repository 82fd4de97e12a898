// The schema and the loader know the same keys; editors get the same file as `vpclab schema`
// prints.
#include "emulator/scenario/schema.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "emulator/api/action.h"
#include "emulator/scenario/load.h"
#include "tests/scenario/golden.h"

namespace vpclab::scenario {
namespace {

using Json = nlohmann::json;

/// The object among the alternatives of a definition.
const Json& object_of(const Json& definition) {
  if (definition.contains("anyOf")) {
    for (const Json& alternative : definition["anyOf"]) {
      if (alternative.contains("properties")) {
        return alternative;
      }
    }
  }
  return definition;
}

TEST(Schema, HasTheLoadersKeys) {
  const Json schema = Json::parse(schema_text());
  for (const KeyTable& table : key_tables()) {
    const std::string name(table.name);
    ASSERT_TRUE(schema["definitions"].contains(name)) << name;
    const Json& object = object_of(schema["definitions"][name]);
    std::set<std::string> known;
    for (const auto& [key, value] : object["properties"].items()) {
      known.insert(key);
    }
    if (name == "step") {
      for (const api::ActionModel& action : api::actions()) {
        std::string key(action.cli_name);
        std::replace(key.begin(), key.end(), '-', '_');
        EXPECT_EQ(known.erase(key), 1U) << key;
      }
    }
    EXPECT_EQ(known, std::set<std::string>(table.keys.begin(), table.keys.end())) << name;
    const Json required = object.value("required", Json::array());
    EXPECT_EQ(required.get<std::set<std::string>>(),
              std::set<std::string>(table.required.begin(), table.required.end()))
        << name;
  }
}

TEST(Schema, StandsInTheRepositoryForEditors) {
  expect_golden(schema_text(), std::string(VPCLAB_SOURCE_DIR) + "/scenarios/vpclab.schema.json");
}

}  // namespace
}  // namespace vpclab::scenario
