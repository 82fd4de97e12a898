// control/select.h - which resources a describing action shows: those with the given ids, or all
// that the caller sees, that pass the filters; a page of them where MaxResults says so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulator/control/filter.h"
#include "emulator/control/noun.h"

namespace vpclab::control {

struct PageRequest {
  std::optional<std::int64_t> max_results;
  std::optional<std::string> next_token;
};

template <class T>
struct Selection {
  std::vector<const T*> items;
  std::optional<std::string> next_token;
};

/// An opaque token for a place in a listing, and back; nothing for a text that is no token.
[[nodiscard]] std::string token_of(std::uint64_t place);
[[nodiscard]] std::optional<std::uint64_t> place_of(const std::string& token);

/// Refuses MaxResults outside 1…1000 and tokens that are none; the place where the page begins.
[[nodiscard]] api::ApiResult<std::uint64_t> check_page(const PageRequest& page, bool has_ids);

/// A page of a list that one resource has.
template <class T>
[[nodiscard]] api::ApiResult<Selection<T>> page_of(const std::vector<T>& list,
                                                   const PageRequest& page) {
  const api::ApiResult<std::uint64_t> begins = check_page(page, /*has_ids=*/false);
  if (!begins.has_value()) {
    return tl::unexpected(begins.error());
  }
  Selection<T> selection;
  for (std::uint64_t place = *begins; place < list.size(); ++place) {
    if (page.max_results.has_value() &&
        selection.items.size() == static_cast<std::size_t>(*page.max_results)) {
      selection.next_token = token_of(place);
      break;
    }
    selection.items.push_back(&list[place]);
  }
  return selection;
}

/// The named ones in that order, else all in the order of the table's slots.
template <class T, std::size_t kFields>
[[nodiscard]] api::ApiResult<Selection<T>> select(const Call& call,
                                                  const std::vector<std::string>& ids,
                                                  const std::vector<api::Filter>& filters,
                                                  const FilterField<T> (&fields)[kFields],
                                                  const PageRequest& page = {}) {
  const std::span<const FilterField<T>> known(fields);
  if (const auto checked = check_filters<T>(filters, known); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const api::ApiResult<std::uint64_t> begins = check_page(page, !ids.empty());
  if (!begins.has_value()) {
    return tl::unexpected(begins.error());
  }
  Selection<T> selection;
  if (!ids.empty()) {
    const auto named = find_all<T>(call, ids);
    if (!named.has_value()) {
      return tl::unexpected(named.error());
    }
    for (const T* item : *named) {
      if (filters_match<T>(call, *item, filters, known)) {
        selection.items.push_back(item);
      }
    }
    return selection;
  }
  std::uint64_t place = 0;
  for (const T& item : call.inventory().*kNoun<T>.table) {
    if (place++ < *begins || !visible_to(call, item) ||
        !filters_match<T>(call, item, filters, known)) {
      continue;
    }
    if (page.max_results.has_value() &&
        selection.items.size() == static_cast<std::size_t>(*page.max_results)) {
      selection.next_token = token_of(place - 1);
      break;
    }
    selection.items.push_back(&item);
  }
  return selection;
}

}  // namespace vpclab::control
