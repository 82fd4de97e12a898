#include "emulator/control/select.h"

#include <charconv>

namespace vpclab::control {
namespace {

constexpr std::string_view kTokenPrefix = "vpclab-page-";
constexpr std::int64_t kMaxResultsAllowed = 1000;

}  // namespace

std::string token_of(std::uint64_t place) {
  return std::string(kTokenPrefix) + std::to_string(place);
}

std::optional<std::uint64_t> place_of(const std::string& token) {
  if (!token.starts_with(kTokenPrefix)) {
    return std::nullopt;
  }
  std::uint64_t place = 0;
  const char* begin = token.data() + kTokenPrefix.size();
  const char* end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(begin, end, place);
  return error == std::errc() && stopped == end ? std::optional(place) : std::nullopt;
}

api::ApiResult<std::uint64_t> check_page(const PageRequest& page, bool has_ids) {
  if (page.max_results.has_value()) {
    if (has_ids) {
      return api::refuse(api::code::kInvalidParameterCombination,
                         "The parameter MaxResults cannot be used together with resource ids in "
                         "the same request.");
    }
    if (*page.max_results < 1 || *page.max_results > kMaxResultsAllowed) {
      return tl::unexpected(api::invalid_parameter_value(
          "MaxResults", std::to_string(*page.max_results), "Expecting a value from 1 to 1000."));
    }
  }
  if (!page.next_token.has_value() || page.next_token->empty()) {
    return 0;
  }
  const std::optional<std::uint64_t> place = place_of(*page.next_token);
  if (!place.has_value()) {
    return api::refuse(api::code::kInvalidNextToken,
                       "The token '" + *page.next_token + "' is invalid.");
  }
  return *place;
}

}  // namespace vpclab::control
