// The actions on the entries of network ACLs (ACL-2, ACL-8).
#include <algorithm>

#include "emulator/api/generated/network_acl.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/protocol.h"

namespace vpclab::control {
namespace {

std::vector<NetworkAclEntry>::iterator find_entry(NetworkAcl& acl, bool egress,
                                                  std::uint16_t number) {
  return std::find_if(acl.entries.begin(), acl.entries.end(), [&](const NetworkAclEntry& entry) {
    return entry.egress == egress && entry.number == number;
  });
}

void insert_entry(NetworkAcl& acl, const NetworkAclEntry& entry) {
  const auto place =
      std::lower_bound(acl.entries.begin(), acl.entries.end(), entry,
                       [](const NetworkAclEntry& a, const NetworkAclEntry& b) {
                         return a.egress != b.egress ? b.egress : a.number < b.number;
                       });
  acl.entries.insert(place, entry);
}

api::ApiResult<std::uint16_t> read_number(const std::optional<std::int64_t>& number) {
  if (!number.has_value()) {
    return tl::unexpected(api::missing_parameter("RuleNumber"));
  }
  if (*number < 1 || *number > NetworkAcl::kLastNumber) {
    return tl::unexpected(api::invalid_parameter_value("ruleNumber", std::to_string(*number),
                                                       "Expecting a value from 1 to 32766."));
  }
  return static_cast<std::uint16_t>(*number);
}

template <class Request>
api::ApiResult<bool> read_ports(const Request& request, NetworkAclEntry& entry) {
  if (!request.port_range.has_value() || !request.port_range->from.has_value() ||
      !request.port_range->to.has_value()) {
    return tl::unexpected(api::missing_parameter("portRange"));
  }
  const std::int64_t from = *request.port_range->from;
  const std::int64_t to = *request.port_range->to;
  if (from < 0 || to > 65535 || from > to) {
    return tl::unexpected(
        api::invalid_parameter_value("portRange", std::to_string(from) + "-" + std::to_string(to),
                                     "Invalid TCP/UDP port range."));
  }
  entry.from_port = static_cast<std::uint16_t>(from);
  entry.to_port = static_cast<std::uint16_t>(to);
  return true;
}

template <class Request>
api::ApiResult<bool> read_icmp(const Request& request, NetworkAclEntry& entry) {
  if (!request.icmp_type_code.has_value() || !request.icmp_type_code->type.has_value()) {
    return tl::unexpected(api::missing_parameter("icmpTypeCode.type"));
  }
  if (!request.icmp_type_code->code.has_value()) {
    return tl::unexpected(api::missing_parameter("icmpTypeCode.code"));
  }
  const std::int64_t type = *request.icmp_type_code->type;
  const std::int64_t code = *request.icmp_type_code->code;
  if (type < -1 || type > 255 || code < -1 || code > 255 || (type == -1 && code != -1)) {
    return tl::unexpected(api::invalid_parameter_value(
        "icmpTypeCode", std::to_string(type) + "/" + std::to_string(code)));
  }
  entry.icmp_type = static_cast<std::int16_t>(type);
  entry.icmp_code = static_cast<std::int16_t>(code);
  return true;
}

/// ACL-8: the entry that a request describes.
template <class Request>
api::ApiResult<NetworkAclEntry> read_entry(const Request& request) {
  NetworkAclEntry entry;
  const auto number = read_number(request.rule_number);
  if (!number.has_value()) {
    return tl::unexpected(number.error());
  }
  entry.number = *number;
  if (!request.egress.has_value()) {
    return tl::unexpected(api::missing_parameter("Egress"));
  }
  entry.egress = *request.egress;
  const std::string action = request.rule_action.value_or("");
  if (action.empty()) {
    return tl::unexpected(api::missing_parameter("RuleAction"));
  }
  if (action != "allow" && action != "deny") {
    return tl::unexpected(api::invalid_parameter_value("ruleAction", action));
  }
  entry.allow = action == "allow";
  if (!request.protocol.has_value()) {
    return tl::unexpected(api::missing_parameter("Protocol"));
  }
  const std::optional<std::int16_t> protocol = parse_protocol(*request.protocol);
  if (!protocol.has_value()) {
    return tl::unexpected(
        api::invalid_parameter_value("protocol", *request.protocol, "Invalid protocol."));
  }
  entry.protocol = *protocol;
  if (request.ipv6_cidr_block.has_value()) {
    return tl::unexpected(unsupported("IPv6 rules of network ACLs are not emulated yet."));
  }
  if (!request.cidr_block.has_value()) {
    return tl::unexpected(api::missing_parameter("CidrBlock"));
  }
  const auto cidr = parse_cidr(*request.cidr_block, "cidrBlock");
  if (!cidr.has_value()) {
    return tl::unexpected(cidr.error());
  }
  entry.cidr = *cidr;
  api::ApiResult<bool> read = true;
  if (has_ports(entry.protocol)) {
    read = read_ports(request, entry);
  } else if (entry.protocol == kProtocolIcmp) {
    read = read_icmp(request, entry);
  }  // others, ICMPv6 over an IPv4 block among them, match whole
  if (!read.has_value()) {
    return tl::unexpected(read.error());
  }
  return entry;
}

tl::unexpected<api::ApiError> no_such_entry(std::int64_t number) {
  return api::refuse(
      api::code::kInvalidNetworkAclEntryNotFound,
      "The network acl entry identified by " + std::to_string(number) + " does not exist.");
}

/// What an action on entries names: the ACL, and the place in it.
struct EntryRequest {
  NetworkAcl* acl = nullptr;
  NetworkAclEntry entry;
  std::vector<NetworkAclEntry>::iterator existing;  // end: there is none

  [[nodiscard]] bool exists() const { return existing != acl->entries.end(); }
};

/// Reads what CreateNetworkAclEntry and ReplaceNetworkAclEntry have in common: all.
template <class Request>
api::ApiResult<EntryRequest> read_request(const Call& call, const Request& request) {
  const auto acl = require<NetworkAcl>(call, request.network_acl_id);
  if (!acl.has_value()) {
    return tl::unexpected(acl.error());
  }
  const auto entry = read_entry(request);
  if (!entry.has_value()) {
    return tl::unexpected(entry.error());
  }
  return EntryRequest{*acl, *entry, find_entry(**acl, entry->egress, entry->number)};
}

bool at_entry_quota(const Call& call, const NetworkAcl& acl, bool egress) {
  const auto same_direction =
      std::count_if(acl.entries.begin(), acl.entries.end(),
                    [&](const NetworkAclEntry& other) { return other.egress == egress; });
  // `*` counts too.
  return static_cast<std::uint64_t>(same_direction) + 1 >= call.quotas().entries_per_network_acl;
}

}  // namespace

api::ApiResult<api::CreateNetworkAclEntryResponse> handle(
    Call& call, const api::CreateNetworkAclEntryRequest& request) {
  const auto read = read_request(call, request);
  if (!read.has_value()) {
    return tl::unexpected(read.error());
  }
  if (read->exists()) {
    return api::refuse(api::code::kNetworkAclEntryAlreadyExists,
                       "The network acl entry identified by " + std::to_string(read->entry.number) +
                           " already exists.");
  }
  if (at_entry_quota(call, *read->acl, read->entry.egress)) {
    return api::refuse(api::code::kNetworkAclEntryLimitExceeded,
                       "The maximum number of network acl entries has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  insert_entry(*read->acl, read->entry);
  call.inventory().mark_changed(read->acl->vpc);
  return api::CreateNetworkAclEntryResponse{};
}

api::ApiResult<api::ReplaceNetworkAclEntryResponse> handle(
    Call& call, const api::ReplaceNetworkAclEntryRequest& request) {
  const auto read = read_request(call, request);
  if (!read.has_value()) {
    return tl::unexpected(read.error());
  }
  if (!read->exists()) {
    return no_such_entry(read->entry.number);
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  *read->existing = read->entry;
  call.inventory().mark_changed(read->acl->vpc);
  return api::ReplaceNetworkAclEntryResponse{};
}

api::ApiResult<api::DeleteNetworkAclEntryResponse> handle(
    Call& call, const api::DeleteNetworkAclEntryRequest& request) {
  const auto acl = require<NetworkAcl>(call, request.network_acl_id);
  if (!acl.has_value()) {
    return tl::unexpected(acl.error());
  }
  const auto number = read_number(request.rule_number);  // `*` cannot be named (ACL-3)
  if (!number.has_value()) {
    return tl::unexpected(number.error());
  }
  if (!request.egress.has_value()) {
    return tl::unexpected(api::missing_parameter("Egress"));
  }
  const auto existing = find_entry(**acl, *request.egress, *number);
  if (existing == (*acl)->entries.end()) {
    return no_such_entry(*number);
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  (*acl)->entries.erase(existing);
  call.inventory().mark_changed((*acl)->vpc);
  return api::DeleteNetworkAclEntryResponse{};
}

}  // namespace vpclab::control
