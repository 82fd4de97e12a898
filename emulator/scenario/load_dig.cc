// dig as a step and as a probe of checks: keys become the words of the real program's command line.
#include <array>

#include "emulator/scenario/loader.h"
#include "netstack/wire/dns.h"

namespace vpclab::scenario {
namespace {

/// A dig's mapping while it is read.
struct DigKeys {
  std::optional<Text> from;
  std::optional<Text> query;
  std::optional<Text> server;
  std::optional<Text> type;
  std::optional<Text> line;
  std::optional<Located<Duration>> timeout;
  std::optional<std::int64_t> tries;
  std::optional<Flag> recursion;
  std::optional<Flag> brief;
};

void read_type(Loader& loader, const Node& node, DigKeys& keys) {
  loader.set(node, keys.type);
  if (keys.type.has_value() && !wire::parse_dns_type(keys.type->value).has_value()) {
    loader.reader().complain(keys.type->mark,
                             "'" + printable(keys.type->value, 24) + "' is no type of DNS records",
                             "such as A, AAAA, PTR, SOA, or TYPE and a number");
  }
}

constexpr std::array<LoaderField<DigKeys>, 10> kDigFields{{
    {"name", false, [](Loader& /*loader*/, const Node& /*node*/, DigKeys& /*keys*/) {}},
    {"from", false, &store<&DigKeys::from, DigKeys>},
    {"query", false, &store<&DigKeys::query, DigKeys>},
    {"server", false, &store<&DigKeys::server, DigKeys>},
    {"type", false, &read_type},
    {"line", false, &store<&DigKeys::line, DigKeys>},
    {"timeout", false,
     [](Loader& loader, const Node& node, DigKeys& keys) {
       keys.timeout = loader.reader().duration(node);
     }},
    {"tries", false,
     [](Loader& loader, const Node& node, DigKeys& keys) {
       if (const auto tries = loader.reader().integer(node, 1, 100)) {
         keys.tries = tries->value;
       }
     }},
    {"recursion", false, &store<&DigKeys::recursion, DigKeys>},
    {"short", false, &store<&DigKeys::brief, DigKeys>},
}};

/// What is written under `line`, without the program's own name.
std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> words;
  for (const Word& word : split_words(line)) {
    if (!words.empty() || word.text != "dig") {
      words.emplace_back(word.text);
    }
  }
  return words;
}

/// An address is asked for its name, as with -x.
void add_query(const DigKeys& keys, DigStep& step) {
  if (wire::Ipv4Address::parse(keys.query->value).has_value() && !keys.type.has_value()) {
    step.words.emplace_back("-x");
  }
  if (keys.type.has_value()) {
    step.words.insert(step.words.end(), {"-t", keys.type->value});
  }
  step.words.push_back(keys.query->value);
}

/// dig waits whole seconds.
void add_timeout(Loader& loader, const Located<Duration>& timeout, DigStep& step) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout.value);
  if (seconds.count() < 1 || seconds != timeout.value) {
    loader.reader().complain(timeout.mark, "dig waits whole seconds, one or more", "such as 2s");
  } else {
    step.words.push_back("+time=" + std::to_string(seconds.count()));
  }
}

void add_options(Loader& loader, const DigKeys& keys, DigStep& step) {
  if (keys.timeout.has_value()) {
    add_timeout(loader, *keys.timeout, step);
  }
  if (keys.tries.has_value()) {
    step.words.push_back("+tries=" + std::to_string(*keys.tries));
  }
  if (keys.recursion.has_value() && !keys.recursion->value) {
    step.words.emplace_back("+norecurse");
  }
  if (keys.brief.has_value() && keys.brief->value) {
    step.words.emplace_back("+short");
  }
}

}  // namespace

std::optional<DigStep> read_dig(Loader& loader, const Node& node, const std::optional<Text>& from) {
  DigKeys keys;
  if (!read_mapping(loader, node, node.mark, "dig", kDigFields, keys, "line")) {
    return std::nullopt;
  }
  const std::optional<Text>& sender = keys.from.has_value() ? keys.from : from;
  if (!sender.has_value()) {
    loader.reader().complain(node.mark, "dig has no 'from'",
                             "name the instance that asks: `from: instance-1`");
    return std::nullopt;
  }
  DigStep step;
  step.mark = node.mark;
  step.from = *sender;
  if (keys.line.has_value()) {
    if (keys.query.has_value() || keys.server.has_value() || keys.type.has_value()) {
      loader.reader().complain(keys.line->mark, "a line says all; no key but 'from' goes with it");
      return std::nullopt;
    }
    step.to.mark = keys.line->mark;
    step.words = words_of_line(keys.line->value);
    if (step.words.empty()) {
      loader.reader().complain(keys.line->mark, "the line asks for nothing",
                               "such as `dig @169.254.169.253 dns.google`");
      return std::nullopt;
    }
    return step;
  }
  if (!keys.query.has_value()) {
    loader.reader().complain(node.mark, "dig has no 'query'",
                             "the name that is asked for, or an address: `query: dns.google`");
    return std::nullopt;
  }
  step.to.mark = keys.query->mark;
  if (keys.server.has_value()) {
    step.server = keys.server->mark;
    step.words.push_back('@' + keys.server->value);
  }
  add_query(keys, step);
  add_options(loader, keys, step);
  return step;
}

void list_dig_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("dig", kDigFields));
}

}  // namespace vpclab::scenario
