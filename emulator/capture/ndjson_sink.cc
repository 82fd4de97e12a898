#include "emulator/capture/ndjson_sink.h"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "emulator/trace/explain.h"

namespace vpclab::capture {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) {
  // Names come from files: what is not UTF-8 is replaced, never thrown about.
  constexpr int kOneLine = -1;
  return json.dump(kOneLine, ' ', false, Json::error_handler_t::replace) + "\n";
}

void put_id(Json& json, const char* key, const api::ResourceId& id) {
  if (!id.empty()) {
    json[key] = to_string(id);
  }
}

Json json_of(const trace::Step& step) {
  Json json = {{"stage", trace::to_string(step.stage)},
               {"outcome", trace::to_string(step.outcome)}};
  put_id(json, "object", step.rule.object);
  put_id(json, "rule", step.rule.rule);
  put_id(json, "scope", step.rule.scope);
  if (step.rule.has_prefix) {
    json["prefix"] = to_string(step.rule.prefix);
  }
  json["text"] = trace::brief(step);
  return json;
}

Json json_of(const trace::Tap& tap, const trace::NameDirectory& names) {
  Json json = {{"element", to_string(tap.element)}, {"side", trace::to_string(tap.side)}};
  if (std::string name = names.name_of(tap.element); !name.empty()) {
    json["name"] = std::move(name);
  }
  return json;
}

}  // namespace

void NdjsonSink::record(const trace::TraceEvent& event) {
  Json json = {{"time_ns", to_nanoseconds(event.at)},
               {"event", trace::to_string(event.kind)},
               {"tap", json_of(event.tap, names())},
               {"direction", trace::to_string(event.direction)},
               {"packet", event.packet}};
  if (event.cause != 0) {
    json["cause"] = event.cause;
  }
  json["packet_summary"] = trace::summary_of(event);
  json["length"] = event.bytes.size();
  if (event.kind == trace::EventKind::kDropped) {
    const trace::Explanation why = trace::explain(event, names());
    json["reason"] = trace::to_string(why.reason);
    json["code"] = why.code;
    json["rule"] = why.rule;
    json["sentence"] = why.sentence;
  }
  if (!event.outcome.empty()) {
    json["outcome"] = event.outcome;
  }
  if (event.steps != nullptr && !event.steps->empty()) {
    Json& steps = json["steps"] = Json::array();
    for (const trace::Step& step : *event.steps) {
      steps.push_back(json_of(step));
    }
  }
  append(line_of(json));
}

void NdjsonSink::note(SimTime at, std::string_view kind, std::string_view text) {
  append(line_of(Json{{"time_ns", to_nanoseconds(at)}, {"note", kind}, {"text", text}}));
}

}  // namespace vpclab::capture
