#include "netstack/app/traceroute_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace vpclab::app {
namespace {

using Refused = tl::unexpected<UsageError>;

/// The real program knows no limit.
constexpr Duration kLongestWait = std::chrono::hours(24);

struct Option {
  char letter;
  std::string_view name;   // the long form; empty: none
  std::string_view value;  // what the value is called in complaints; empty: it has none
  bool known;              // here; the others are the real program's alone
};

constexpr std::array<Option, 26> kOptions = {{
    {'4', "", "", true},
    {'6', "", "", false},
    {'d', "debug", "", false},
    {'F', "dont-fragment", "", false},
    {'f', "first", "first_ttl", true},
    {'g', "gateway", "gate,...", false},
    {'I', "icmp", "", true},
    {'T', "tcp", "", false},
    {'i', "interface", "device", false},
    {'m', "max-hops", "max_ttl", true},
    {'N', "sim-queries", "squeries", true},
    {'n', "", "", true},
    {'p', "port", "port", true},
    {'t', "tos", "tos", true},
    {'l', "flowlabel", "flow_label", false},
    {'w', "wait", "MAX,HERE,NEAR", true},
    {'q', "queries", "nqueries", true},
    {'r', "", "", false},
    {'s', "source", "src_addr", true},
    {'z', "sendwait", "sendwait", false},
    {'e', "extensions", "", false},
    {'A', "as-path-lookups", "", false},
    {'M', "module", "name", false},
    {'O', "options", "OPTS,...", false},
    {'U', "udp", "", true},
    {'D', "dccp", "", false},
}};
constexpr std::string_view kLettersWithValue = "fgimNptlwqszMO";
constexpr std::string_view kNamesWithValue =
    "first gateway interface max-hops sim-queries port tos flowlabel wait queries source sendwait "
    "module options";

std::string spelling(const Argument& argument) {
  return argument.letter != '\0' ? "-" + std::string(1, argument.letter)
                                 : "--" + std::string(argument.name);
}

Refused refuse(std::string sentence, std::size_t word) {
  return Refused(UsageError{std::move(sentence), word, 2});
}

/// The real program counts words from 1 in its complaints.
std::string position(std::size_t word) { return " (argc " + std::to_string(word + 1) + ")"; }

Refused cannot_handle(const Argument& argument) {
  return refuse("Cannot handle `" + spelling(argument) + "' option with arg `" +
                    std::string(argument.value) + "'" + position(argument.value_word),
                argument.value_word);
}

/// As strtol(3) reads it: `16`, `0x10`, `020`; what does not fit becomes the nearest that does.
std::optional<std::int64_t> parse_c_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.starts_with('0')) {
    base = 8;
  }
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value, base);
  if (next != end || error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const bool is_too_large = error != std::errc{} || value > kMost;
  const auto number = static_cast<std::int64_t>(is_too_large ? kMost : value);
  return negative ? -number : number;
}

/// `MAX,HERE,NEAR`: those left out are 0, which switches HERE and NEAR off.
std::optional<UsageError> read_wait(const Argument& argument, TracerouteOptions& options) {
  std::array<Duration, 3> read{};
  std::array<std::string, 3> texts = {"0", "0", "0"};
  bool negative = false;
  std::size_t count = 0;
  for (std::string_view rest = argument.value;; ++count) {
    const std::size_t comma = rest.find(',');
    const auto value = parse_seconds(rest.substr(0, comma));
    if (count == read.size() || !value) {
      return cannot_handle(argument).value();
    }
    if (*value > kLongestWait) {
      UsageError too_long = cannot_handle(argument).value();
      too_long.message += ": too large, at most " +
                          std::to_string(kLongestWait / std::chrono::seconds(1)) + " here";
      return too_long;
    }
    read[count] = *value;
    texts[count] = rest.substr(0, comma);
    negative = negative || *value < Duration::zero();
    if (comma == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(comma + 1);
  }
  if (negative) {
    return UsageError{
        "bad wait specifications `" + texts[0] + "," + texts[1] + "," + texts[2] + "' used",
        argument.value_word, 2};
  }
  const auto thousandths = [](Duration value) {
    return static_cast<std::uint32_t>(value.count() / 1'000'000);
  };
  options.wait_max = read[0];
  options.wait_here_thousandths = thousandths(read[1]);
  options.wait_near_thousandths = thousandths(read[2]);
  return std::nullopt;
}

/// What is checked only once everything is read, as the real program does.
struct Pending {
  std::int64_t first_hop = 1;
  std::int64_t max_hops = 30;
  std::int64_t queries = 3;
  std::size_t first_word = 0;
  std::size_t max_word = 0;
  std::size_t queries_word = 0;
};

/// The low bits of a number, as the real program takes them, with a warning where that is another
/// number.
template <class T>
T low_bits(std::int64_t number, std::string_view what, const Argument& argument,
           std::vector<UsageWarning>& warnings) {
  const auto taken = static_cast<T>(number);
  if (number != taken) {
    warnings.push_back({std::string(what) + " " + std::string(argument.value) +
                            " is out of range, at most " +
                            std::to_string(std::numeric_limits<T>::max()) +
                            ": traceroute takes it as " + std::to_string(taken),
                        argument.value_word});
  }
  return taken;
}

std::optional<UsageError> apply(TracerouteCommand& command, Pending& pending, char letter,
                                const Argument& argument) {
  TracerouteOptions& options = command.options;
  const std::optional<std::int64_t> number = parse_c_integer(argument.value);
  switch (letter) {
    case 'I':
      options.method = TracerouteMethod::kIcmp;
      return std::nullopt;
    case 'U':
      options.method = TracerouteMethod::kUdp;
      return std::nullopt;
    case 'n':
      options.numeric = true;
      return std::nullopt;
    case 'w':
      return read_wait(argument, options);
    case 's': {
      const auto address = wire::Ipv4Address::parse(argument.value);
      if (!address) {
        return cannot_handle(argument).value();
      }
      options.source = *address;
      return std::nullopt;
    }
    case '4':
      return std::nullopt;
    default:
      break;
  }
  if (!number) {
    return cannot_handle(argument).value();
  }
  switch (letter) {
    case 'f':
      pending.first_hop = *number;
      pending.first_word = argument.value_word;
      break;
    case 'm':
      pending.max_hops = *number;
      pending.max_word = argument.value_word;
      break;
    case 'q':
      pending.queries = *number;
      pending.queries_word = argument.value_word;
      break;
    case 'N':
      options.simultaneous =
          static_cast<std::uint16_t>(std::clamp<std::int64_t>(*number, 1, 0xffff));
      break;
    case 'p':
      options.port = low_bits<std::uint16_t>(*number, "port", argument, command.warnings);
      break;
    case 't':
      options.tos = low_bits<std::uint8_t>(*number, "tos", argument, command.warnings);
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<UsageError> settle(const Pending& pending, TracerouteOptions& options) {
  if (pending.max_hops < 0 || pending.max_hops > 255) {
    return UsageError{"max hops cannot be more than 255", pending.max_word, 2};
  }
  if (pending.first_hop < 1 || pending.first_hop > pending.max_hops) {
    return UsageError{"first hop out of range", std::max(pending.first_word, pending.max_word), 2};
  }
  if (pending.queries < 1 || pending.queries > 10) {
    return UsageError{"no more than 10 probes per hop", pending.queries_word, 2};
  }
  options.first_hop = static_cast<std::uint8_t>(pending.first_hop);
  options.max_hops = static_cast<std::uint8_t>(pending.max_hops);
  options.queries = static_cast<std::uint8_t>(pending.queries);
  return std::nullopt;
}

std::optional<UsageError> read_operand(std::size_t count, const Argument& argument,
                                       TracerouteCommand& command) {
  constexpr std::int64_t kPacketMax = 65'000;
  constexpr std::int64_t kPacketMin = 28;
  const std::string text(argument.value);
  if (count == 0) {
    command.destination = text;
    return std::nullopt;
  }
  if (count > 1) {
    return UsageError{
        "Extra arg `" + text + "' (position 3, argc " + std::to_string(argument.word + 1) + ")",
        argument.word, 2};
  }
  const std::optional<std::int64_t> size = parse_c_integer(text);
  if (!size) {
    return UsageError{"Cannot handle \"packetlen\" cmdline arg `" + text +
                          "' on position 2 (argc " + std::to_string(argument.word + 1) + ")",
                      argument.word, 2};
  }
  if (*size > kPacketMax || *size < 0) {
    return UsageError{"too big packetlen " + text + " specified", argument.word, 2};
  }
  command.options.packet_size = static_cast<std::uint16_t>(std::max(*size, kPacketMin));
  return std::nullopt;
}

}  // namespace

tl::expected<TracerouteCommand, UsageError> parse_traceroute(std::span<const std::string> words) {
  TracerouteCommand command;
  Pending pending;
  std::size_t operands = 0;
  ArgumentReader reader(words, kLettersWithValue, kNamesWithValue);
  while (const std::optional<Argument> argument = reader.next()) {
    std::optional<UsageError> error;
    if (argument->letter == '\0' && argument->name.empty()) {
      error = read_operand(operands++, *argument, command);
    } else {
      const auto* const option =
          std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& each) {
            return argument->letter != '\0' ? each.letter == argument->letter
                                            : each.name == argument->name;
          });
      if (option == kOptions.end()) {
        return refuse("Bad option `" + spelling(*argument) + "'" + position(argument->word),
                      argument->word);
      }
      if (!option->known) {
        return refuse(
            "Option `" + spelling(*argument) + "' is not supported here" + position(argument->word),
            argument->word);
      }
      if (!option->value.empty() && !argument->has_value) {
        return refuse("Option `" + spelling(*argument) + "'" + position(argument->word) +
                          " requires an argument: `" + spelling(*argument) + " " +
                          std::string(option->value) + "'",
                      argument->word);
      }
      error = apply(command, pending, option->letter, *argument);
    }
    if (error) {
      return Refused(*std::move(error));
    }
  }
  if (operands == 0) {
    return refuse("Specify \"host\" missing argument.", words.size());
  }
  if (std::optional<UsageError> error = settle(pending, command.options)) {
    return Refused(*std::move(error));
  }
  return command;
}

}  // namespace vpclab::app
