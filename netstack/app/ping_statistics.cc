#include "netstack/app/ping_statistics.h"

#include <algorithm>

namespace vpclab::app {
namespace {

__extension__ using Wide = unsigned __int128;

/// Rounds numerator / denominator to the nearest integer, ties to even.
Wide divide_to_even(Wide numerator, Wide denominator) {
  Wide quotient = numerator / denominator;
  const Wide twice_rest = 2 * (numerator % denominator);
  if (twice_rest > denominator || (twice_rest == denominator && quotient % 2 == 1)) {
    ++quotient;
  }
  return quotient;
}

std::int64_t square_root(Wide square) {
  Wide root = 0;
  for (int bit = 62; bit >= 0; --bit) {
    const Wide candidate = root | (Wide{1} << bit);
    if (candidate * candidate <= square) {
      root = candidate;
    }
  }
  return static_cast<std::int64_t>(root);
}

}  // namespace

void RoundTripTimes::add(Duration rtt) {
  const std::int64_t microseconds = rtt.count() / 1000;
  min_ = count_ == 0 ? microseconds : std::min(min_, microseconds);
  max_ = std::max(max_, microseconds);
  sum_ += microseconds;
  squares_ += static_cast<Wide>(microseconds) * static_cast<Wide>(microseconds);
  moving_ = moving_ == 0 ? microseconds * 8 : moving_ + microseconds - moving_ / 8;
  ++count_;
}

std::int64_t RoundTripTimes::average_microseconds() const {
  return count_ == 0 ? 0 : sum_ / static_cast<std::int64_t>(count_);
}

std::int64_t RoundTripTimes::deviation_microseconds() const {
  if (count_ == 0) {
    return 0;
  }
  const auto sum = static_cast<Wide>(sum_);
  return square_root((squares_ - sum * sum / count_) / count_);
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (part == 0) {
    return "0";
  }
  // The float nearest to 100 * part / whole is mantissa / 2^shift, the mantissa having 24 bits. At
  // most 100, so the shift is positive.
  int shift = 0;
  const auto scaled = [&] { return divide_to_even((Wide{100} * part) << shift, whole); };
  while (scaled() < (Wide{1} << 23)) {
    ++shift;
  }
  const Wide mantissa = scaled();
  // Its six significant decimal digits, and the power of ten of the first.
  Wide scale = 1;
  int exponent = 5;
  const auto digits = [&] { return divide_to_even(mantissa * scale, Wide{1} << shift); };
  while (digits() < 100'000) {
    scale *= 10;
    --exponent;
  }
  std::string text = std::to_string(static_cast<std::uint64_t>(digits()));
  if (text.size() == 7) {
    ++exponent;  // rounding carried: 999999.5
  }
  text.resize(6);
  while (text.size() > 1 && text.back() == '0') {
    text.pop_back();
  }
  if (exponent < -4) {
    const std::string power = std::to_string(-exponent);
    const std::string fraction = text.size() > 1 ? "." + text.substr(1) : "";
    return text.substr(0, 1) + fraction + "e-" + (power.size() < 2 ? "0" : "") + power;
  }
  if (exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + text;
  }
  const auto whole_digits = static_cast<std::size_t>(exponent) + 1;
  if (text.size() <= whole_digits) {
    return text + std::string(whole_digits - text.size(), '0');
  }
  return text.substr(0, whole_digits) + "." + text.substr(whole_digits);
}

}  // namespace vpclab::app
