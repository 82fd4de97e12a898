#include "emulator/control/dhcp_options.h"

#include <algorithm>
#include <array>

#include "emulator/api/generated/dhcp_options.h"
#include "emulator/control/describe.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

bool is_address(std::string_view value) { return wire::Ipv4Address::parse(value).has_value(); }

bool is_name_server(std::string_view value) {
  return value == "AmazonProvidedDNS" || is_address(value);
}

/// One name, or several with a space between each two, which only some guests understand.
bool is_domain_name(std::string_view value) {
  bool in_label = false;
  for (const char c : value) {
    const bool of_label = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!of_label && !(in_label && (c == '.' || c == ' '))) {
      return false;
    }
    in_label = of_label;
  }
  return in_label;
}

/// RFC 2132 section 8.7: a B, P, M or H node.
bool is_node_type(std::string_view value) {
  return value == "1" || value == "2" || value == "4" || value == "8";
}

/// DHCP-1: what a set may say.
struct OptionRule {
  std::string_view key;
  std::size_t max_values;
  bool (*allows)(std::string_view value);
};

constexpr std::array<OptionRule, 5> kOptionRules{{{"domain-name-servers", 4, is_name_server},
                                                  {"domain-name", 1, is_domain_name},
                                                  {"ntp-servers", 4, is_address},
                                                  {"netbios-name-servers", 4, is_address},
                                                  {"netbios-node-type", 1, is_node_type}}};

api::ApiResult<DhcpConfiguration> read_configuration(const api::NewDhcpConfiguration& given) {
  const std::string key = given.key.value_or("");
  const auto* const rule = std::find_if(kOptionRules.begin(), kOptionRules.end(),
                                        [&](const OptionRule& one) { return one.key == key; });
  if (rule == kOptionRules.end() || given.values.empty()) {
    return tl::unexpected(
        api::invalid_parameter_value("dhcpConfiguration", key, "Unknown option or no value."));
  }
  if (given.values.size() > rule->max_values) {
    return tl::unexpected(api::invalid_parameter_value(
        key, given.values.back(),
        "The option has at most " + std::to_string(rule->max_values) + " value(s)."));
  }
  for (const std::string& value : given.values) {
    if (!rule->allows(value)) {
      return tl::unexpected(api::invalid_parameter_value(key, value));
    }
  }
  return DhcpConfiguration{key, given.values};
}

bool is_used(const Inventory& inventory, const api::DhcpOptionsId& id) {
  for (const Vpc& vpc : inventory.vpcs) {
    if (vpc.dhcp_options == id) {
      return true;
    }
  }
  return false;
}

constexpr FilterField<DhcpOptions> kDhcpOptionsFilters[] = {
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
    auto configuration = read_configuration(given);
    if (!configuration.has_value()) {
      return tl::unexpected(configuration.error());
    }
    options.configurations.push_back(std::move(*configuration));
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
  const auto selected =
      select<DhcpOptions>(call, request.dhcp_options_ids, request.filters, kDhcpOptionsFilters,
                          {request.max_results, request.next_token});
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
