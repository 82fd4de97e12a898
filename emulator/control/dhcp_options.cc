#include "emulator/control/dhcp_options.h"

#include <array>

#include "emulator/api/generated/dhcp_options.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr std::array<std::string_view, 5> kKnownKeys{"domain-name-servers", "domain-name",
                                                     "ntp-servers", "netbios-name-servers",
                                                     "netbios-node-type"};

bool is_known(const std::string& key) {
  return std::find(kKnownKeys.begin(), kKnownKeys.end(), key) != kKnownKeys.end();
}

bool is_used(const Inventory& inventory, const api::DhcpOptionsId& id) {
  for (const Vpc& vpc : inventory.vpcs) {
    if (vpc.dhcp_options == id) {
      return true;
    }
  }
  return false;
}

constexpr FilterField<DhcpOptions> kFilters[] = {
    {"dhcp-options-id", [](const Call&, const DhcpOptions& options,
                           FilterValues& values) { values.add(options.id.text()); }},
    {"key",
     [](const Call&, const DhcpOptions& options, FilterValues& values) {
       for (const DhcpConfiguration& configuration : options.configurations) {
         values.add(configuration.key);
       }
     }},
    {"owner-id", [](const Call& call, const DhcpOptions&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"value",
     [](const Call&, const DhcpOptions& options, FilterValues& values) {
       for (const DhcpConfiguration& configuration : options.configurations) {
         for (const std::string& value : configuration.values) {
           values.add(value);
         }
       }
     }},
};

}  // namespace

api::DhcpOptionsId default_dhcp_options(Call& call) {
  Inventory& inventory = call.inventory();
  const api::DhcpOptionsId id(
      call.state.ids.declared(call.caller, api::ResourceKind::kDhcpOptions, "default"));
  if (!inventory.dhcp_options.contains(id)) {
    inventory.dhcp_options.insert({id,
                                   call.owner,
                                   /*is_default=*/true,
                                   {{"domain-name", {private_domain(call.caller.region)}},
                                    {"domain-name-servers", {"AmazonProvidedDNS"}}}});
  }
  return id;
}

api::DhcpOptions describe(const Call& call, const DhcpOptions& options) {
  api::DhcpOptions described;
  for (const DhcpConfiguration& configuration : options.configurations) {
    api::DhcpConfiguration& shown = described.dhcp_configurations.emplace_back();
    shown.key = configuration.key;
    for (const std::string& value : configuration.values) {
      shown.values.push_back({.value = value});
    }
  }
  described.dhcp_options_id = options.id.text();
  described.owner_id = call.inventory().owner(options.owner).account;
  described.tags = describe_tags(call, options.id);
  return described;
}

api::ApiResult<api::CreateDhcpOptionsResponse> handle(
    Call& call, const api::CreateDhcpOptionsRequest& request) {
  if (request.dhcp_configurations.empty()) {
    return tl::unexpected(api::missing_parameter("dhcpConfigurationSet"));
  }
  DhcpOptions options;
  for (const api::NewDhcpConfiguration& given : request.dhcp_configurations) {
    const std::string key = given.key.value_or("");
    if (!is_known(key) || given.values.empty()) {
      return tl::unexpected(
          api::invalid_parameter_value("dhcpConfiguration", key, "Unknown option or no value."));
    }
    options.configurations.push_back({key, given.values});
  }
  auto tags = tags_for(request.tag_specifications, "dhcp-options");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().dhcp_options);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  options.id = *id;
  options.owner = call.owner;
  Table<DhcpOptions>& table = call.inventory().dhcp_options;
  const DhcpOptions& stored = table.at(table.insert(std::move(options)));
  put_tags(call, stored.id, std::move(*tags));
  return api::CreateDhcpOptionsResponse{.dhcp_options = describe(call, stored)};
}

api::ApiResult<api::DeleteDhcpOptionsResponse> handle(
    Call& call, const api::DeleteDhcpOptionsRequest& request) {
  const auto options = require<DhcpOptions>(call, request.dhcp_options_id);
  if (!options.has_value()) {
    return tl::unexpected(options.error());
  }
  const api::DhcpOptionsId id = (*options)->id;
  if (is_used(call.inventory(), id)) {
    return tl::unexpected(has_dependencies("dhcpOptions", id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  drop_tags(call.inventory(), call.owner, id);
  call.inventory().dhcp_options.erase(id);
  return api::DeleteDhcpOptionsResponse{};
}

api::ApiResult<api::AssociateDhcpOptionsResponse> handle(
    Call& call, const api::AssociateDhcpOptionsRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  api::DhcpOptionsId id;  // `default` means none
  if (request.dhcp_options_id.value_or("") != "default") {
    const auto options = require<DhcpOptions>(call, request.dhcp_options_id);
    if (!options.has_value()) {
      return tl::unexpected(options.error());
    }
    id = (*options)->id;
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*vpc)->dhcp_options = id;
  return api::AssociateDhcpOptionsResponse{};
}

api::ApiResult<api::DescribeDhcpOptionsResponse> handle(
    Call& call, const api::DescribeDhcpOptionsRequest& request) {
  const auto selected = select<DhcpOptions>(call, request.dhcp_options_ids, request.filters,
                                            kFilters, {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeDhcpOptionsResponse response;
  for (const DhcpOptions* options : selected->items) {
    response.dhcp_options.push_back(describe(call, *options));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
