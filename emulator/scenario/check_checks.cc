// What the checks refer to: steps of the run, things of the network, calls of their own.
#include <algorithm>
#include <array>
#include <span>

#include "emulator/api/action.h"
#include "emulator/api/ids.h"
#include "emulator/scenario/check_steps.h"
#include "emulator/scenario/name_kinds.h"
#include "emulator/scenario/response_path.h"
#include "emulator/world/instance_metadata.h"
#include "netstack/app/ping_options.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::scenario {
namespace {

/// The step of that name and kind, or null after a complaint.
template <class... Actions>
const Step* find_step(Loader& loader, const Text& name, std::string_view what) {
  const std::vector<Step>& run = loader.scenario().run;
  std::vector<std::string_view> candidates;
  for (const Step& step : run) {
    if (!step.name.has_value()) {
      continue;
    }
    if (!(std::holds_alternative<Actions>(step.action) || ...)) {
      if (step.name->value == name.value && !step.broken) {
        loader.reader().complain(
            name.mark, "the step '" + printable(name.value, 64) + "' is no " + std::string(what));
        return nullptr;
      }
    } else if (step.name->value == name.value) {
      return &step;
    } else {
      candidates.push_back(step.name->value);
    }
  }
  const bool is_broken_step = std::any_of(run.begin(), run.end(), [&name](const Step& step) {
    return step.name.has_value() && step.name->value == name.value;
  });
  if (!was_not_read(name) && !is_broken_step) {
    loader.reader().complain_unknown(
        name.mark,
        "no " + std::string(what) + " of the run is called '" + printable(name.value, 64) + "'",
        name.value, candidates);
  }
  return nullptr;
}

/// A check asserts the verdict and its reason: received and lost probes must be all there are.
void check_sums(Loader& loader, const PingExpectation& expect, std::uint64_t count) {
  std::uint32_t lost = 0;
  bool rest_has_a_reason = false;
  const std::uint64_t kept = app::PingOptions{}.probes_kept;
  for (const ExpectedLoss& loss : expect.lost) {
    if (loss.sequences.most > count) {
      loader.reader().complain(loss.mark, "only " + std::to_string(count) + " probes are sent");
      return;
    }
    if (loss.sequences.most != 0 && loss.sequences.least + kept <= count) {
      loader.reader().complain(loss.mark,
                               "of " + std::to_string(count) + " probes only the newest " +
                                   std::to_string(kept) + " are remembered",
                               "begin at " + std::to_string(count - kept + 1) +
                                   ", or give the reason for all: `lost: NO_ROUTE`");
      return;
    }
    rest_has_a_reason = rest_has_a_reason || loss.sequences.most == 0;
    lost += loss.sequences.most == 0 ? 0 : loss.sequences.most - loss.sequences.least + 1;
  }
  if (!expect.received.has_value() || rest_has_a_reason) {
    return;
  }
  const Range& received = expect.received->value;
  if (received.least > count) {
    loader.reader().complain(expect.received->mark,
                             "only " + std::to_string(count) + " probes are sent");
  } else if (received.least == received.most && received.least + lost != count) {
    const std::string missing = std::to_string(count - received.least);
    loader.reader().complain(expect.received->mark,
                             "of " + std::to_string(count) + " probes " + missing +
                                 " are to be lost, but `lost` gives a reason for " +
                                 std::to_string(lost),
                             "say which and why: `lost: {1-4: SG_INGRESS}` or `lost: NO_ROUTE`");
  }
}

/// `custom:50`: only a network ACL and a route table say which of their entries decided.
void check_entry(Loader& loader, const ExpectedLoss& loss) {
  const std::string& entry = loss.entry->value;
  const NameEntry* place = loader.names().find(loss.at->value);
  const Result<api::ResourceId> id = api::ResourceId::parse(loss.at->value);
  const bool is_acl = place != nullptr ? place->kind == NameKind::kNetworkAcl
                                       : id && id->kind() == api::ResourceKind::kNetworkAcl;
  const bool is_table = place != nullptr ? place->kind == NameKind::kRouteTable
                                         : id && id->kind() == api::ResourceKind::kRouteTable;
  if (place != nullptr && place->kind == NameKind::kCreated) {
    return;  // what it will be is not known yet
  }
  if (is_acl) {
    const bool is_number = !entry.empty() && entry.size() <= 5 && entry[0] != '0' &&
                           entry.find_first_not_of("0123456789") == std::string::npos &&
                           std::stoi(entry) < 32767;
    if (entry != "*" && !is_number) {
      loader.reader().complain(loss.entry->mark, "'" + printable(entry, 24) + "' is no ACL rule",
                               "a rule number from 1 to 32766, or * for the last one, which denies "
                               "what no other decides");
    }
  } else if (is_table) {
    if (!wire::Ipv4Prefix::parse(entry).has_value()) {
      loader.reader().complain(loss.entry->mark,
                               "'" + printable(entry, 24) + "' is no destination of a route",
                               "such as " + loss.at->value + ":10.2.0.0/16");
    }
  } else {
    const bool is_group = place != nullptr ? place->kind == NameKind::kSecurityGroup
                                           : id && id->kind() == api::ResourceKind::kSecurityGroup;
    loader.reader().complain(
        loss.entry->mark, "only network ACLs and route tables say which entry decided",
        is_group ? "a security group refuses where none of its rules matches: write `at " +
                       loss.at->value + "`"
                 : "write `at " + loss.at->value + "`");
  }
}

void check_objects(Loader& loader, const std::vector<ExpectedLoss>& lost) {
  for (const ExpectedLoss& loss : lost) {
    if (!loss.at.has_value()) {
      continue;
    }
    if (loader.names().find(loss.at->value) == nullptr && !is_id(loss.at->value)) {
      const std::vector<std::string_view> all = loader.names_for_hint();
      loader.reader().complain_unknown(
          loss.at->mark, "there is nothing called '" + printable(loss.at->value, 64) + "'",
          loss.at->value, all);
    } else if (loss.entry.has_value()) {
      check_entry(loader, loss);
    }
  }
}

void check_ping(Loader& loader, PingCheck& check) {
  std::optional<app::PingOptions> options;
  if (auto* own = std::get_if<PingStep>(&check.subject)) {
    options = check_ping_step(loader, *own, false);
  } else if (const Step* step =
                 find_step<PingStep>(loader, std::get<Text>(check.subject), "ping")) {
    if (const auto command = app::parse_ping(std::get<PingStep>(step->action).words)) {
      options = command->options;
    }
  }
  check_objects(loader, check.expect.lost);
  for (const std::optional<Text>& who : {check.expect.from, check.expect.seen_from}) {
    if (who.has_value()) {
      check_address(loader, *who);
    }
  }
  if (options.has_value() && options->count.has_value() && !options->deadline.has_value()) {
    check_sums(loader, check.expect, *options->count);
  }
}

void check_texts(Loader& loader, const std::optional<std::vector<Text>>& texts) {
  if (texts.has_value()) {
    for (const Text& text : *texts) {
      check_placeholders(loader, text.value, text.mark);
    }
  }
}

/// The part of things of a kind with which an expected address can be compared; empty: none.
std::string_view address_part_of(NameKind kind, std::string_view wanted) {
  const auto parts = parts_of(kind);
  const std::string_view part = kind == NameKind::kInternetHost ? "address" : wanted;
  return std::find(parts.begin(), parts.end(), part) == parts.end() ? std::string_view() : part;
}

/// Whether "NAME.part" stands for an id or a DNS name, never for an address.
bool is_part_without_address(Loader& loader, std::string_view name) {
  static constexpr std::array<std::string_view, 3> kAddresses{"private_ip", "public_ip", "address"};
  const auto [base, part] = split_name(name);
  const NameEntry* entry = loader.names().find(base);
  const auto parts = entry == nullptr ? std::span<const std::string_view>() : parts_of(entry->kind);
  return std::find(parts.begin(), parts.end(), part) != parts.end() &&
         std::find(kAddresses.begin(), kAddresses.end(), part) == kAddresses.end();
}

/// What stands for an address where `wanted` is expected: "write `\"{i.private_ip}\"`".
std::string address_hint(Loader& loader, std::string_view name, std::string_view wanted) {
  const NameTable& names = loader.names();
  const std::string_view owner =
      names.find(name) == nullptr || is_part_without_address(loader, name) ? split_name(name).first
                                                                           : name;
  const NameEntry* entry = names.find(owner);
  const std::string_view part =
      entry == nullptr ? std::string_view() : address_part_of(entry->kind, wanted);
  return part.empty() ? std::string()
                      : "write `\"{" + std::string(owner) + '.' + std::string(part) + "}\"`";
}

/// An address in full, `none`, or what stands for an address; nothing else is ever found. `key` is
/// where it is expected.
void check_expected_address(Loader& loader, const std::optional<Text>& address,
                            std::string_view key) {
  if (!address.has_value() || address->value == "none") {
    return;
  }
  const std::vector<Placeholder> found = find_placeholders(address->value);
  const bool is_placeholder = found.size() == 1 && found[0].length == address->value.size();
  const std::string name(is_placeholder ? found[0].name : address->value);
  if (loader.names().find(name) != nullptr || is_id(name) ||
      is_part_without_address(loader, name)) {
    loader.reader().complain(address->mark, "'" + printable(address->value, 64) + "' is no address",
                             address_hint(loader, name, key));
  } else {
    check_address(loader, *address);
  }
}

/// What is expected must be possible: who gets no answer sees none of its parts.
void check_dig_expectation(Loader& loader, const DigExpectation& expect) {
  const bool wants_none =
      expect.lost.has_value() || (expect.answered.has_value() && !expect.answered->value);
  if (expect.lost.has_value() && is_set(expect.answered)) {
    loader.reader().complain(expect.answered->mark, "a dig whose queries are lost is not answered",
                             "remove `answered:` or `lost:`");
  }
  const auto refuse = [&](bool is_there, const Mark& mark, std::string_view key) {
    if (wants_none && is_there) {
      loader.reader().complain(
          mark, "no answer is expected, and without one there is no '" + std::string(key) + "'",
          "remove it, or " +
              std::string(expect.lost.has_value() ? "`lost:`" : "`answered: false`"));
    }
  };
  refuse(expect.rcode.has_value(), expect.rcode.value_or(Text()).mark, "rcode");
  refuse(expect.server.has_value(), expect.server.value_or(Text()).mark, "server");
  if (expect.answer.has_value() && !expect.answer->empty()) {
    refuse(true, expect.answer->front().mark, "answer");
  }
  check_texts(loader, expect.answer);
  if (expect.server.has_value()) {
    check_placeholders(loader, expect.server->value, expect.server->mark);
  }
}

/// A path of which no instance ever has a value is a slip of the pen.
void check_metadata(Loader& loader, const MetadataCheck& check) {
  require_name(loader, check.instance, kInstanceKind, true);
  if (check.path.value.find('{') == std::string::npos &&
      !world::may_hold_metadata(check.path.value)) {
    loader.reader().complain_unknown(
        check.path.mark, "instances have no metadata '" + printable(check.path.value, 64) + "'",
        check.path.value, world::metadata_paths());
  }
  check_placeholders(loader, check.value.value, check.value.mark);
}

void check_route(Loader& loader, const RouteCheck& route) {
  require_name(loader, route.table, kTableKind, true);
  const std::string& destination = route.destination.value;
  check_placeholders(loader, destination, route.destination.mark);
  const NameEntry* list = loader.names().find(destination);
  const bool is_list = list != nullptr && list->kind == NameKind::kPrefixList;
  if (!is_list && destination.find('{') == std::string::npos &&
      !wire::Ipv4Prefix::parse(destination).has_value()) {
    loader.reader().complain(route.destination.mark,
                             "'" + printable(destination, 40) + "' is no address range",
                             "such as 10.2.0.0/16");
  }
  if (route.target.has_value() && route.target->value != "local" && route.target->value != "igw") {
    require_name(loader, *route.target, kTargetKinds, true);
  }
  if (route.target.has_value() && route.state.has_value() && route.state->value == "none") {
    loader.reader().complain(route.target->mark, "a route that is not there has no target",
                             "remove `target:`, or expect another state");
  }
}

/// Every `{name}` in an expected value, wherever in it.
void check_value(Loader& loader, const Parameters& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    check_placeholders(loader, *text, value.mark);
  } else if (const auto* items = std::get_if<std::vector<Parameters>>(&value.value)) {
    for (const Parameters& item : *items) {
      check_value(loader, item);
    }
  } else if (const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&value.value)) {
    for (const Parameters::Entry& entry : *entries) {
      check_value(loader, entry.value);
    }
  }
}

/// `action` is null where there is none that is known.
void check_api_expectation(Loader& loader, const ApiExpectation& expect,
                           const api::ActionModel* action) {
  if (expect.message.has_value()) {
    check_placeholders(loader, expect.message->value, expect.message->mark, true);
  }
  for (const ValueExpectation& value : expect.values) {
    check_value(loader, value.value);
  }
  if (expect.error.has_value() && !expect.values.empty()) {
    loader.reader().complain(expect.values[0].path.mark, "a refused call has no response",
                             "expect an error or values, not both");
  } else if (action != nullptr) {
    for (const ValueExpectation& value : expect.values) {
      check_response_path(loader.reader(), value, *action->response);
    }
  }
}

void check_check(Loader& loader, Check& check) {
  if (auto* ping = std::get_if<PingCheck>(&check.what)) {
    check_ping(loader, *ping);
  } else if (auto* trace = std::get_if<TracerouteCheck>(&check.what)) {
    if (auto* own = std::get_if<TracerouteStep>(&trace->subject)) {
      check_traceroute_step(loader, *own);
    } else {
      find_step<TracerouteStep>(loader, std::get<Text>(trace->subject), "traceroute");
    }
    check_texts(loader, trace->expect.hops);
    check_objects(loader, trace->expect.lost);
  } else if (const auto* dig = std::get_if<DigCheck>(&check.what)) {
    if (const auto* own = std::get_if<DigStep>(&dig->subject)) {
      check_dig_step(loader, *own);
    } else {
      find_step<DigStep>(loader, std::get<Text>(dig->subject), "dig");
    }
    check_dig_expectation(loader, dig->expect);
    if (dig->expect.lost.has_value()) {
      check_objects(loader, {*dig->expect.lost});
    }
  } else if (const auto* metadata = std::get_if<MetadataCheck>(&check.what)) {
    check_metadata(loader, *metadata);
  } else if (const auto* step = std::get_if<StepCheck>(&check.what)) {
    const Step* answered = find_step<ApiStep, CliStep>(loader, step->step, "EC2 action");
    check_api_expectation(loader, step->expect,
                          answered == nullptr ? nullptr : action_of(*answered));
  } else if (const auto* call = std::get_if<ApiCheck>(&check.what)) {
    check_caller(loader, call->as);
    const bool may_fail = call->expect.error.has_value();
    if (const auto* line = std::get_if<CliStep>(&call->call)) {
      check_api_expectation(loader, call->expect, action_of(*line));
      check_cli_step(loader, *line, may_fail);
    } else if (const auto& action = std::get<ApiStep>(call->call); !action.action.empty()) {
      check_api_expectation(loader, call->expect, api::find_action(action.action));
      check_api_step(loader, action, may_fail);
    }
  } else if (const auto* peering = std::get_if<PeeringCheck>(&check.what)) {
    require_name(loader, peering->peering, kPeeringKind, true);
  } else if (const auto* route = std::get_if<RouteCheck>(&check.what)) {
    check_route(loader, *route);
  } else if (const auto* instance = std::get_if<InstanceCheck>(&check.what)) {
    require_name(loader, instance->instance, kInstanceKind, true);
    check_expected_address(loader, instance->public_ip, "public_ip");
    check_expected_address(loader, instance->private_ip, "private_ip");
  }
}

}  // namespace

void check_checks(Loader& loader) {
  for (Check& check : loader.scenario().checks) {
    if (!check.broken) {
      check_check(loader, check);
    }
  }
}

}  // namespace vpclab::scenario
