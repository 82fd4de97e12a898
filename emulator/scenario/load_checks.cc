// The section `checks:`: what must have happened, or must be seen by a probe of the check's own.
#include "emulator/scenario/load_checks.h"

#include <algorithm>
#include <array>

#include "emulator/api/action.h"
#include "emulator/scenario/load.h"
#include "emulator/scenario/parameters.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostChecks = 2'000;

/// A check while it is read.
struct CheckKeys {
  Check check;
  std::optional<Text> name;
  std::optional<Text> as;
  const Node* expect = nullptr;
};

constexpr std::array<LoaderField<CheckKeys>, 6> kCheckFields{{
    {"name", false, &store<&CheckKeys::name, CheckKeys>},
    {"at", false,
     [](Loader& loader, const Node& node, CheckKeys& keys) {
       keys.check.at = loader.reader().duration(node);
     }},
    {"as", false, &store<&CheckKeys::as, CheckKeys>},
    {"points", false,
     [](Loader& loader, const Node& node, CheckKeys& keys) {
       if (const auto points = loader.reader().integer(node, 0, 1'000'000)) {
         keys.check.points = static_cast<std::uint32_t>(points->value);
       }
     }},
    {"hint", false,
     [](Loader& loader, const Node& node, CheckKeys& keys) {
       if (std::optional<Text> hint = loader.reader().text(node)) {
         keys.check.hint = std::move(hint->value);
       }
     }},
    {"expect", true,
     [](Loader& /*loader*/, const Node& node, CheckKeys& keys) { keys.expect = &node; }},
}};

// --- States
// ---------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 9> kPeeringStates{"initiating-request",
                                                         "pending-acceptance",
                                                         "provisioning",
                                                         "active",
                                                         "rejected",
                                                         "expired",
                                                         "failed",
                                                         "deleting",
                                                         "deleted"};
constexpr std::array<std::string_view, 3> kRouteStates{"active", "blackhole", "none"};
constexpr std::array<std::string_view, 6> kInstanceStates{"pending", "running",       "stopping",
                                                          "stopped", "shutting-down", "terminated"};

constexpr std::array<LoaderField<RouteCheck>, 2> kRouteFields{{
    {"table", true, &store<&RouteCheck::table, RouteCheck>},
    {"destination", true, &store<&RouteCheck::destination, RouteCheck>},
}};

constexpr std::array<LoaderField<RouteCheck>, 2> kRouteExpectFields{{
    {"state", true,
     [](Loader& loader, const Node& node, RouteCheck& check) {
       check.state = loader.reader().word(node, kRouteStates);
     }},
    {"target", false, &store<&RouteCheck::target, RouteCheck>},
}};

constexpr std::array<LoaderField<InstanceCheck>, 3> kInstanceExpectFields{{
    {"state", false,
     [](Loader& loader, const Node& node, InstanceCheck& check) {
       check.state = loader.reader().word(node, kInstanceStates);
     }},
    {"public_ip", false, &store<&InstanceCheck::public_ip, InstanceCheck>},
    {"private_ip", false, &store<&InstanceCheck::private_ip, InstanceCheck>},
}};

// --- One verb each
// --------------------------------------------------------------------------------

void read_ping_check(Loader& loader, const Node& node, CheckKeys& keys) {
  PingCheck check;
  if (node.is_scalar()) {
    Text name;
    loader.set(node, name);
    check.subject = std::move(name);
  } else if (std::optional<PingStep> ping = read_ping(loader, node, std::nullopt)) {
    check.subject = std::move(*ping);
  }
  read_expectation(loader, *keys.expect, check.expect);
  keys.check.what = std::move(check);
}

/// Some checks say nothing where they expect nothing in particular.
void refuse_empty(Loader& loader, const Node& expect) {
  if (expect.is_null() || (expect.is_mapping() && expect.entries.empty())) {
    loader.reader().complain(expect.mark, "the check expects nothing");
  }
}

void read_traceroute_check(Loader& loader, const Node& node, CheckKeys& keys) {
  refuse_empty(loader, *keys.expect);
  TracerouteCheck check;
  if (node.is_scalar()) {
    Text name;
    loader.set(node, name);
    check.subject = std::move(name);
  } else if (std::optional<TracerouteStep> trace = read_traceroute(loader, node, std::nullopt)) {
    check.subject = std::move(*trace);
  }
  read_expectation(loader, *keys.expect, check.expect);
  keys.check.what = std::move(check);
}

void read_dig_check(Loader& loader, const Node& node, CheckKeys& keys) {
  refuse_empty(loader, *keys.expect);
  DigCheck check;
  if (node.is_scalar()) {
    Text name;
    loader.set(node, name);
    check.subject = std::move(name);
  } else if (std::optional<DigStep> dig = read_dig(loader, node, std::nullopt)) {
    check.subject = std::move(*dig);
  }
  read_expectation(loader, *keys.expect, check.expect);
  keys.check.what = std::move(check);
}

constexpr std::array<LoaderField<MetadataCheck>, 2> kMetadataFields{{
    {"instance", true, &store<&MetadataCheck::instance, MetadataCheck>},
    {"path", true, &store<&MetadataCheck::path, MetadataCheck>},
}};

void read_metadata_check(Loader& loader, const Node& node, CheckKeys& keys) {
  MetadataCheck check;
  read_mapping(loader, node, node.mark, "metadata", kMetadataFields, check);
  loader.set(*keys.expect, check.value);
  keys.check.what = std::move(check);
}

void read_step_check(Loader& loader, const Node& node, CheckKeys& keys) {
  StepCheck check;
  loader.set(node, check.step);
  read_expectation(loader, *keys.expect, check.expect);
  keys.check.what = std::move(check);
}

void read_api_check(Loader& loader, const Node& node, CheckKeys& keys) {
  ApiCheck check;
  check.as = keys.as;
  read_expectation(loader, *keys.expect, check.expect);
  if (node.is_scalar()) {
    CliStep line;
    loader.set(node, line.line);
    check.call = std::move(line);
  } else if (node.is_mapping() && node.entries.size() == 1) {
    const NodeEntry& entry = node.entries[0];
    std::string cli_name = entry.key.text;
    std::replace(cli_name.begin(), cli_name.end(), '_', '-');
    if (const api::ActionModel* action = api::find_cli_action(cli_name)) {
      check.call = ApiStep{std::string(action->name), entry.key.mark, to_parameters(entry.value)};
    } else {
      loader.reader().complain(entry.key.mark,
                               "unknown action '" + printable(entry.key.text, 64) + "'",
                               "an EC2 action such as describe_route_tables");
    }
  } else {
    loader.reader().complain(node.mark, "expected one EC2 action",
                             "`api: {describe_vpcs: {}}`, or an AWS CLI line");
  }
  keys.check.what = std::move(check);
}

void read_peering_check(Loader& loader, const Node& node, CheckKeys& keys) {
  PeeringCheck check;
  loader.set(node, check.peering);
  if (std::optional<Text> status = loader.reader().word(*keys.expect, kPeeringStates)) {
    check.status = std::move(*status);
  }
  keys.check.what = std::move(check);
}

void read_route_check(Loader& loader, const Node& node, CheckKeys& keys) {
  RouteCheck check;
  read_mapping(loader, node, node.mark, "route", kRouteFields, check);
  read_mapping(loader, *keys.expect, keys.expect->mark, "expect", kRouteExpectFields, check,
               "state");
  keys.check.what = std::move(check);
}

void read_instance_check(Loader& loader, const Node& node, CheckKeys& keys) {
  InstanceCheck check;
  refuse_empty(loader, *keys.expect);
  loader.set(node, check.instance);
  read_mapping(loader, *keys.expect, keys.expect->mark, "expect", kInstanceExpectFields, check,
               "state");
  keys.check.what = std::move(check);
}

struct CheckVerb {
  std::string_view key;
  void (*read)(Loader& loader, const Node& node, CheckKeys& keys);
};

constexpr std::array<CheckVerb, 9> kVerbs{{
    {"ping", &read_ping_check},
    {"traceroute", &read_traceroute_check},
    {"dig", &read_dig_check},
    {"step", &read_step_check},
    {"api", &read_api_check},
    {"peering", &read_peering_check},
    {"route", &read_route_check},
    {"instance", &read_instance_check},
    {"metadata", &read_metadata_check},
}};

std::vector<std::string_view> all_check_keys() {
  std::vector<std::string_view> keys = keys_of(kVerbs);
  for (const LoaderField<CheckKeys>& field : kCheckFields) {
    keys.push_back(field.key);
  }
  return keys;
}

const CheckVerb* verb_of(std::string_view key) {
  const auto* found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                   [key](const CheckVerb& verb) { return verb.key == key; });
  return found == kVerbs.end() ? nullptr : found;
}

/// The fields of a check, and the entry that holds its verb; null after a complaint.
const NodeEntry* read_fields(Loader& loader, const Node& node, CheckKeys& keys) {
  const NodeEntry* verb = nullptr;
  for (const NodeEntry& entry : node.entries) {
    const auto* field = std::find_if(
        kCheckFields.begin(), kCheckFields.end(),
        [&entry](const LoaderField<CheckKeys>& known) { return known.key == entry.key.text; });
    if (field != kCheckFields.end()) {
      field->read(loader, entry.value, keys);
    } else if (verb_of(entry.key.text) == nullptr) {
      loader.reader().complain_unknown(entry.key.mark,
                                       "unknown key '" + printable(entry.key.text) + "' in a check",
                                       entry.key.text, all_check_keys());
    } else if (verb != nullptr) {
      loader.reader().complain(entry.key.mark, "a check looks at one thing, and this one has '" +
                                                   verb->key.text + "' already");
    } else {
      verb = &entry;
    }
  }
  if (verb == nullptr) {
    loader.reader().complain(node.mark, "the check looks at nothing",
                             "ping, traceroute, dig, step, api, peering, route, instance or "
                             "metadata");
  } else if (keys.expect == nullptr) {
    loader.reader().complain(node.mark, "the check expects nothing", "add `expect: …`");
    verb = nullptr;
  }
  return verb;
}

/// "ping lab", for a check without a name.
std::string default_name(const NodeEntry& verb) {
  if (verb.value.is_scalar()) {
    return verb.key.text + " " + printable(verb.value.text, 60);
  }
  const auto value_of = [&verb](std::string_view key) {
    const Node* node = verb.value.find(key);
    return node == nullptr ? std::string() : printable(node->text, 40);
  };
  if (verb.key.text == "route") {
    return "route " + value_of("table") + " " + value_of("destination");
  }
  if (verb.key.text == "api" && verb.value.entries.size() == 1) {
    return verb.value.entries[0].key.text;
  }
  if (verb.key.text == "metadata") {
    return "metadata " + value_of("instance") + " " + value_of("path");
  }
  if (verb.key.text == "dig" && value_of("line").empty()) {
    return "dig " + value_of("from") + " " + value_of("query");
  }
  const std::string target = value_of("to").empty() ? value_of("line") : value_of("to");
  return verb.key.text + " " + value_of("from") + " -> " + target;
}

Check read_check(Loader& loader, const Node& node) {
  CheckKeys keys;
  keys.check.mark = node.mark;
  const std::size_t faults = loader.reader().diagnostics().count();
  if (loader.reader().expect_mapping(node, "a check")) {
    if (const NodeEntry* verb = read_fields(loader, node, keys)) {
      keys.check.mark = verb->key.mark;
      keys.check.name = keys.name.has_value() ? keys.name->value : default_name(*verb);
      verb_of(verb->key.text)->read(loader, verb->value, keys);
    }
  }
  if (keys.as.has_value() && !std::holds_alternative<ApiCheck>(keys.check.what)) {
    loader.reader().complain(keys.as->mark, "'as' goes with `api:` checks only");
  }
  keys.check.broken = loader.reader().diagnostics().count() != faults;
  return std::move(keys.check);
}

}  // namespace

void load_checks(Loader& loader, const Node& node) {
  if (node.is_null() || !loader.reader().expect_sequence(node, "checks")) {
    return;
  }
  if (node.items.size() > kMostChecks) {
    loader.reader().complain(node.mark, "at most " + std::to_string(kMostChecks) + " checks");
    return;
  }
  for (const Node& item : node.items) {
    loader.scenario().checks.push_back(read_check(loader, item));
  }
}

std::vector<std::string_view> check_verbs() { return keys_of(kVerbs); }

void list_check_keys(std::vector<KeyTable>& tables) {
  KeyTable check = key_table("check", kCheckFields);
  for (const CheckVerb& verb : kVerbs) {
    check.keys.push_back(verb.key);
  }
  tables.push_back(std::move(check));
  list_expectation_keys(tables);
  tables.push_back(key_table("metadata", kMetadataFields));
  tables.push_back(key_table("route", kRouteFields));
  tables.push_back(key_table("route_expectation", kRouteExpectFields));
  tables.push_back(key_table("instance_expectation", kInstanceExpectFields));
}

}  // namespace vpclab::scenario
