// The section `checks:`: what must have happened, or must be seen by a probe of the check's own.
#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/api/action.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/outcome.h"
#include "emulator/scenario/parameters.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/host/host_outcome.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostChecks = 2'000;
constexpr std::uint32_t kMostSequence = 1'000'000;

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

// --- What was lost, and why ----------------------------------------------------------------------

std::vector<std::string_view> all_reasons() {
  std::vector<std::string_view> reasons;
  for (const trace::DropReason reason : trace::all_drop_reasons()) {
    reasons.push_back(to_string(reason));
  }
  for (const host::HostOutcome outcome : host::all_host_outcomes()) {
    reasons.push_back(to_string(outcome));
  }
  reasons.push_back(kMessageTooLong);
  reasons.push_back(kInFlight);
  return reasons;
}

/// `[request|reply] REASON [at NAME]`.
bool parse_loss(Loader& loader, const Node& node, ExpectedLoss& loss) {
  const std::optional<Text> text = loader.reader().text(node);
  if (!text.has_value()) {
    return false;
  }
  std::vector<Word> words = split_words(text->value);
  if (!words.empty() && (words[0].text == "request" || words[0].text == "reply")) {
    loss.packet = words[0].text == "request" ? LostPacket::kRequest : LostPacket::kReply;
    words.erase(words.begin());
  }
  if (words.size() == 3 && words[1].text == "at") {
    loss.at = Text{std::string(words[2].text),
                   Loader::part_of(node, words[2].offset, words[2].text.size())};
    words.resize(1);
  }
  if (words.size() != 1) {
    loader.reader().complain(node.mark, "expected why the probes are lost",
                             "`SG_INGRESS`, `reply NO_ROUTE` or `request NACL_INGRESS at NAME`");
    return false;
  }
  const std::vector<std::string_view> reasons = all_reasons();
  if (std::find(reasons.begin(), reasons.end(), words[0].text) == reasons.end()) {
    loader.reader().complain_unknown(
        Loader::part_of(node, words[0].offset, words[0].text.size()),
        "'" + printable(words[0].text, 40) + "' is no reason to lose a packet", words[0].text,
        reasons);
    return false;
  }
  loss.reason = words[0].text;
  return true;
}

/// `5` or `1-4`.
bool parse_range(std::string_view text, Range& range) {
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.least);
  auto last = first;
  range.most = range.least;
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '-') {
    last = std::from_chars(first.ptr + 1, end, range.most);
  }
  return last.ec == std::errc{} && last.ptr == end && !text.empty() && range.least <= range.most &&
         range.most <= kMostSequence;
}

/// `all`, `5` or `1-4`.
bool read_sequences(Loader& loader, const Node& key, ExpectedLoss& loss) {
  if (key.text != "all" && (!parse_range(key.text, loss.sequences) || loss.sequences.least == 0)) {
    loader.reader().complain(key.mark,
                             "expected sequence numbers, found '" + printable(key.text, 24) + "'",
                             "such as 5, 1-4 or all");
    return false;
  }
  return true;
}

std::vector<ExpectedLoss> read_lost(Loader& loader, const Node& node) {
  std::vector<ExpectedLoss> lost;
  if (!node.is_mapping()) {
    ExpectedLoss loss;
    loss.mark = node.mark;
    if (parse_loss(loader, node, loss)) {
      lost.push_back(std::move(loss));
    }
    return lost;
  }
  for (const NodeEntry& entry : node.entries) {
    ExpectedLoss loss;
    loss.mark = entry.key.mark;
    if (read_sequences(loader, entry.key, loss) && parse_loss(loader, entry.value, loss)) {
      lost.push_back(std::move(loss));
    }
  }
  return lost;
}

void read_received(Loader& loader, const Node& node, PingExpectation& expect) {
  Range range;
  if (!node.is_scalar() || !parse_range(node.text, range)) {
    loader.reader().complain(node.mark, "expected how many are answered", "such as 6, or 90-100");
    return;
  }
  expect.received = Located<Range>{range, node.mark};
}

constexpr std::array<LoaderField<PingExpectation>, 5> kPingExpectFields{{
    {"received", false, &read_received},
    {"lost", false,
     [](Loader& loader, const Node& node, PingExpectation& expect) {
       expect.lost = read_lost(loader, node);
     }},
    {"ttl", false,
     [](Loader& loader, const Node& node, PingExpectation& expect) {
       if (const auto ttl = loader.reader().integer(node, 1, 255)) {
         expect.ttl = Located<std::uint32_t>{static_cast<std::uint32_t>(ttl->value), ttl->mark};
       }
     }},
    {"from", false, &store<&PingExpectation::from, PingExpectation>},
    {"output", false, &store<&PingExpectation::output, PingExpectation>},
}};

constexpr std::array<LoaderField<TracerouteExpectation>, 4> kTracerouteExpectFields{{
    {"hops", false,
     [](Loader& loader, const Node& node, TracerouteExpectation& expect) {
       expect.hops = loader.reader().texts(node);
     }},
    {"reached", false, &store<&TracerouteExpectation::reached, TracerouteExpectation>},
    {"lost", false,
     [](Loader& loader, const Node& node, TracerouteExpectation& expect) {
       expect.lost = read_lost(loader, node);
     }},
    {"output", false, &store<&TracerouteExpectation::output, TracerouteExpectation>},
}};

// --- Answers of calls
// ------------------------------------------------------------------------------

/// `error:` and `message:`, and every other key is a path into the response.
ApiExpectation read_api_expectation(Loader& loader, const Node& node) {
  ApiExpectation expect;
  if (!loader.reader().expect_mapping(node, "expect")) {
    return expect;
  }
  for (const NodeEntry& entry : node.entries) {
    if (entry.key.text == "error") {
      loader.set(entry.value, expect.error);
    } else if (entry.key.text == "message") {
      loader.set(entry.value, expect.message);
    } else {
      expect.values.push_back(
          ValueExpectation{Text{entry.key.text, entry.key.mark}, to_parameters(entry.value)});
    }
  }
  return expect;
}

// --- States
// ----------------------------------------------------------------------------------------

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
// ---------------------------------------------------------------------------------

void read_ping_check(Loader& loader, const Node& node, CheckKeys& keys) {
  PingCheck check;
  if (node.is_scalar()) {
    Text name;
    loader.set(node, name);
    check.subject = std::move(name);
  } else if (std::optional<PingStep> ping = read_ping(loader, node, std::nullopt)) {
    check.subject = std::move(*ping);
  }
  read_mapping(loader, *keys.expect, keys.expect->mark, "expect", kPingExpectFields, check.expect);
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
  read_mapping(loader, *keys.expect, keys.expect->mark, "expect", kTracerouteExpectFields,
               check.expect);
  keys.check.what = std::move(check);
}

void read_step_check(Loader& loader, const Node& node, CheckKeys& keys) {
  StepCheck check;
  loader.set(node, check.step);
  check.expect = read_api_expectation(loader, *keys.expect);
  keys.check.what = std::move(check);
}

void read_api_check(Loader& loader, const Node& node, CheckKeys& keys) {
  ApiCheck check;
  check.as = keys.as;
  check.expect = read_api_expectation(loader, *keys.expect);
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

constexpr std::array<CheckVerb, 7> kVerbs{{
    {"ping", &read_ping_check},
    {"traceroute", &read_traceroute_check},
    {"step", &read_step_check},
    {"api", &read_api_check},
    {"peering", &read_peering_check},
    {"route", &read_route_check},
    {"instance", &read_instance_check},
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
                             "ping, traceroute, step, api, peering, route or instance");
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

void list_check_keys(std::vector<KeyTable>& tables) {
  KeyTable check = key_table("check", kCheckFields);
  for (const CheckVerb& verb : kVerbs) {
    check.keys.push_back(verb.key);
  }
  tables.push_back(std::move(check));
  tables.push_back(key_table("ping_expectation", kPingExpectFields));
  tables.push_back(key_table("traceroute_expectation", kTracerouteExpectFields));
  tables.push_back(key_table("route", kRouteFields));
  tables.push_back(key_table("route_expectation", kRouteExpectFields));
  tables.push_back(key_table("instance_expectation", kInstanceExpectFields));
}

}  // namespace vpclab::scenario
