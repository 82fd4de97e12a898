#include "emulator/scenario/schema.h"

#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "emulator/api/action.h"
#include "emulator/scenario/load.h"
#include "emulator/scenario/parameters.h"
#include "emulator/scenario/schema_resource.h"
#include "emulator/scenario/settings.h"
#include "emulator/trace/drop_reason.h"

namespace vpclab::scenario {
namespace {

using Json = nlohmann::ordered_json;

Json reference(const std::string& definition) {
  return Json{{"$ref", "#/definitions/" + definition}};
}

/// One of the verbs, and one only.
void want_one_of(Json& definition, const std::vector<std::string_view>& verbs) {
  for (const std::string_view verb : verbs) {
    definition["oneOf"].push_back(Json{{"required", Json::array({verb})}});
  }
}

/// Every supported EC2 action is a key of a step, and a step does one thing.
void add_actions(Json& step) {
  want_one_of(step, own_step_verbs());
  for (const api::ActionModel& action : api::actions()) {
    const std::string key = step_key_of(action.cli_name);
    step["properties"][key] = reference("action");
    want_one_of(step, {key});
  }
}

void add_reasons(Json& loss) {
  std::string pattern = "^((request|reply) +)?([a-z][a-z-]+";
  for (const trace::DropReason reason : trace::all_drop_reasons()) {
    pattern += '|' + std::string(to_string(reason));
  }
  loss["pattern"] = pattern + ")( +at +[^ :]+(:[^ ]+)?)?$";
}

void add_settings(Json& scenario) {
  Json& quotas = scenario["properties"]["quotas"]["anyOf"][1];
  for (const std::string_view name : quota_names()) {
    Json& quota = quotas["properties"][std::string(name)];
    quota = Json{{"type", "integer"}, {"minimum", 0}};
    if (const std::uint32_t most = most_of_quota(name).value_or(0); most < 0x7fffffff) {
      quota["maximum"] = most;
    }
  }
  quotas["additionalProperties"] = false;
  Json& knobs = scenario["properties"]["knobs"];
  for (const std::string_view name : knob_names()) {
    knobs["properties"][std::string(name)] = reference("text");
  }
  knobs["additionalProperties"] = false;
}

}  // namespace

std::string schema_text() {
  Json schema = Json::parse(kSchemaResource);
  Json& definitions = schema["definitions"];
  add_actions(definitions["step"]);
  want_one_of(definitions["check"], check_verbs());
  add_reasons(definitions["loss"]);
  add_settings(definitions["scenario"]);
  return schema.dump(2) + '\n';
}

}  // namespace vpclab::scenario
