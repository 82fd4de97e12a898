// The runner's other half: checks that look at what is there, probe anew or judge what was.
#include <algorithm>

#include "emulator/control/control_plane.h"
#include "emulator/scenario/expectation.h"
#include "emulator/scenario/owners.h"
#include "emulator/scenario/runner.h"
#include "emulator/scenario/states.h"
#include "netstack/base/overloaded.h"

namespace vpclab::scenario {

void Runner::start_check(Entry& entry) {
  const Check& check = *entry.check;
  if (const auto* ping = std::get_if<PingCheck>(&check.what)) {
    if (const auto* own = std::get_if<PingStep>(&ping->subject)) {
      start_ping(entry, *own);
      return;
    }
  } else if (const auto* dig = std::get_if<DigCheck>(&check.what)) {
    if (const auto* own = std::get_if<DigStep>(&dig->subject)) {
      start_dig(entry, *own);
      return;
    }
  } else if (const auto* trace = std::get_if<TracerouteCheck>(&check.what)) {
    if (const auto* own = std::get_if<TracerouteStep>(&trace->subject)) {
      start_traceroute(entry, *own);
      return;
    }
  } else if (const auto* call = std::get_if<ApiCheck>(&check.what)) {
    CallOptions options;
    if (call->as.has_value()) {
      options.caller = caller_of(scenario_, call->as->value);
    }
    const auto* action = std::get_if<ApiStep>(&call->call);
    const CallResult result = action != nullptr
                                  ? caller_.call(*action, options)
                                  : caller_.call(std::get<CliStep>(call->call), options);
    if (!result.fault.empty()) {
      fail(entry, result.fault);
      return;
    }
    entry.outcome.result = result.outcome;
  }
  finish(entry);
}

/// Judges a check whose probe, if it has one, has ended.
void Runner::judge_check(Entry& entry) {
  const Check& check = *entry.check;
  CheckOutcome& judged = judged_[static_cast<std::size_t>(entry.check - scenario_.checks.data())];
  judged.name = check.name;
  judged.possible = check.points;
  judged.expected = expected_of(check);
  const auto resolve = [this](const std::string& text) { return resolved(text); };
  // What a check that names a step looks at; its own probe's outcome otherwise.
  const auto subject = [this, &entry](const Text* step) {
    return step == nullptr ? &entry.outcome : outcome_of(step->value);
  };
  const auto judge_program = [&](const auto& kind, auto outcome_type) {
    using Outcome = decltype(outcome_type);
    const StepOutcome* seen = subject(std::get_if<Text>(&kind.subject));
    const Outcome* outcome = seen == nullptr ? nullptr : std::get_if<Outcome>(&seen->result);
    if (outcome != nullptr) {
      judge(kind.expect, *outcome, seen->output, resolvers(), judged);
    } else {
      judged.observed = seen == nullptr ? "the step has not ended" : seen->complaint;
    }
  };
  std::visit(
      Overloaded{
          [](std::monostate) {}, [&](const PingCheck& ping) { judge_program(ping, PingOutcome{}); },
          [&](const TracerouteCheck& trace) { judge_program(trace, TracerouteOutcome{}); },
          [&](const DigCheck& dig) { judge_program(dig, DigOutcome{}); },
          [&](const StepCheck& step) {
            const StepOutcome* seen = outcome_of(step.step.value);
            const auto* answer = seen == nullptr ? nullptr : std::get_if<ApiOutcome>(&seen->result);
            if (answer != nullptr) {
              judge(step.expect, *answer, resolve, judged);
            } else {
              judged.observed = seen == nullptr || seen->complaint.empty()
                                    ? "the step has not been taken"
                                    : seen->complaint;
            }
          },
          [&](const ApiCheck& call) {
            if (entry.outcome.failed) {
              judged.observed = entry.outcome.complaint;
            } else {
              judge(call.expect, std::get<ApiOutcome>(entry.outcome.result), resolve, judged);
            }
          },
          [&](const auto& /*state*/) { judge_state(check, judged); }},
      check.what);
  judged.points = judged.passed ? judged.possible : 0;
  if (observer_ != nullptr) {
    observer_->on_check(judged);
  }
}

/// In words, for a check that may never be judged.
std::string Runner::expected_of(const Check& check) const {
  const NameResolvers resolve = resolvers();
  return std::visit(
      Overloaded{[](std::monostate) { return std::string(); },
                 [&](const PingCheck& ping) { return expected_text(ping.expect, resolve); },
                 [&](const TracerouteCheck& trace) { return expected_text(trace.expect, resolve); },
                 [&](const DigCheck& dig) { return expected_text(dig.expect, resolve); },
                 [&](const StepCheck& step) { return expected_text(step.expect, resolve.id); },
                 [&](const ApiCheck& call) { return expected_text(call.expect, resolve.id); },
                 [&](const auto& state) { return expected_text(state, resolve.id); }},
      check.what);
}

NameResolvers Runner::resolvers() const {
  return NameResolvers{[this](const std::string& text) { return resolved(text); },
                       [this](const std::string& text) {
                         const node::InternetHost* host = world_.internet_host(text);
                         return host != nullptr ? to_string(host->address())
                                                : book_.address_of(text).value_or(text);
                       },
                       [this](const std::string& text) { return interfaces_of(resolved(text)); }};
}

std::vector<std::string> Runner::interfaces_of(const std::string& id) const {
  const control::Inventory& inventory = world_.control().inventory();
  std::vector<std::string> interfaces;
  const auto instance = api::InstanceId::parse(id);
  const control::Instance* found =
      instance.has_value() ? inventory.instances.find(*instance) : nullptr;
  if (found != nullptr) {
    found->for_each_interface([&interfaces](const api::NetworkInterfaceId& interface) {
      interfaces.push_back(interface.text());
    });
  }
  return interfaces;
}

void Runner::judge_state(const Check& check, CheckOutcome& judged) {
  const control::Inventory& inventory = world_.control().inventory();
  const auto resolve = [this](const std::string& text) { return resolved(text); };
  if (const auto* peering = std::get_if<PeeringCheck>(&check.what)) {
    judge_peering(*peering, inventory, resolve, judged);
  } else if (const auto* route = std::get_if<RouteCheck>(&check.what)) {
    judge_route(*route, inventory, resolve, judged);
  } else if (const auto* instance = std::get_if<InstanceCheck>(&check.what)) {
    judge_instance(*instance, inventory, resolve, judged);
  } else if (const auto* metadata = std::get_if<MetadataCheck>(&check.what)) {
    judge_metadata(*metadata, inventory, resolve, judged);
  }
}

}  // namespace vpclab::scenario
