// tools/listing.h - what `vpclab show` can list: for each kind of resource the describing EC2
// action and the columns of its tables, as paths into the response that the AWS CLI would print.
// Tables of constants and the reader of such paths; calls nobody.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vpclab::tools {

/// A column's values lie at `path`: members joined by `.`, `[]` for every element of a list; `|`
/// takes the first of several paths that is there, `+` joins what is at several. Where `words` is
/// set, it puts the item into a person's words instead.
struct Column {
  std::string_view title;
  std::string_view path;
  std::string (*words)(const nlohmann::ordered_json& item) = nullptr;
};

/// A list within an item that gets a table of its own (routes, rules).
struct Detail {
  std::string_view title;
  std::string_view list;
  std::vector<Column> columns;
};

struct Listing {
  std::string_view what;    ///< as it is typed: `route-tables`
  std::string_view action;  ///< the AWS CLI's: `describe-route-tables`
  std::string_view items;   ///< path of the items in the response: `RouteTables[]`
  std::string_view id;      ///< an item's own id: `RouteTableId`
  std::vector<Column> columns;
  std::vector<Detail> details;
};

/// The name of a resource by its id; "" if it has none.
using NameOf = std::function<std::string(std::string_view id)>;

/// Those of EC2-Classic, NAT gateways, prefix lists and DHCP options.
[[nodiscard]] std::vector<Listing> service_listings();

/// All of them, sorted by name.
[[nodiscard]] std::span<const Listing> listings();

/// The one called so (also `peering-connections` for `vpc-peering-connections`), or null.
[[nodiscard]] const Listing* find_listing(std::string_view what);

/// A cell: a column's words, or what is at its path.
[[nodiscard]] std::string cell_of(const nlohmann::ordered_json& item, const Column& column,
                                  const NameOf& name_of);

/// What is at a path, as text: elements joined by commas, ids of named resources replaced by their
/// names; "" for nothing.
[[nodiscard]] std::string value_at(const nlohmann::ordered_json& item, std::string_view path,
                                   const NameOf& name_of);

/// The elements at a path (`Reservations[].Instances[]`).
[[nodiscard]] std::vector<const nlohmann::ordered_json*> elements_at(
    const nlohmann::ordered_json& root, std::string_view path);

}  // namespace vpclab::tools
