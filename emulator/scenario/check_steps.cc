// What the steps of `run:` and the checks refer to, and whether EC2 would understand their calls.
#include <algorithm>
#include <array>

#include "emulator/api/action.h"
#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/parameters.h"
#include "netstack/app/ping_options.h"
#include "netstack/app/traceroute_options.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::scenario {
namespace {

constexpr std::array<NameKind, 2> kSenderKinds{NameKind::kInstance, NameKind::kInternetHost};
constexpr std::array<NameKind, 4> kDestinationKinds{NameKind::kInstance, NameKind::kInternetHost,
                                                    NameKind::kNetworkInterface,
                                                    NameKind::kElasticIp};
constexpr std::array<NameKind, 1> kPeeringKind{NameKind::kPeeringConnection};
constexpr std::array<NameKind, 1> kTableKind{NameKind::kRouteTable};
constexpr std::array<NameKind, 1> kInstanceKind{NameKind::kInstance};
constexpr std::array<NameKind, 4> kTargetKinds{NameKind::kPeeringConnection,
                                               NameKind::kInternetGateway, NameKind::kInstance,
                                               NameKind::kNetworkInterface};
constexpr std::array<NameKind, 4> kLinkKinds{NameKind::kInstance, NameKind::kNetworkInterface,
                                             NameKind::kPeeringConnection,
                                             NameKind::kInternetGateway};

/// Whether "base.part" is the name of something with a part of that name, or "step.Path" a place in
/// what a step was answered.
bool names_a_part(Loader& loader, std::string_view name) {
  const NameTable& names = loader.names();
  const auto [base, part] = split_name(name);
  if (const NameEntry* entry = names.find(base); entry != nullptr && !part.empty()) {
    const auto parts = parts_of(entry->kind);
    return entry->kind == NameKind::kCreated ||
           std::find(parts.begin(), parts.end(), part) != parts.end();
  }
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && loader.is_step_name(name.substr(0, dot));
}

/// Every `{name}` of a text must be one. The mark of a placeholder is its own where the text stands
/// on one line without quotes.
void check_placeholders(Loader& loader, const std::string& text, const Mark& mark) {
  for (const Placeholder& placeholder : find_placeholders(text)) {
    if (loader.names().find(placeholder.name) != nullptr || is_id(placeholder.name) ||
        loader.scenario().accounts.contains(std::string(placeholder.name)) ||
        names_a_part(loader, placeholder.name)) {
      continue;
    }
    Mark own = mark;
    if (mark.length == text.size()) {
      own.column += static_cast<std::uint32_t>(placeholder.offset);
      own.length = static_cast<std::uint32_t>(placeholder.length);
    }
    const std::vector<std::string_view> all = loader.names_for_hint();
    loader.reader().complain_unknown(
        own, "there is nothing called '" + printable(placeholder.name, 64) + "'", placeholder.name,
        all);
  }
}

void complain_api(Loader& loader, const Mark& mark, const api::ApiError& error) {
  loader.reader().diagnostics().add(Diagnostic{mark, error.code, error.message, {}});
}

/// Whether EC2 understands the parameters; what the network makes of them is seen in the run.
void check_decodes(Loader& loader, const Mark& mark, std::string_view action,
                   const api::ParamMap& parameters) {
  const api::Decoded<api::Request> request = api::decode(action, parameters);
  if (!request.has_value()) {
    complain_api(loader, mark, request.error());
  }
}

void check_api_step(Loader& loader, const ApiStep& step, bool may_fail) {
  const api::ActionModel* action = api::find_action(step.action);
  const std::size_t faults = loader.reader().diagnostics().count();
  const auto resolve = [&loader, may_fail](const std::string& value, const Mark& mark,
                                           bool wants_id) {
    check_placeholders(loader, value, mark);
    const bool is_fine = !wants_id || may_fail || value == "local" ||
                         value.find('{') != std::string::npos || is_id(value) ||
                         loader.names().find(value) != nullptr;
    if (!is_fine) {
      const std::vector<std::string_view> all = loader.names_for_hint();
      loader.reader().complain_unknown(
          mark, "'" + printable(value, 64) + "' is neither an id nor the name of anything", value,
          all);
    }
    return value;
  };
  const api::ParamMap parameters =
      flatten(step.parameters, *action->request, loader.reader(), resolve);
  if (!may_fail && loader.reader().diagnostics().count() == faults) {
    check_decodes(loader, step.mark, step.action, parameters);
  }
}

/// The line with as many zeros in place of every `{name}`: braces mean something to the AWS CLI's
/// shorthand, and what a name stands for is not known yet.
std::string without_placeholders(std::string line) {
  for (const Placeholder& placeholder : find_placeholders(line)) {
    std::fill_n(line.begin() + static_cast<long>(placeholder.offset), placeholder.length, '0');
  }
  return line;
}

void check_cli_step(Loader& loader, const CliStep& step, bool may_fail) {
  check_placeholders(loader, step.line.value, step.line.mark);
  const auto command = api::parse_cli_line(without_placeholders(step.line.value));
  if (!command.has_value()) {
    Mark mark = step.line.mark;
    if (mark.length == step.line.value.size()) {
      const std::size_t begin = std::min(command.error().column - 1, step.line.value.size());
      const std::size_t end = std::min(step.line.value.find(' ', begin), step.line.value.size());
      mark.column += static_cast<std::uint32_t>(begin);
      mark.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, end - begin));
    }
    loader.reader().complain(mark, command.error().message, command.error().hint);
  } else if (!may_fail) {
    check_decodes(loader, step.line.mark, command->action, command->params);
  }
}

/// `ACCOUNT`, `ACCOUNT/REGION` or a VPC.
void check_caller(Loader& loader, const std::optional<Text>& as) {
  if (!as.has_value()) {
    return;
  }
  const std::string account = as->value.substr(0, as->value.find('/'));
  const NameEntry* entry = loader.names().find(as->value);
  const bool is_known =
      (entry != nullptr && entry->kind == NameKind::kVpc) ||
      loader.scenario().accounts.contains(account) ||
      (account.size() == 12 && account.find_first_not_of("0123456789") == std::string::npos);
  if (!is_known) {
    std::vector<std::string_view> known;
    for (const auto& [name, id] : loader.scenario().accounts) {
      known.emplace_back(name);
    }
    static constexpr std::array<NameKind, 1> kVpcKind{NameKind::kVpc};
    for (const std::string_view vpc : loader.names().of(kVpcKind)) {
      known.push_back(vpc);
    }
    loader.reader().complain_unknown(as->mark, "'" + printable(as->value, 64) + "' is no caller",
                                     as->value, known);
  }
}

/// An address, or the name of what has one: "instance-2", "instance-2.public_ip".
void check_destination(Loader& loader, const Text& to) {
  if (to.value.find('{') != std::string::npos) {
    check_placeholders(loader, to.value, to.mark);
    return;
  }
  if (to.value.empty() || wire::Ipv4Address::parse(to.value).has_value() ||
      names_a_part(loader, to.value)) {
    return;
  }
  require_name(loader, to, kDestinationKinds, true);
}

void check_program(Loader& loader, ProgramStep& step, const std::string& destination) {
  if (step.to.value.empty()) {
    step.to.value = destination;  // a line's, which only its parser could find
  }
  require_name(loader, step.from, kSenderKinds, true);
  check_destination(loader, step.to);
}

void complain_usage(Loader& loader, const ProgramStep& step, const app::UsageError& error) {
  loader.reader().complain(step.to.mark.line == 0 ? step.mark : step.to.mark,
                           printable(error.message, 200));
}

/// `is_stopped`: another step ends it. The options, or nothing after a complaint.
std::optional<app::PingOptions> check_ping_step(Loader& loader, PingStep& step, bool is_stopped) {
  const auto command = app::parse_ping(step.words);
  if (!command.has_value()) {
    complain_usage(loader, step, command.error());
    return std::nullopt;
  }
  check_program(loader, step, command->destination);
  const app::PingOptions& options = command->options;
  if (!options.count.has_value() && !options.deadline.has_value() && !is_stopped) {
    loader.reader().complain(step.mark, "this ping never ends",
                             "give it a count (-c) or a deadline (-w), or add a step `stop: NAME`");
  }
  return options;
}

void check_traceroute_step(Loader& loader, TracerouteStep& step) {
  const auto command = app::parse_traceroute(step.words);
  if (!command.has_value()) {
    complain_usage(loader, step, command.error());
    return;
  }
  check_program(loader, step, command->destination);
}

/// A name for what the step creates.
void declare_created(Loader& loader, const Step& step, std::string_view action) {
  if (!creates_something(action)) {
    if (step.id.has_value()) {
      loader.reader().complain(step.id->mark, std::string(action) + " creates nothing with an id");
    }
    return;
  }
  if (!step.name.has_value()) {
    return;
  }
  const std::string& name = step.name->value;
  if (const std::string fault = name_fault(name); !fault.empty()) {
    loader.reader().complain(step.name->mark,
                             "'" + printable(name, 40) + "' cannot be a name: " + fault);
  } else if (const NameEntry* other =
                 loader.names().add(name, NameEntry{NameKind::kCreated, step.name->mark, false})) {
    loader.reader().complain(step.name->mark,
                             "the name '" + name + "' is taken by " + with_article(other->kind) +
                                 " on line " + std::to_string(other->mark.line),
                             "the step's name is also the name of what it creates");
  }
}

std::string_view action_of(const Step& step, std::string& storage) {
  if (const auto* call = std::get_if<ApiStep>(&step.action)) {
    return call->action;
  }
  if (const auto* line = std::get_if<CliStep>(&step.action)) {
    if (const auto command = api::parse_cli_line(without_placeholders(line->line.value))) {
      storage = command->action;
    }
  }
  return storage;
}

bool is_stopped(const Scenario& scenario, const Step& step) {
  return step.name.has_value() &&
         std::any_of(scenario.run.begin(), scenario.run.end(), [&step](const Step& other) {
           const auto* stop = std::get_if<StopStep>(&other.action);
           return stop != nullptr && stop->step.value == step.name->value;
         });
}

void check_step(Loader& loader, Step& step) {
  check_caller(loader, step.as);
  const bool may_fail = step.expect_error.has_value();
  if (auto* ping = std::get_if<PingStep>(&step.action)) {
    check_ping_step(loader, *ping, is_stopped(loader.scenario(), step));
  } else if (auto* trace = std::get_if<TracerouteStep>(&step.action)) {
    check_traceroute_step(loader, *trace);
  } else if (const auto* call = std::get_if<ApiStep>(&step.action)) {
    check_api_step(loader, *call, may_fail);
  } else if (const auto* line = std::get_if<CliStep>(&step.action)) {
    check_cli_step(loader, *line, may_fail);
  } else if (const auto* links = std::get_if<LinkStep>(&step.action)) {
    for (const LinkChange& change : links->changes) {
      require_name(loader, change.of, kLinkKinds, true);
    }
  }
}

// --- Checks
// ------------------------------------------------------------------------------------------

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
  if (!name.value.empty() && !is_broken_step) {
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
  for (const ExpectedLoss& loss : expect.lost) {
    if (loss.sequences.most > count) {
      loader.reader().complain(loss.mark, "only " + std::to_string(count) + " probes are sent");
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

void check_objects(Loader& loader, const std::vector<ExpectedLoss>& lost) {
  for (const ExpectedLoss& loss : lost) {
    if (loss.at.has_value() && loader.names().find(loss.at->value) == nullptr &&
        !is_id(loss.at->value)) {
      const std::vector<std::string_view> all = loader.names_for_hint();
      loader.reader().complain_unknown(
          loss.at->mark, "there is nothing called '" + printable(loss.at->value, 64) + "'",
          loss.at->value, all);
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
  if (options.has_value() && options->count.has_value() && !options->deadline.has_value()) {
    check_sums(loader, check.expect, *options->count);
  }
}

void check_api_expectation(Loader& loader, const ApiExpectation& expect) {
  if (expect.error.has_value() && !expect.values.empty()) {
    loader.reader().complain(expect.values[0].path.mark, "a refused call has no response",
                             "expect an error or values, not both");
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
    check_objects(loader, trace->expect.lost);
  } else if (const auto* step = std::get_if<StepCheck>(&check.what)) {
    find_step<ApiStep, CliStep>(loader, step->step, "EC2 action");
    check_api_expectation(loader, step->expect);
  } else if (const auto* call = std::get_if<ApiCheck>(&check.what)) {
    check_caller(loader, call->as);
    check_api_expectation(loader, call->expect);
    const bool may_fail = call->expect.error.has_value();
    if (const auto* line = std::get_if<CliStep>(&call->call)) {
      check_cli_step(loader, *line, may_fail);
    } else if (const auto& action = std::get<ApiStep>(call->call); !action.action.empty()) {
      check_api_step(loader, action, may_fail);
    }
  } else if (const auto* peering = std::get_if<PeeringCheck>(&check.what)) {
    require_name(loader, peering->peering, kPeeringKind, true);
  } else if (const auto* route = std::get_if<RouteCheck>(&check.what)) {
    require_name(loader, route->table, kTableKind, true);
    const std::string& destination = route->destination.value;
    if (destination.find('{') == std::string::npos &&
        !wire::Ipv4Prefix::parse(destination).has_value()) {
      loader.reader().complain(route->destination.mark,
                               "'" + printable(destination, 40) + "' is no address range",
                               "such as 10.2.0.0/16");
    }
    if (route->target.has_value() && route->target->value != "local" &&
        route->target->value != "igw") {
      require_name(loader, *route->target, kTargetKinds, true);
    }
  } else if (const auto* instance = std::get_if<InstanceCheck>(&check.what)) {
    require_name(loader, instance->instance, kInstanceKind, true);
  }
}

}  // namespace

void check_steps(Loader& loader) {
  loader.note_step_names();
  for (const Step& step : loader.scenario().run) {
    std::string storage;
    if (!step.broken) {
      declare_created(loader, step, action_of(step, storage));
    }
  }
  for (Step& step : loader.scenario().run) {
    if (!step.broken) {
      check_step(loader, step);
    }
  }
}

void check_checks(Loader& loader) {
  for (Check& check : loader.scenario().checks) {
    if (!check.broken) {
      check_check(loader, check);
    }
  }
}

}  // namespace vpclab::scenario
