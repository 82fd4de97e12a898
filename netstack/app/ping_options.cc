#include "netstack/app/ping_options.h"

#include <algorithm>
#include <limits>

namespace vpclab::app {
namespace {

using Refused = tl::unexpected<UsageError>;

/// What iputils 20221126 takes and this ping does not.
constexpr std::string_view kLeftOut = "6aABCdDfFhlLmNOQrRSTUvV";
constexpr std::string_view kWithValue = "ciItswWMpeFlmNQST";

Refused refuse(std::string sentence, const Argument& argument, int exit_status = 2) {
  return Refused(UsageError{"ping: " + std::move(sentence), argument.value_word, exit_status});
}

/// An integer in a range, complained about as the real program does.
tl::expected<std::int64_t, UsageError> integer(const Argument& argument, std::int64_t least,
                                               std::int64_t most) {
  const std::string text(argument.value);
  const std::optional<std::int64_t> value = parse_integer(text);
  if (!value) {
    const std::string range = is_integer(text) ? ": Numerical result out of range" : "";
    return refuse("invalid argument: '" + text + "'" + range, argument, 1);
  }
  if (*value < least || *value > most) {
    return refuse("invalid argument: '" + text + "': out of range: " + std::to_string(least) +
                      " <= value <= " + std::to_string(most),
                  argument, 1);
  }
  return *value;
}

tl::expected<Duration, UsageError> seconds(const Argument& argument, std::string_view what,
                                           Duration most) {
  const std::optional<Duration> value = parse_seconds(argument.value);
  if (!value) {
    return refuse("option argument contains garbage: " + std::string(argument.value), argument);
  }
  if (*value < Duration::zero() || *value > most) {
    return refuse(std::string(what) + ": " + std::string(argument.value), argument);
  }
  return std::chrono::floor<std::chrono::milliseconds>(*value);
}

tl::expected<std::vector<std::uint8_t>, UsageError> pattern(const Argument& argument) {
  constexpr std::size_t kBytesMax = 16;
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  const std::string_view text = argument.value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (digit(text[i]) < 0) {
      return refuse("patterns must be specified as hex digits: " + std::string(text.substr(i)),
                    argument);
    }
  }
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size() && bytes.size() < kBytesMax; i += 2) {
    const bool pair = i + 1 < text.size();
    bytes.push_back(static_cast<std::uint8_t>(pair ? digit(text[i]) * 16 + digit(text[i + 1])
                                                   : digit(text[i])));
  }
  return bytes;
}

tl::expected<host::PathMtuDiscovery, UsageError> discovery(const Argument& argument) {
  if (argument.value == "do") {
    return host::PathMtuDiscovery::kDo;
  }
  if (argument.value == "dont") {
    return host::PathMtuDiscovery::kDont;
  }
  if (argument.value == "want") {
    return host::PathMtuDiscovery::kWant;
  }
  return refuse("invalid -M argument: " + std::string(argument.value), argument);
}

/// Puts what a reader read where it belongs, or passes its complaint on.
template <class Value, class Put>
std::optional<UsageError> put(const tl::expected<Value, UsageError>& read, Put&& into) {
  if (!read) {
    return read.error();
  }
  into(*read);
  return std::nullopt;
}

std::optional<UsageError> apply(PingOptions& options, const Argument& argument) {
  constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();
  const Duration longest = std::chrono::milliseconds(kIntMax);
  switch (argument.letter) {
    case 'c':
      return put(integer(argument, 1, std::numeric_limits<std::int64_t>::max()),
                 [&](std::int64_t v) { options.count = static_cast<std::uint64_t>(v); });
    case 'i':
      return put(seconds(argument, "bad timing interval", longest - std::chrono::milliseconds(1)),
                 [&](Duration v) { options.interval = v; });
    case 'e':
      return put(integer(argument, 0, std::numeric_limits<std::uint16_t>::max()),
                 [&](std::int64_t v) { options.identifier = static_cast<std::uint16_t>(v); });
    case 's':
      return put(integer(argument, 0, kIntMax),
                 [&](std::int64_t v) { options.size = static_cast<std::uint32_t>(v); });
    case 't':
      return put(integer(argument, 0, 255),
                 [&](std::int64_t v) { options.ttl = static_cast<std::uint8_t>(v); });
    case 'w':
      return put(integer(argument, 0, kIntMax), [&](std::int64_t v) {
        options.deadline.reset();
        if (v > 0) {
          options.deadline = std::chrono::seconds(v);
        }
      });
    case 'W':
      return put(seconds(argument, "bad linger time", longest),
                 [&](Duration v) { options.linger = v; });
    case 'M':
      return put(discovery(argument), [&](host::PathMtuDiscovery v) { options.discovery = v; });
    case 'p':
      return put(pattern(argument),
                 [&](const std::vector<std::uint8_t>& v) { options.pattern = v; });
    case 'I':
      options.source = argument.value;
      return std::nullopt;
    case 'q':
      options.quiet = true;
      return std::nullopt;
    case 'b':
      options.allow_broadcast = true;
      return std::nullopt;
    default:
      return std::nullopt;  // -n, -4
  }
}

}  // namespace

tl::expected<PingCommand, UsageError> parse_ping(std::span<const std::string> words) {
  constexpr std::string_view kKnown = "cieIstwWMpqbn4";
  PingCommand command;
  bool has_destination = false;
  std::size_t size_word = 0;
  ArgumentReader reader(words, kWithValue);
  while (const std::optional<Argument> argument = reader.next()) {
    if (!argument->name.empty()) {
      return Refused(UsageError{"ping: unrecognized option '--" + std::string(argument->name) + "'",
                                argument->word, 2});
    }
    const std::string letter(1, argument->letter);
    if (argument->letter == '\0') {
      if (has_destination) {
        return Refused(UsageError{"ping: source routing through '" + command.destination +
                                      "' is not supported here: give one destination",
                                  argument->word, 2});
      }
      command.destination = argument->value;
      has_destination = true;
      continue;
    }
    if (kLeftOut.find(argument->letter) != std::string_view::npos) {
      return Refused(
          UsageError{"ping: option '-" + letter + "' is not supported here", argument->word, 2});
    }
    if (kKnown.find(argument->letter) == std::string_view::npos) {
      return Refused(UsageError{"ping: invalid option -- '" + letter + "'", argument->word, 2});
    }
    if (reader.wants_value(*argument) && !argument->has_value) {
      return Refused(
          UsageError{"ping: option requires an argument -- '" + letter + "'", argument->word, 2});
    }
    if (std::optional<UsageError> refused = apply(command.options, *argument)) {
      return Refused(*std::move(refused));
    }
    size_word = argument->letter == 's' ? argument->value_word : size_word;
  }
  if (!has_destination) {
    return Refused(UsageError{"ping: usage error: Destination address required", words.size(), 1});
  }
  if (command.options.size > kPingSizeMax) {
    command.warnings.push_back({"no IPv4 datagram holds " + std::to_string(command.options.size) +
                                    " bytes of a ping's data, the most is " +
                                    std::to_string(kPingSizeMax) +
                                    ": ping starts, and sends nothing",
                                size_word});
  }
  return command;
}

}  // namespace vpclab::app
