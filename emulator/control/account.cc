// What describes the account and where it is: attributes, zones, regions.
#include "emulator/api/generated/account.h"

#include <algorithm>

#include "emulator/control/default_vpc.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/select.h"

namespace vpclab::control {
namespace {

/// One zone of the caller's region.
struct ZoneRow {
  api::SubnetId id;  // zones carry no tags
  std::uint8_t zone = 0;
};

struct RegionRow {
  api::SubnetId id;
  const Region* region = nullptr;
};

constexpr FilterField<ZoneRow> kZoneFilters[] = {
    {"group-name", [](const Call& call, const ZoneRow&,
                      FilterValues& values) { values.add(call.caller.region); }},
    {"opt-in-status",
     [](const Call&, const ZoneRow&, FilterValues& values) { values.add("opt-in-not-required"); }},
    {"region-name", [](const Call& call, const ZoneRow&,
                       FilterValues& values) { values.add(call.caller.region); }},
    {"state", [](const Call&, const ZoneRow&, FilterValues& values) { values.add("available"); }},
    {"zone-id", [](const Call& call, const ZoneRow& row,
                   FilterValues& values) { values.add(zone_id(call.region, row.zone)); }},
    {"zone-name", [](const Call& call, const ZoneRow& row,
                     FilterValues& values) { values.add(zone_name(call.region, row.zone)); }},
    {"zone-type",
     [](const Call&, const ZoneRow&, FilterValues& values) { values.add("availability-zone"); }},
};

constexpr FilterField<RegionRow> kRegionFilters[] = {
    {"endpoint",
     [](const Call&, const RegionRow& row, FilterValues& values) {
       values.add("ec2." + std::string(row.region->name) + ".amazonaws.com");
     }},
    {"opt-in-status", [](const Call&, const RegionRow&,
                         FilterValues& values) { values.add("opt-in-not-required"); }},
    {"region-name",
     [](const Call&, const RegionRow& row, FilterValues& values) { values.add(row.region->name); }},
};

api::AccountAttribute attribute_of(const std::string& name,
                                   const std::vector<std::string>& values) {
  api::AccountAttribute attribute;
  attribute.attribute_name = name;
  for (const std::string& value : values) {
    attribute.attribute_values.push_back({.attribute_value = value});
  }
  return attribute;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

api::AvailabilityZone describe_zone(const Call& call, std::uint8_t zone) {
  api::AvailabilityZone described;
  described.state = "available";
  described.opt_in_status = "opt-in-not-required";
  described.region_name = call.caller.region;
  described.zone_name = zone_name(call.region, zone);
  described.zone_id = zone_id(call.region, zone);
  described.group_name = call.caller.region;
  described.network_border_group = call.caller.region;
  described.zone_type = "availability-zone";
  return described;
}

}  // namespace

api::ApiResult<api::DescribeAccountAttributesResponse> handle(
    Call& call, const api::DescribeAccountAttributesRequest& request) {
  const Vpc* vpc = find_default_vpc(call);
  const Quotas& quotas = call.quotas();
  api::DescribeAccountAttributesResponse response;
  const auto add_all = [&](const std::string& name, const std::vector<std::string>& values) {
    if (request.attribute_names.empty() || contains(request.attribute_names, name)) {
      response.account_attributes.push_back(attribute_of(name, values));
    }
  };
  const auto add = [&](const std::string& name, const std::string& value) {
    add_all(name, {value});
  };
  // CLC-7: of the region that is asked, not of the account everywhere.
  add_all("supported-platforms", has_classic(call) ? std::vector<std::string>{"EC2", "VPC"}
                                                   : std::vector<std::string>{"VPC"});
  add("default-vpc", vpc == nullptr ? std::string("none") : vpc->id.text());
  add("max-instances", std::to_string(quotas.instances_per_region));
  add("vpc-max-security-groups-per-interface",
      std::to_string(quotas.security_groups_per_interface));
  add("max-elastic-ips", std::to_string(quotas.elastic_addresses_per_region));
  add("vpc-max-elastic-ips", std::to_string(quotas.elastic_addresses_per_region));
  return response;
}

api::ApiResult<api::DescribeAvailabilityZonesResponse> handle(
    Call& call, const api::DescribeAvailabilityZonesRequest& request) {
  const std::span<const FilterField<ZoneRow>> fields(kZoneFilters);
  if (const auto checked = check_filters<ZoneRow>(request.filters, fields); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  for (const auto* wanted : {&request.zone_names, &request.zone_ids}) {
    for (const std::string& text : *wanted) {
      if (!find_zone(call.region, text).has_value()) {
        return api::refuse(api::code::kInvalidParameterValue,
                           "Invalid availability zone: [" + text + "]");
      }
    }
  }
  api::DescribeAvailabilityZonesResponse response;
  for (std::uint8_t zone = 0; zone < call.region.zone_count(); ++zone) {
    const bool named = (request.zone_names.empty() && request.zone_ids.empty()) ||
                       contains(request.zone_names, zone_name(call.region, zone)) ||
                       contains(request.zone_ids, zone_id(call.region, zone));
    if (named && filters_match<ZoneRow>(call, {{}, zone}, request.filters, fields)) {
      response.availability_zones.push_back(describe_zone(call, zone));
    }
  }
  return response;
}

api::ApiResult<api::DescribeRegionsResponse> handle(Call& call,
                                                    const api::DescribeRegionsRequest& request) {
  const std::span<const FilterField<RegionRow>> fields(kRegionFilters);
  if (const auto checked = check_filters<RegionRow>(request.filters, fields);
      !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  for (const std::string& name : request.region_names) {
    if (find_region(name) == nullptr) {
      return api::refuse(api::code::kInvalidParameterValue, "Invalid region: [" + name + "]");
    }
  }
  api::DescribeRegionsResponse response;
  for (const Region& region : all_regions()) {
    const std::string name(region.name);
    if ((request.region_names.empty() || contains(request.region_names, name)) &&
        filters_match<RegionRow>(call, {{}, &region}, request.filters, fields)) {
      response.regions.push_back({.endpoint = "ec2." + name + ".amazonaws.com",
                                  .region_name = name,
                                  .opt_in_status = "opt-in-not-required"});
    }
  }
  return response;
}

}  // namespace vpclab::control
