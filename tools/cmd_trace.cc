// vpclab trace FILE - the journey of every packet of the run, with its fate.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "emulator/scenario/outcome.h"
#include "emulator/world/world.h"
#include "netstack/base/suggest.h"
#include "tools/commands.h"
#include "tools/journey.h"
#include "tools/session.h"

namespace vpclab::tools {
namespace {

using nlohmann::ordered_json;

struct TraceOptions {
  std::string path;
  bool dropped_only = false;
  bool checks = false;
  std::string step;  ///< of this one only; empty: of all
};

/// An object without its empty texts: what does not apply is not there.
void put(ordered_json& object, const char* key, std::string_view text) {
  if (!text.empty()) {
    object[key] = text;
  }
}

ordered_json to_json(const Hop& hop) {
  ordered_json json{{"time_ns", to_nanoseconds(hop.at)},
                    {"event", trace::to_string(hop.kind)},
                    {"element", hop.tap.element.text()}};
  put(json, "name", hop.name);
  json["side"] = trace::to_string(hop.tap.side);
  json["direction"] = trace::to_string(hop.direction);
  json["steps"] = hop.steps;
  return json;
}

ordered_json to_json(const Journey& journey) {
  ordered_json json{{"packet", journey.packet}};
  if (journey.cause != 0) {
    json["cause"] = journey.cause;
  }
  put(json, "step", journey.step);
  json["summary"] = journey.summary;
  json["fate"] = journey.fate.kind;
  put(json, "outcome", journey.fate.outcome);
  put(json, "reason", journey.fate.reason);
  put(json, "code", journey.fate.code);
  put(json, "rule", journey.fate.rule);
  if (journey.fate.answered_by != 0) {
    json["answered_by"] = journey.fate.answered_by;
  }
  put(json, "sentence", journey.fate.sentence);
  for (const trace::Detail& detail : journey.fate.details) {
    ordered_json& known = json["details"][detail.key];
    known = known.is_null() ? detail.value : known.get<std::string>() + "; " + detail.value;
  }
  json["hops"] = ordered_json::array();
  for (const Hop& hop : journey.hops) {
    json["hops"].push_back(to_json(hop));
  }
  return json;
}

std::string fate_text(const Fate& fate, bool color) {
  if (fate.kind == "dropped") {
    return styled(color, Style::kBad, "DROPPED " + fate.reason) + " (" + fate.code + ")" +
           (fate.sentence.empty() ? "" : ": " + fate.sentence) +
           (fate.answered_by == 0
                ? ""
                : ", and its sender told by packet " + std::to_string(fate.answered_by));
  }
  if (fate.outcome.empty()) {
    return std::string(fate.kind);
  }
  return std::string(fate.kind) + ": " + fate.outcome +
         (fate.code.empty() ? "" : " (" + fate.code + "): " + fate.sentence);
}

void print_text(const Journey& journey, bool color) {
  std::cout << styled(color, Style::kStrong, "packet " + std::to_string(journey.packet));
  if (journey.cause != 0) {
    std::cout << " (because of " << journey.cause << ')';
  }
  if (!journey.step.empty()) {
    std::cout << "  [" << journey.step << ']';
  }
  std::cout << "  " << journey.summary << '\n';
  for (const Hop& hop : journey.hops) {
    std::cout << "  " << to_string(hop.at) << "  " << trace::to_string(hop.kind) << ' '
              << trace::to_string(hop.direction) << "  " << (hop.name.empty() ? "" : hop.name + " ")
              << hop.tap.element.text() << ' ' << trace::to_string(hop.tap.side);
    for (const std::string& step : hop.steps) {
      std::cout << "\n      " << step;
    }
    std::cout << '\n';
  }
  std::cout << "  " << fate_text(journey.fate, color) << '\n';
  for (const std::string& remedy : scenario::remedy_lines(journey.fate.details)) {
    std::cout << "  " << remedy << '\n';
  }
}

void print(const std::vector<Journey>& journeys, const TraceOptions& trace,
           const GlobalOptions& options) {
  const Format format = options.format_or(Format::kText);
  const bool color = wants_color(options.color, 1);
  ordered_json all = ordered_json::array();
  for (const Journey& journey : journeys) {
    const bool is_wanted = (!trace.dropped_only || journey.fate.kind == "dropped") &&
                           (trace.step.empty() || journey.step == trace.step);
    if (!is_wanted) {
      continue;
    }
    if (format == Format::kJson) {
      all.push_back(to_json(journey));
    } else if (format == Format::kJsonLines) {
      std::cout << to_json(journey).dump() << '\n';
    } else {
      print_text(journey, color);
    }
  }
  if (format == Format::kJson) {
    std::cout << ordered_json{{"packets", std::move(all)}}.dump(2) << '\n';
  }
}

/// Why no packet can belong to the step that was asked for; empty where some may.
std::string unknown_step(const scenario::Scenario& scenario, const TraceOptions& trace) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < scenario.run.size(); ++i) {
    const auto& name = scenario.run[i].name;
    names.push_back(name.has_value() ? name->value : "step " + std::to_string(i + 1));
  }
  if (trace.checks) {
    for (const scenario::Check& check : scenario.checks) {
      names.push_back(check.name);
    }
  }
  if (trace.step.empty() || std::find(names.begin(), names.end(), trace.step) != names.end()) {
    return {};
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string hint = base::suggestion(trace.step, candidates);
  return "no step of the run is called '" + trace.step + "'" +
         (hint.empty() ? "" : " (" + hint + ")");
}

ExitCode trace_run(const TraceOptions& trace, const GlobalOptions& options) {
  return with_session(trace.path, options, [&](scenario::Session& session) {
    if (const std::string fault = unknown_step(session.scenario(), trace); !fault.empty()) {
      print_error(options.color, fault);
      return ExitCode::kUsage;
    }
    JourneyRecorder recorder(session.world());
    session.world().trace().add(recorder);
    const scenario::RunOutcome outcome =
        session.run({.until = options.until, .checks = trace.checks});
    session.world().trace().remove(recorder);
    recorder.conclude(outcome.senders);
    print(recorder.journeys(), trace, options);
    return finish_output(options.color, ExitCode::kSuccess);
  });
}

}  // namespace

void add_trace(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("trace", "Follow every packet of the run to its fate");
  verb->footer(
      "With --json {packets: [{packet, cause, step, summary, fate, reason, code, rule,\n"
      "answered_by, sentence, details, hops: [...]}]}; with -o jsonl one packet a line.\n\n"
      "Example:\n  vpclab trace scenarios/peering/vpc-peering.vpclab.yaml --dropped");
  auto trace = std::make_shared<TraceOptions>();
  add_scenario_argument(*verb, trace->path);
  verb->add_flag("--dropped", trace->dropped_only, "Only packets that were dropped");
  verb->add_option("--step", trace->step, "Only what this step sent, and what came of it")
      ->type_name("NAME");
  verb->add_flag("--checks", trace->checks, "Play the probes of the checks, too");
  verb->callback([&invocation, trace] {
    invocation.execute = [&invocation, trace] { return trace_run(*trace, invocation.options); };
  });
}

}  // namespace vpclab::tools
