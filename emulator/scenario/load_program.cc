// ping and traceroute as steps and as probes of checks: keys become the options of the real
// programs, lines are split into words.
#include <array>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {
namespace {

constexpr std::int64_t kMostCount = 1'000'000;
constexpr std::int64_t kMostPingSeconds = 2'147'483;  // iputils counts milliseconds in an int
constexpr std::int64_t kMostWaitSeconds = 86'400;
constexpr std::int64_t kMostRunSeconds = Reader::kLongestDuration / std::chrono::seconds(1);
constexpr std::string_view kDefaultPingCount = "4";

/// A program's mapping while it is read.
struct ProgramKeys {
  std::optional<Text> from;
  std::optional<Text> to;
  std::optional<Text> line;
  std::vector<std::string> words;
  bool is_bounded = false;  ///< a count or a deadline was given
};

void add_option(ProgramKeys& keys, std::string_view option, std::string value) {
  keys.words.emplace_back(option);
  keys.words.push_back(std::move(value));
}

/// Seconds as the programs take them: `1`, `0.2`.
std::string as_seconds(Duration duration) {
  const std::int64_t nanoseconds = duration.count();
  std::string text = std::to_string(nanoseconds / 1'000'000'000);
  std::string decimals = std::to_string(1'000'000'000 + nanoseconds % 1'000'000'000).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return decimals.empty() ? text : text + '.' + decimals;
}

template <char kOption, std::int64_t kLeast, std::int64_t kMost>
void read_count(Loader& loader, const Node& node, ProgramKeys& keys) {
  if (const auto value = loader.reader().integer(node, kLeast, kMost)) {
    add_option(keys, std::string{'-', kOption}, std::to_string(value->value));
    keys.is_bounded = keys.is_bounded || kOption == 'c';
  }
}

template <char kOption, std::int64_t kMost>
void read_seconds(Loader& loader, const Node& node, ProgramKeys& keys) {
  if (const auto value = loader.reader().duration(node, std::chrono::seconds(kMost))) {
    add_option(keys, std::string{'-', kOption}, as_seconds(value->value));
    // For ping alone: traceroute's -w is a wait per probe, and it ends by itself anyhow.
    keys.is_bounded = keys.is_bounded || kOption == 'w';
  }
}

template <char kOption>
void read_text(Loader& loader, const Node& node, ProgramKeys& keys) {
  if (const auto value = loader.reader().text(node)) {
    add_option(keys, std::string{'-', kOption}, value->value);
  }
}

template <char kOption>
void read_switch(Loader& loader, const Node& node, ProgramKeys& keys) {
  if (const auto value = loader.reader().flag(node); value.has_value() && value->value) {
    keys.words.push_back(std::string{'-', kOption});
  }
}

constexpr LoaderField<ProgramKeys> kFrom{"from", false, &store<&ProgramKeys::from, ProgramKeys>};
constexpr LoaderField<ProgramKeys> kTo{"to", false, &store<&ProgramKeys::to, ProgramKeys>};
constexpr LoaderField<ProgramKeys> kLine{"line", false, &store<&ProgramKeys::line, ProgramKeys>};

// A step's `name` may stand beside `ping:` or within its mapping; the step reads it.
constexpr LoaderField<ProgramKeys> kName{
    "name", false, [](Loader& /*loader*/, const Node& /*node*/, ProgramKeys& /*keys*/) {}};

constexpr std::array<LoaderField<ProgramKeys>, 14> kPingFields{{
    kName,
    kFrom,
    kTo,
    kLine,
    {"count", false, &read_count<'c', 1, kMostCount>},
    {"interval", false, &read_seconds<'i', kMostPingSeconds>},
    {"size", false, &read_count<'s', 0, 65507>},
    {"ttl", false, &read_count<'t', 1, 255>},
    {"timeout", false, &read_seconds<'W', kMostPingSeconds>},
    {"deadline", false, &read_seconds<'w', kMostRunSeconds>},
    {"pmtu", false, &read_text<'M'>},
    {"pattern", false, &read_text<'p'>},
    {"source", false, &read_text<'I'>},
    {"quiet", false, &read_switch<'q'>},
}};

constexpr std::array<LoaderField<ProgramKeys>, 11> kTracerouteFields{{
    kName,
    kFrom,
    kTo,
    kLine,
    {"method", false,
     [](Loader& loader, const Node& node, ProgramKeys& keys) {
       static constexpr std::array<std::string_view, 2> kMethods{"udp", "icmp"};
       const auto method = loader.reader().word(node, kMethods);
       if (method.has_value() && method->value == "icmp") {
         keys.words.emplace_back("-I");
       }
     }},
    {"max_hops", false, &read_count<'m', 1, 255>},
    {"first_ttl", false, &read_count<'f', 1, 255>},
    {"queries", false, &read_count<'q', 1, 10>},
    {"port", false, &read_count<'p', 1, 65535>},
    {"wait", false, &read_seconds<'w', kMostWaitSeconds>},
    {"numeric", false, &read_switch<'n'>},
}};

std::vector<std::string> words_of_line(std::string_view line, std::string_view program) {
  std::vector<std::string> words;
  for (const Word& word : split_words(line)) {
    if (!words.empty() || word.text != program) {
      words.emplace_back(word.text);
    }
  }
  return words;
}

/// Keys or a line to a step; nothing where it is not known who sends where to. After other
/// complaints, with what could be read.
template <class Step, class Fields>
std::optional<Step> read_program(Loader& loader, const Node& node, const std::optional<Text>& from,
                                 const Fields& fields, std::string_view program) {
  ProgramKeys keys;
  const std::size_t grave = loader.reader().grave_faults();
  const bool is_sound = read_mapping(loader, node, node.mark, program, fields, keys, "line");
  if (loader.reader().grave_faults() != grave) {
    return std::nullopt;
  }
  const std::optional<Text>& sender = keys.from.has_value() ? keys.from : from;
  if (!is_sound && !(sender.has_value() && (keys.to.has_value() || keys.line.has_value()))) {
    return std::nullopt;
  }
  if (!sender.has_value()) {
    loader.reader().complain(node.mark, std::string(program) + " has no 'from'",
                             "name the instance that sends: `from: instance-1`");
    return std::nullopt;
  }
  Step step;
  step.mark = node.mark;
  step.from = *sender;
  if (keys.line.has_value()) {
    if (keys.to.has_value() || !keys.words.empty()) {
      loader.reader().complain(keys.line->mark, "a line says all; no key but 'from' goes with it");
      return std::nullopt;
    }
    step.words = words_of_line(keys.line->value, program);
    step.to.mark = keys.line->mark;  // which word it is, the program's own parser says
    return step;
  }
  if (!keys.to.has_value()) {
    loader.reader().complain(node.mark, std::string(program) + " has no 'to'",
                             "name an instance, or an address: `to: 10.2.4.95`");
    return std::nullopt;
  }
  step.words = std::move(keys.words);
  if (program == "ping" && !keys.is_bounded) {
    step.words.insert(step.words.begin(), {"-c", std::string(kDefaultPingCount)});
  }
  step.to = *keys.to;
  step.words.push_back(step.to.value);
  return step;
}

}  // namespace

std::optional<PingStep> read_ping(Loader& loader, const Node& node,
                                  const std::optional<Text>& from) {
  return read_program<PingStep>(loader, node, from, kPingFields, "ping");
}

std::optional<TracerouteStep> read_traceroute(Loader& loader, const Node& node,
                                              const std::optional<Text>& from) {
  return read_program<TracerouteStep>(loader, node, from, kTracerouteFields, "traceroute");
}

void list_program_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("ping", kPingFields));
  tables.push_back(key_table("traceroute", kTracerouteFields));
}

}  // namespace vpclab::scenario
