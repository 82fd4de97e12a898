#include "netstack/base/suggest.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vpclab::base {
namespace {

constexpr std::size_t kLongestName = 64;        // longer texts get no suggestion
constexpr std::size_t kMostCandidates = 2'000;  // the rest is not looked at
constexpr std::size_t kMostListed = 12;

char folded(char c) {
  if (c == '_' || c == ' ') {
    return '-';
  }
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit || std::max(a.size(), b.size()) > kLongestName) {
    return limit + 1;
  }
  // Three rows of the table: the one in work, the one above it, and the one above that for swaps.
  std::array<std::array<std::uint8_t, kLongestName + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) {
    rows[0][j] = static_cast<std::uint8_t>(j);
  }
  std::size_t least_above = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& above_that = rows[(i + 1) % 3];
    row[0] = static_cast<std::uint8_t>(i);
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool equal = folded(a[i - 1]) == folded(b[j - 1]);
      int best = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (equal ? 0 : 1)});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
          folded(a[i - 2]) == folded(b[j - 1])) {
        best = std::min(best, above_that[j - 2] + 1);
      }
      row[j] = static_cast<std::uint8_t>(best);
      least = std::min<std::size_t>(least, row[j]);
    }
    if (least > limit && least_above > limit) {
      return limit + 1;  // two rows beyond it: nothing below comes back, not even by a swap
    }
    least_above = least;
  }
  return std::min<std::size_t>(rows[a.size() % 3][b.size()], limit + 1);
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  if (text.empty() || text.size() > kLongestName) {
    return {};
  }
  // A text of one or two characters is near to too much.
  const std::size_t furthest = text.size() < 3 ? 0 : text.size() / 3;
  std::size_t best_distance = furthest + 1;
  std::string_view best;
  for (const std::string_view candidate :
       candidates.first(std::min(candidates.size(), kMostCandidates))) {
    const std::size_t distance = edit_distance(text, candidate, best_distance - 1);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view text, std::span<const std::string_view> candidates) {
  if (const std::string_view found = nearest(text, candidates); !found.empty()) {
    return "did you mean '" + std::string(found) + "'?";
  }
  if (candidates.empty() || candidates.size() > kMostListed) {
    return {};
  }
  if (candidates.size() == 1) {
    return "the only one is '" + std::string(candidates[0]) + "'";
  }
  std::string list = "one of ";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    list += (i == 0 ? "" : ", ") + std::string(candidates[i]);
  }
  return list;
}

}  // namespace vpclab::base
