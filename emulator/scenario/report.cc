#include "emulator/scenario/report.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <variant>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "netstack/base/overloaded.h"
#include "netstack/base/printable.h"

namespace vpclab::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::uint32_t points_of(const RunOutcome& outcome) {
  return std::accumulate(
      outcome.checks.begin(), outcome.checks.end(), std::uint32_t{0},
      [](std::uint32_t sum, const CheckOutcome& check) { return sum + check.points; });
}

std::uint32_t possible_of(const RunOutcome& outcome) {
  return std::accumulate(
      outcome.checks.begin(), outcome.checks.end(), std::uint32_t{0},
      [](std::uint32_t sum, const CheckOutcome& check) { return sum + check.possible; });
}

std::string painted(std::string_view text, std::string_view paint, bool color) {
  return color ? std::string(paint) + std::string(text) + std::string(kPlain) : std::string(text);
}

/// Neither terminals nor XML should get control characters.
std::string clean(std::string_view text) { return base::printable_lines(text); }

/// nlohmann refuses text that is not UTF-8; names and outputs are, but a pattern might not be.
std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

double seconds(SimTime time) { return static_cast<double>(to_nanoseconds(time)) / 1e9; }

/// Key by key; what is there several times stands in one text.
Json to_json(const std::vector<trace::Detail>& details) {
  Json json = Json::object();
  for (const trace::Detail& detail : details) {
    const auto known = json.find(detail.key);
    json[detail.key] =
        known == json.end() ? detail.value : known->get<std::string>() + "; " + detail.value;
  }
  return json;
}

Json to_json(const Fate& fate) {
  Json json{{"packet", fate.packet == LostPacket::kRequest ? "request" : "reply"},
            {"reason", fate.reason},
            {"code", fate.code},
            {"rule", fate.rule},
            {"sentence", fate.sentence},
            {"details", to_json(fate.details)}};
  if (!fate.host_word.empty()) {
    json["outcome"] = fate.host_word;
  }
  return json;
}

Json to_json(const PingOutcome& ping) {
  Json probes = Json::array();
  for (const PingProbe& probe : ping.probes) {
    Json entry{{"icmp_seq", probe.sequence}, {"replies", probe.replies}};
    if (probe.replies > 0) {
      entry["from"] = probe.from;
      entry["ttl"] = probe.ttl;
    }
    if (!probe.seen_from.empty()) {
      entry["seen_from"] = probe.seen_from;
    }
    if (probe.fate.has_value()) {
      entry["lost"] = to_json(*probe.fate);
    }
    probes.push_back(std::move(entry));
  }
  return Json{{"transmitted", ping.transmitted}, {"received", ping.received}, {"probes", probes}};
}

Json to_json(const TracerouteOutcome& trace) {
  Json probes = Json::array();
  for (const TracerouteProbe& probe : trace.probes) {
    Json entry{{"hop", probe.hop}, {"from", probe.from}};
    if (probe.fate.has_value()) {
      entry["lost"] = to_json(*probe.fate);
    }
    probes.push_back(std::move(entry));
  }
  return Json{{"reached", trace.reached}, {"probes", probes}};
}

Json to_json(const DigOutcome& dig) {
  Json queries = Json::array();
  for (const DigQuery& query : dig.probes) {
    Json entry{{"server", query.server}, {"answered", query.answered}};
    if (query.fate.has_value()) {
      entry["lost"] = to_json(*query.fate);
    }
    queries.push_back(std::move(entry));
  }
  return Json{{"answered", dig.answered},
              {"rcode", dig.rcode},
              {"answers", dig.answers},
              {"server", dig.server},
              {"queries", queries}};
}

Json to_json(const ApiOutcome& call) {
  Json json{{"caller", call.caller}};
  if (!call.error_code.empty()) {
    json["error"] = Json{{"Code", call.error_code}, {"Message", call.error_message}};
  } else if (!call.response_json.empty()) {
    json["response"] = Json::parse(call.response_json, nullptr, false);
  }
  if (!call.warnings.empty()) {
    json["warnings"] = call.warnings;
  }
  return json;
}

Json to_json(const StepOutcome& step) {
  Json json{{"name", step.name},
            {"command", step.command},
            {"host", step.host},
            {"began", seconds(step.began)},
            {"ended", seconds(step.ended)},
            {"finished", step.finished},
            {"failed", step.failed},
            {"complaint", step.complaint},
            {"output", step.output}};
  std::visit(
      Overloaded{[](std::monostate) {},
                 [&json](const PingOutcome& ping) { json["ping"] = to_json(ping); },
                 [&json](const TracerouteOutcome& trace) { json["traceroute"] = to_json(trace); },
                 [&json](const DigOutcome& dig) { json["dig"] = to_json(dig); },
                 [&json](const ApiOutcome& call) { json["call"] = to_json(call); }},
      step.result);
  return json;
}

Json to_json(const CheckOutcome& check) {
  return Json{{"name", check.name},     {"expected", check.expected}, {"observed", check.observed},
              {"faults", check.faults}, {"reason", check.reason},     {"code", check.code},
              {"rule", check.rule},     {"missing", check.missing},   {"fixes", check.fixes},
              {"passed", check.passed}, {"points", check.points},     {"possible", check.possible},
              {"hint", check.hint},     {"line", check.mark.line}};
}

/// What was expected, what was seen instead, wherein they differ, and what may help.
std::string text_of_failure(const CheckOutcome& check) {
  std::string out;
  const auto line = [&out](std::string_view label, const std::string& text) {
    out += "        " + std::string(label) + clean(text) + '\n';
  };
  line("expected: ", check.expected);
  line("observed: ", check.observed);
  for (const std::string& fault : check.faults) {
    line("- ", fault);
  }
  if (!check.hint.empty()) {
    line("hint: ", check.hint);
  }
  return out;
}

}  // namespace

std::string text_report(const RunOutcome& outcome, const Scenario& scenario, bool color) {
  std::string out;
  for (const StepOutcome& step : outcome.steps) {
    if (step.failed) {
      out += painted("FAILED", kRed, color) + "  " + clean(step.name) + ": " + clean(step.command) +
             "\n        " + clean(step.complaint) + '\n';
    }
  }
  for (const StepOutcome& step : outcome.steps) {
    const auto* call = std::get_if<ApiOutcome>(&step.result);
    for (const std::string& warning :
         call == nullptr ? std::vector<std::string>() : call->warnings) {
      out += "warning  " + clean(step.name) + ": " + clean(warning) + '\n';
    }
  }
  std::size_t passed = 0;
  for (const CheckOutcome& check : outcome.checks) {
    passed += check.passed ? 1 : 0;
    out += painted(check.passed ? "passed" : "FAILED", check.passed ? kGreen : kRed, color) + "  " +
           clean(check.name) + " (" + std::to_string(check.points) + '/' +
           std::to_string(check.possible) + ")\n";
    out += check.passed ? "        " + clean(check.observed) + '\n' : text_of_failure(check);
  }
  const auto failed = std::count_if(outcome.steps.begin(), outcome.steps.end(),
                                    [](const StepOutcome& step) { return step.failed; });
  return out + scenario.name + ": " + std::to_string(passed) + " of " +
         std::to_string(outcome.checks.size()) + " checks passed, " +
         std::to_string(points_of(outcome)) + " of " + std::to_string(possible_of(outcome)) +
         " points" + (failed == 0 ? "" : ", but steps failed: " + std::to_string(failed)) + '\n';
}

std::string json_report(const RunOutcome& outcome, const Scenario& scenario) {
  Json steps = Json::array();
  for (const StepOutcome& step : outcome.steps) {
    steps.push_back(to_json(step));
  }
  Json checks = Json::array();
  for (const CheckOutcome& check : outcome.checks) {
    checks.push_back(to_json(check));
  }
  const Json json{{"scenario", scenario.name},
                  {"description", scenario.description},
                  {"ended", seconds(outcome.ended)},
                  {"passed", outcome.all_well()},
                  {"points", points_of(outcome)},
                  {"possible", possible_of(outcome)},
                  {"steps", steps},
                  {"checks", checks}};
  return dumped(json, 2) + '\n';
}

std::string json_lines_report(const RunOutcome& outcome) {
  std::string out;
  const auto append = [&out](std::string_view kind, const Json& fields) {
    Json line{{"kind", kind}};
    line.update(fields);
    out += dumped(line, -1) + '\n';
  };
  for (const StepOutcome& step : outcome.steps) {
    append("step", to_json(step));
  }
  for (const CheckOutcome& check : outcome.checks) {
    append("check", to_json(check));
  }
  return out;
}

std::string junit_report(const RunOutcome& outcome, const Scenario& scenario) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node suite = document.append_child("testsuite");
  suite.append_attribute("name") = scenario.name.c_str();
  int tests = 0;
  int failures = 0;
  const auto add_case = [&](const std::string& name, bool passed, const std::string& message,
                            const std::string& details) {
    ++tests;
    pugi::xml_node test_case = suite.append_child("testcase");
    test_case.append_attribute("classname") = scenario.name.c_str();
    test_case.append_attribute("name") = clean(name).c_str();
    if (!passed) {
      ++failures;
      pugi::xml_node failure = test_case.append_child("failure");
      failure.append_attribute("message") = clean(message).c_str();
      failure.text() = clean(details).c_str();
    }
  };
  for (const StepOutcome& step : outcome.steps) {
    if (step.failed) {
      add_case(step.name, false, step.complaint, step.command);
    }
  }
  for (const CheckOutcome& check : outcome.checks) {
    add_case(check.name, check.passed, check.observed, text_of_failure(check));
  }
  suite.append_attribute("tests") = tests;
  suite.append_attribute("failures") = failures;
  suite.append_attribute("errors") = 0;
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace vpclab::scenario
