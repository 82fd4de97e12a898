#include "emulator/scenario/reader.h"

#include <array>
#include <charconv>
#include <utility>

#include "netstack/base/magnitude.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostTexts = 1'000;
constexpr std::uint64_t kMostBitsPerSecond = 1'000'000'000'000;

std::string kind_name(const Node& node) {
  if (node.is_null()) {
    return "nothing";
  }
  switch (node.kind) {
    case Node::Kind::kScalar:
      return "'" + printable(node.text, 40) + "'";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return {};
}

/// Digits with up to six decimals, in millionths; nothing where `text` is something else or more
/// than 1e12.
std::optional<std::uint64_t> millionths(std::string_view text) {
  std::uint64_t whole = 0;
  const char* end = text.data() + text.size();
  auto [next, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc{} || whole > 1'000'000'000'000U) {
    return std::nullopt;
  }
  std::uint64_t value = whole * 1'000'000U;
  if (next == end) {
    return value;
  }
  const std::string_view decimals(next + 1, static_cast<std::size_t>(end - next) - 1);
  if (*next != '.' || decimals.empty() || decimals.size() > 6 ||
      decimals.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t unit = 100'000;
  for (const char digit : decimals) {
    value += static_cast<std::uint64_t>(digit - '0') * unit;
    unit /= 10;
  }
  return value;
}

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

std::string too_large(const Node& node, const std::string& most) {
  return printable(node.text, 24) + " is too large: at most " + most;
}

/// A number with one of the units; the first unit whose suffix fits is taken.
std::optional<std::uint64_t> with_unit(std::string_view text, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (text.ends_with(unit.suffix)) {
      const std::optional<std::uint64_t> value =
          millionths(text.substr(0, text.size() - unit.suffix.size()));
      if (!value.has_value() || *value > UINT64_MAX / unit.factor) {
        return std::nullopt;
      }
      const std::uint64_t scaled = *value * unit.factor;
      return scaled % 1'000'000U == 0 ? std::optional(scaled / 1'000'000U) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// Whether a text is a number with one of the units, though one with too many decimals.
bool is_too_fine(std::string_view text, std::span<const Unit> units) {
  return std::any_of(units.begin(), units.end(), [text](const Unit& unit) {
    return text.ends_with(unit.suffix) &&
           base::plain_decimal(text.substr(0, text.size() - unit.suffix.size())).has_value();
  });
}

/// A number with one of the units that is more than `most` of the smallest.
bool is_above(std::string_view text, std::span<const Unit> units, std::uint64_t most) {
  if (const std::optional<std::uint64_t> value = with_unit(text, units)) {
    return *value > most;
  }
  return std::any_of(units.begin(), units.end(), [text, most](const Unit& unit) {
    return text.ends_with(unit.suffix) &&
           base::is_above(text.substr(0, text.size() - unit.suffix.size()), most / unit.factor);
  });
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  return text == "false" || text == "False" || text == "FALSE" ? std::optional(false)
                                                               : std::nullopt;
}

void Reader::complain_unknown(const Mark& mark, std::string message, std::string_view text,
                              std::span<const std::string_view> candidates) {
  complain(mark, std::move(message),
           diagnostics_->has_room() ? base::suggestion(text, candidates) : std::string());
}

std::optional<Text> Reader::text(const Node& node) {
  if (node.refused) {
    return std::nullopt;
  }
  if (!node.is_scalar() || node.is_null()) {
    complain(node.mark, "expected a text, found " + kind_name(node));
    return std::nullopt;
  }
  if (node.text.size() > kLongestText) {
    complain(node.mark, "a text has at most " + std::to_string(kLongestText) + " bytes");
    return std::nullopt;
  }
  return Text{node.text, node.mark};
}

std::vector<Text> Reader::texts(const Node& node) {
  std::vector<Text> result;
  if (!node.is_sequence()) {
    if (std::optional<Text> single = text(node)) {
      result.push_back(std::move(*single));
    }
    return result;
  }
  if (node.items.size() > kMostTexts) {
    complain(node.mark, "a list has at most " + std::to_string(kMostTexts) + " elements");
    return result;
  }
  for (const Node& item : node.items) {
    if (std::optional<Text> element = text(item)) {
      result.push_back(std::move(*element));
    }
  }
  return result;
}

std::optional<Flag> Reader::flag(const Node& node) {
  if (node.is_scalar() && node.plain) {
    if (const std::optional<bool> value = parse_boolean(node.text)) {
      return Flag{*value, node.mark};
    }
  }
  complain(node.mark, "expected true or false, found " + kind_name(node));
  return std::nullopt;
}

std::optional<Located<std::int64_t>> Reader::integer(const Node& node, std::int64_t least,
                                                     std::int64_t most) {
  std::int64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [next, error] = std::from_chars(node.text.data(), end, value);
  if (node.is_scalar() && base::is_above(node.text, static_cast<std::uint64_t>(most))) {
    complain(node.mark, too_large(node, std::to_string(most)));
    return std::nullopt;
  }
  if (!node.is_scalar() || node.text.empty() || next != end ||
      (error != std::errc{} && error != std::errc::result_out_of_range)) {
    complain(node.mark, "expected a whole number, found " + kind_name(node));
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || value < least) {
    complain(node.mark,
             printable(node.text, 24) + " is too small: at least " + std::to_string(least));
    return std::nullopt;
  }
  return Located<std::int64_t>{value, node.mark};
}

std::optional<Located<Duration>> Reader::duration(const Node& node, Duration most) {
  if (node.is_scalar() && base::is_above(node.text, most)) {
    complain(node.mark, printable(node.text, 24) + " is too long: at most " +
                            (most == kLongestDuration ? "1000d" : vpclab::to_string(most)));
    return std::nullopt;
  }
  const Result<Duration> value =
      node.is_scalar() ? parse_duration(node.text) : Result<Duration>(fail(""));
  if (!value) {
    complain(node.mark, "expected a time span, found " + kind_name(node),
             "a number with its unit: 250us, 5500ms, 2s, 1.5s, 10m, 3h");
    return std::nullopt;
  }
  return Located<Duration>{*value, node.mark};
}

std::optional<Text> Reader::word(const Node& node, std::span<const std::string_view> words) {
  if (node.is_scalar() && std::find(words.begin(), words.end(), node.text) != words.end()) {
    return Text{node.text, node.mark};
  }
  complain_unknown(node.mark, kind_name(node) + " is none of the words that fit here", node.text,
                   words);
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::share(const Node& node) {
  static constexpr std::array<Unit, 2> kUnits{{{"ppm", 1}, {"%", 10'000}}};
  const std::optional<std::uint64_t> value =
      node.is_scalar() ? with_unit(node.text, kUnits) : std::nullopt;
  if (node.is_scalar() && !value.has_value() && is_too_fine(node.text, kUnits) &&
      !is_above(node.text, kUnits, 1'000'000U)) {
    complain(node.mark, printable(node.text, 24) + " is too fine: the smallest step is 0.0001%",
             "a whole number of millionths: 0.0001% is 1ppm");
    return std::nullopt;
  }
  if (!value.has_value() || *value > 1'000'000U) {
    complain(node.mark, "expected a share between 0% and 100%, found " + kind_name(node),
             "such as 10%, 0.5% or 100ppm");
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint64_t> Reader::rate(const Node& node) {
  static constexpr std::array<Unit, 4> kUnits{
      {{"Gbit", 1'000'000'000}, {"Mbit", 1'000'000}, {"kbit", 1'000}, {"bit", 1}}};
  if (node.is_scalar() && is_above(node.text, kUnits, kMostBitsPerSecond)) {
    complain(node.mark, too_large(node, "1000Gbit"));
    return std::nullopt;
  }
  const std::optional<std::uint64_t> value =
      node.is_scalar() ? with_unit(node.text, kUnits) : std::nullopt;
  if (!value.has_value() || *value == 0 || *value > kMostBitsPerSecond) {
    complain(node.mark, "expected a rate in bits a second, found " + kind_name(node),
             "such as 56kbit, 10Mbit or 1Gbit");
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint32_t> Reader::size(const Node& node) {
  static constexpr std::array<Unit, 4> kUnits{
      {{"MB", 1'000'000}, {"kB", 1'000}, {"B", 1}, {"", 1}}};
  if (node.is_scalar() && is_above(node.text, kUnits, UINT32_MAX)) {
    complain(node.mark, too_large(node, std::to_string(UINT32_MAX) + "B"));
    return std::nullopt;
  }
  const std::optional<std::uint64_t> value =
      node.is_scalar() ? with_unit(node.text, kUnits) : std::nullopt;
  if (!value.has_value() || *value > UINT32_MAX) {
    complain(node.mark, "expected a number of bytes, found " + kind_name(node),
             "such as 1500, 64kB or 1MB");
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*value);
}

bool Reader::expect_mapping(const Node& node, std::string_view what) {
  if (!node.is_mapping()) {
    complain(node.mark, std::string(what) + " must be a mapping, found " + kind_name(node),
             "write `{key: value}`, or `key: value` lines indented below");
  }
  return node.is_mapping();
}

bool Reader::expect_sequence(const Node& node, std::string_view what) {
  if (!node.is_sequence()) {
    complain(node.mark, std::string(what) + " must be a list, found " + kind_name(node),
             "write `[a, b]`, or lines that begin with `- `");
  }
  return node.is_sequence();
}

}  // namespace vpclab::scenario
