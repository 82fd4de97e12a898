#include "netstack/base/sim_time.h"

#include <array>
#include <cstdio>
#include <utility>

namespace vpclab {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 7> kUnits = {{{"d", 86'400'000'000'000},
                                         {"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};
constexpr std::int64_t kMaxNanoseconds = std::int64_t{100} * 365 * 86'400 * 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error not_a_duration(std::string_view text) {
  return Error{"'" + std::string(text) +
               "' is not a duration (write a number and a unit: 250us, 5500ms, 2s, 10m, 3h, 7d)"};
}

}  // namespace

std::string to_string(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) {
    return "0s";
  }
  // Minutes and above read worse than seconds in a trace: the largest unit printed is s.
  for (const Unit& unit : kUnits) {
    if (unit.nanoseconds <= 1'000'000'000 && count % unit.nanoseconds == 0) {
      return std::to_string(count / unit.nanoseconds) + std::string(unit.suffix);
    }
  }
  return std::to_string(count) + "ns";
}

std::string to_string(SimTime time) {
  const std::int64_t count = to_nanoseconds(time);
  std::array<char, 48> text{};
  const int length = std::snprintf(text.data(), text.size(), "%lld.%09llds",
                                   static_cast<long long>(count / 1'000'000'000),
                                   static_cast<long long>(count % 1'000'000'000));
  return std::string(text.data(), static_cast<std::size_t>(length));
}

Result<Duration> parse_duration(std::string_view text) {
  std::size_t at = 0;
  std::int64_t whole = 0;
  while (at < text.size() && is_digit(text[at])) {
    if (whole > kMaxNanoseconds / 10) {
      return fail("'" + std::string(text) + "' is longer than 100 years");
    }
    whole = whole * 10 + (text[at] - '0');
    ++at;
  }
  if (at == 0) {
    return tl::unexpected(not_a_duration(text));
  }
  std::int64_t fraction = 0;
  std::int64_t fraction_scale = 1;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    while (at < text.size() && is_digit(text[at]) && at - first < 9) {
      fraction = fraction * 10 + (text[at] - '0');
      fraction_scale *= 10;
      ++at;
    }
    if (at == first) {
      return tl::unexpected(not_a_duration(text));
    }
  }
  const std::string_view suffix = text.substr(at);
  if (suffix.empty() && whole == 0 && fraction == 0) {
    return Duration::zero();
  }
  for (const Unit& unit : kUnits) {
    if (unit.suffix != suffix) {
      continue;
    }
    if (whole > kMaxNanoseconds / unit.nanoseconds) {
      return fail("'" + std::string(text) + "' is longer than 100 years");
    }
    // Split, so that no product exceeds 64 bits.
    const std::int64_t tail = unit.nanoseconds % fraction_scale * fraction;
    const std::int64_t scaled =
        unit.nanoseconds / fraction_scale * fraction + tail / fraction_scale;
    if (tail % fraction_scale != 0) {
      return fail("'" + std::string(text) + "' is finer than a nanosecond");
    }
    const std::int64_t total = whole * unit.nanoseconds + scaled;
    if (total > kMaxNanoseconds) {
      return fail("'" + std::string(text) + "' is longer than 100 years");
    }
    return Duration(total);
  }
  return tl::unexpected(not_a_duration(text));
}

}  // namespace vpclab
