#include "emulator/api/cli_custom.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "emulator/api/base64.h"
#include "netstack/base/magnitude.h"

namespace vpclab::api {

namespace {

std::optional<std::int32_t> to_integer(std::string_view text) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

constexpr std::int32_t kMostInteger = std::numeric_limits<std::int32_t>::max();

bool is_too_large(std::string_view text) {
  return base::is_above(text, std::uint64_t{kMostInteger});
}

bool begins_with_structure(const Value* list) {
  return list != nullptr && list->type == Value::Type::kList && !list->items.empty() &&
         list->items.front().type == Value::Type::kMap;
}

/// The first element of a list of structures that these options build up.
Value& only_element(Value& request, const std::string& list, std::size_t column) {
  if (!begins_with_structure(request.find(list))) {
    request.set(list, Value::list({Value::map(column)}, column));
  }
  return request.find(list)->items.front();
}

Value& permission(Value& request, std::size_t column) {
  return only_element(request, "IpPermissions", column);
}

Value& network_interface(Value& request, std::size_t column) {
  const bool is_new = request.find("NetworkInterfaces") == nullptr;
  Value& element = only_element(request, "NetworkInterfaces", column);
  if (is_new) {
    element.set("DeviceIndex", Value::scalar("0", column));
  }
  return element;
}

std::optional<CliError> apply_protocol(const ShellWord& word, Value& request) {
  const std::size_t column = word.column_at(0);
  const std::optional<std::int32_t> number = to_integer(word.text);
  if (number.has_value() && (*number < -1 || *number > 255)) {
    return CliError{column, "protocol numbers are 0-255, or -1 for all protocols", {}};
  }
  constexpr std::string_view kNames[] = {"tcp", "udp", "icmp", "all"};
  if (!number.has_value() &&
      std::find(std::begin(kNames), std::end(kNames), word.text) == std::end(kNames)) {
    return CliError{column, "'" + word.text + "' is no protocol",
                    "one of tcp, udp, icmp, all, or a protocol number"};
  }
  permission(request, column)
      .set("IpProtocol", Value::scalar(word.text == "all" ? "-1" : word.text, column));
  return std::nullopt;
}

std::optional<CliError> apply_port(const ShellWord& word, Value& request) {
  const std::size_t column = word.column_at(0);
  std::string_view from = word.text;
  std::string_view to = word.text;
  if (word.text == "all" || word.text == "-1") {
    from = to = "-1";
  } else if (const std::size_t dash = from.find('-'); dash != std::string_view::npos) {
    to = from.substr(dash + 1);
    from = from.substr(0, dash);
  }
  if (is_too_large(from) || is_too_large(to)) {
    return CliError{column, "'" + word.text + "' is too large: ports are at most 65535", {}};
  }
  if (!to_integer(from).has_value() || !to_integer(to).has_value()) {
    return CliError{column, "'" + word.text + "' is no port or range of ports",
                    "22, 22-25 or all; for icmp TYPE-CODE, TYPE, or -1 for all"};
  }
  permission(request, column).set("FromPort", Value::scalar(std::string(from), column));
  permission(request, column).set("ToPort", Value::scalar(std::string(to), column));
  return std::nullopt;
}

void apply_cidr(const ShellWord& word, Value& request) {
  const std::size_t column = word.column_at(0);
  Value range = Value::map(column);
  range.set("CidrIp", Value::scalar(word.text, column));
  permission(request, column).set("IpRanges", Value::list({std::move(range)}, column));
}

void apply_group(const ShellWord& word, const std::string& member, Value& request) {
  const std::size_t column = word.column_at(0);
  only_element(permission(request, column), "UserIdGroupPairs", column)
      .set(member, Value::scalar(word.text, column));
}

std::optional<CliError> apply_count(const ShellWord& word, Value& request) {
  const std::size_t column = word.column_at(0);
  const std::size_t colon = word.text.find(':');
  const std::string low = word.text.substr(0, colon);
  const std::string high = colon == std::string::npos ? low : word.text.substr(colon + 1);
  if (is_too_large(low) || is_too_large(high)) {
    return CliError{
        column,
        "'" + word.text + "' is too large: at most " + std::to_string(kMostInteger) + " instances",
        {}};
  }
  if (!to_integer(low).has_value() || !to_integer(high).has_value()) {
    return CliError{column, "'" + word.text + "' is no count", "5, or 1:10 for at least:at most"};
  }
  request.set("MinCount", Value::scalar(low, column));
  request.set("MaxCount", Value::scalar(high, column));
  return std::nullopt;
}

void apply_secondary_addresses(const OptionUse& use, Value& request) {
  Value addresses = Value::list({}, use.column);
  for (const ShellWord& word : use.values) {
    Value address = Value::map(word.column_at(0));
    address.set("PrivateIpAddress", Value::scalar(word.text, word.column_at(0)));
    address.set("Primary", Value::scalar("false", word.column_at(0)));
    addresses.items.push_back(std::move(address));
  }
  network_interface(request, use.column).set("PrivateIpAddresses", std::move(addresses));
}

const OptionUse* find_use(const std::vector<OptionUse>& uses, OptionTarget first,
                          OptionTarget last) {
  const auto found = std::find_if(uses.begin(), uses.end(), [first, last](const OptionUse& use) {
    return use.option->target >= first && use.option->target <= last;
  });
  return found == uses.end() ? nullptr : &*found;
}

bool is_given(const std::vector<OptionUse>& uses, std::string_view name) {
  return std::any_of(uses.begin(), uses.end(),
                     [name](const OptionUse& use) { return use.option->name == name; });
}

/// A whole structure and options that build one do not go together.
std::optional<CliError> check_mixture(const std::vector<OptionUse>& uses) {
  if (is_given(uses, "ip-permissions")) {
    if (const OptionUse* use = find_use(uses, OptionTarget::kProtocol, OptionTarget::kGroupOwner)) {
      return CliError{use->column, "--" + use->option->name + " does not go with --ip-permissions",
                      "write the rule's parts inside --ip-permissions"};
    }
  }
  if (is_given(uses, "network-interfaces")) {
    if (const OptionUse* use =
            find_use(uses, OptionTarget::kSecondaryAddresses, OptionTarget::kPublicAddress)) {
      return CliError{use->column,
                      "--" + use->option->name + " does not go with --network-interfaces",
                      "write it inside --network-interfaces"};
    }
  }
  return std::nullopt;
}

void move_member(Value& request, std::string_view from, Value& interface, const std::string& to) {
  if (const Value* value = request.find(from)) {
    interface.set(to, *value);
    request.remove(from);
  }
}

/// EC2 takes the instance's subnet, groups and addresses inside the interface where one is
/// described; the CLI moves them there.
void fill_network_interface(Value& request) {
  const Value* interfaces = request.find("NetworkInterfaces");
  if (!begins_with_structure(interfaces)) {
    return;
  }
  Value interface = interfaces->items.front();
  if (interface.find("PrivateIpAddresses") == nullptr &&
      interface.find("SecondaryPrivateIpAddressCount") == nullptr &&
      interface.find("AssociatePublicIpAddress") == nullptr) {
    return;
  }
  move_member(request, "SubnetId", interface, "SubnetId");
  move_member(request, "SecurityGroupIds", interface, "Groups");
  if (const Value* address = request.find("PrivateIpAddress")) {
    Value primary = Value::map(address->column);
    primary.set("PrivateIpAddress", *address);
    primary.set("Primary", Value::scalar("true", address->column));
    const std::size_t column = address->column;
    interface.set("PrivateIpAddresses", Value::list({std::move(primary)}, column));
    request.remove("PrivateIpAddress");
  }
  move_member(request, "Ipv6AddressCount", interface, "Ipv6AddressCount");
  move_member(request, "Ipv6Addresses", interface, "Ipv6Addresses");
  request.find("NetworkInterfaces")->items.front() = std::move(interface);
}

void finish_run_instances(Value& request) {
  for (const char* name : {"MinCount", "MaxCount"}) {
    if (request.find(name) == nullptr) {
      request.set(name, Value::scalar("1", request.column));
    }
  }
  fill_network_interface(request);
  Value* user_data = request.find("UserData");
  if (user_data != nullptr && user_data->type == Value::Type::kScalar) {
    user_data->text = to_base64(user_data->text);
  }
}

void number_protocol(Value& request) {
  constexpr std::pair<std::string_view, std::string_view> kNumbers[] = {
      {"tcp", "6"}, {"udp", "17"}, {"icmp", "1"}, {"all", "-1"}};
  Value* protocol = request.find("Protocol");
  if (protocol == nullptr) {
    return;
  }
  for (const auto& [name, number] : kNumbers) {
    if (protocol->text == name) {
      protocol->text = number;
      return;
    }
  }
}

}  // namespace

std::optional<CliError> apply_custom(const OptionUse& use, Value& request) {
  switch (use.option->target) {
    case OptionTarget::kProtocol:
      return apply_protocol(use.values.front(), request);
    case OptionTarget::kPort:
      return apply_port(use.values.front(), request);
    case OptionTarget::kCount:
      return apply_count(use.values.front(), request);
    case OptionTarget::kCidr:
      apply_cidr(use.values.front(), request);
      break;
    case OptionTarget::kSourceGroup:
      apply_group(use.values.front(),
                  use.values.front().text.starts_with("sg-") ? "GroupId" : "GroupName", request);
      break;
    case OptionTarget::kGroupOwner:
      apply_group(use.values.front(), "UserId", request);
      break;
    case OptionTarget::kSecondaryAddresses:
      apply_secondary_addresses(use, request);
      break;
    case OptionTarget::kSecondaryAddressCount:
      network_interface(request, use.column)
          .set("SecondaryPrivateIpAddressCount",
               Value::scalar(use.values.front().text, use.values.front().column_at(0)));
      break;
    case OptionTarget::kPublicAddress:
      network_interface(request, use.column)
          .set("AssociatePublicIpAddress",
               Value::scalar(use.option->form == OptionForm::kFlag ? "true" : "false", use.column));
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<CliError> finish_request(const ActionModel& action,
                                       const std::vector<OptionUse>& uses, Value& request) {
  if (std::optional<CliError> error = check_mixture(uses)) {
    return error;
  }
  if (action.name == "RunInstances") {
    finish_run_instances(request);
  } else if (action.name == "CreateNetworkAclEntry" || action.name == "ReplaceNetworkAclEntry") {
    number_protocol(request);
  }
  return std::nullopt;
}

}  // namespace vpclab::api
