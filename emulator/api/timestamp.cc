#include "emulator/api/timestamp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace vpclab::api {

namespace {

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

struct CivilDate {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
};

// Days are counted in eras of 400 years from 0000-03-01, so that the leap day ends a year.
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kDaysFromYearZeroTo1970 = 719'468;

std::int64_t days_since_1970(const CivilDate& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromYearZeroTo1970;
}

CivilDate date_of(std::int64_t days_since_epoch) {
  const std::int64_t days = days_since_epoch + kDaysFromYearZeroTo1970;
  const std::int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const std::int64_t day_of_era = days - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return CivilDate{year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
                   day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Up to the seconds, and the milliseconds that remain.
struct Written {
  std::string seconds;
  std::int64_t milliseconds = 0;
};

Written write(Timestamp timestamp) {
  std::int64_t days = timestamp.unix_milliseconds / kMillisecondsPerDay;
  std::int64_t rest = timestamp.unix_milliseconds % kMillisecondsPerDay;
  if (rest < 0) {
    rest += kMillisecondsPerDay;
    --days;
  }
  const CivilDate date = date_of(days);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld",
      static_cast<long long>(date.year), static_cast<long long>(date.month),
      static_cast<long long>(date.day), static_cast<long long>(rest / 3'600'000),
      static_cast<long long>(rest / 60'000 % 60), static_cast<long long>(rest / 1'000 % 60));
  return {std::string(text.data(), static_cast<std::size_t>(size)), rest % 1'000};
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

/// Takes fixed fields off the front of a text; once one is wrong, all is.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  std::int64_t number(std::size_t width, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    if (rest_.size() < width) {
      is_good_ = false;
      return low;
    }
    for (std::size_t i = 0; i < width; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        is_good_ = false;
        return low;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(width);
    is_good_ = is_good_ && value >= low && value <= high;
    return value;
  }

  bool skip(char expected) {
    if (rest_.empty() || rest_.front() != expected) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char expected) { is_good_ = skip(expected) && is_good_; }

  /// The digits after a point, cut to milliseconds.
  std::int64_t fraction() {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
      value = digits < 3 ? value * 10 + (rest_.front() - '0') : value;
      rest_.remove_prefix(1);
    }
    is_good_ = is_good_ && digits >= 1 && digits <= 9;
    for (; digits < 3; ++digits) {
      value *= 10;
    }
    return value;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  [[nodiscard]] bool is_good() const { return is_good_; }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace

std::string to_string(Timestamp timestamp) {
  const Written written = write(timestamp);
  return written.seconds + "." + padded(written.milliseconds, 3) + "Z";
}

std::string to_cli_string(Timestamp timestamp) {
  const Written written = write(timestamp);
  const std::string fraction =
      written.milliseconds == 0 ? "" : "." + padded(written.milliseconds, 3) + "000";
  return written.seconds + fraction + "+00:00";
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  FieldReader fields(text);
  CivilDate date;
  date.year = fields.number(4, 1970, 9999);
  fields.expect('-');
  date.month = fields.number(2, 1, 12);
  fields.expect('-');
  date.day = fields.number(2, 1, 31);
  std::int64_t milliseconds = 0;
  if (!fields.at_end()) {
    fields.expect('T');
    milliseconds += fields.number(2, 0, 23) * 3'600'000;
    fields.expect(':');
    milliseconds += fields.number(2, 0, 59) * 60'000;
    if (fields.skip(':')) {
      milliseconds += fields.number(2, 0, 59) * 1'000;
      if (fields.skip('.')) {
        milliseconds += fields.fraction();
      }
    }
    const bool is_east = fields.skip('+');
    if (is_east || fields.skip('-')) {
      const std::int64_t hours = fields.number(2, 0, 23);
      fields.expect(':');
      const std::int64_t offset = (hours * 60 + fields.number(2, 0, 59)) * 60'000;
      milliseconds += is_east ? -offset : offset;
    } else if (!fields.at_end()) {
      fields.expect('Z');  // without a zone the moment counts as UTC, too
    }
  }
  if (!fields.is_good() || !fields.at_end() || date.day > days_in_month(date.year, date.month)) {
    return std::nullopt;
  }
  return Timestamp{days_since_1970(date) * kMillisecondsPerDay + milliseconds};
}

}  // namespace vpclab::api
