#include "emulator/control/noun.h"

namespace vpclab::control {

api::ApiError not_found(std::string_view code, std::string_view subject,
                        const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) {
    list += (list.empty() ? "" : ", ") + id;
  }
  return {std::string(code), std::string(subject) + (ids.size() == 1 ? " '" : "s '") + list +
                                 (ids.size() == 1 ? "' does not exist" : "' do not exist")};
}

template <>
api::ApiError not_found<NatGateway>(const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) {
    list += (list.empty() ? "" : ", ") + id;
  }
  return {std::string(api::code::kNatGatewayNotFound),
          (ids.size() == 1 ? "NatGateway " : "NatGateways ") + list +
              (ids.size() == 1 ? " was not found" : " were not found")};
}

api::ApiResult<wire::Ipv4Prefix> parse_cidr(const std::string& text, std::string_view parameter) {
  const Result<wire::ParsedIpv4Prefix> parsed = wire::Ipv4Prefix::parse(text);
  if (!parsed.has_value()) {
    return tl::unexpected(
        api::invalid_parameter_value(parameter, text, "This is not a valid CIDR block."));
  }
  return parsed->prefix;
}

api::ApiResult<wire::Ipv4Address> parse_address(const std::string& text,
                                                std::string_view parameter) {
  const Result<wire::Ipv4Address> parsed = wire::Ipv4Address::parse(text);
  if (!parsed.has_value()) {
    return tl::unexpected(
        api::invalid_parameter_value(parameter, text, "This is not a valid IPv4 address."));
  }
  return *parsed;
}

api::ApiError unsupported(std::string_view what) {
  return {std::string(api::code::kUnsupportedOperation), std::string(what)};
}

api::ApiError has_dependencies(std::string_view noun, std::string_view id) {
  return {std::string(api::code::kDependencyViolation),
          "The " + std::string(noun) + " '" + std::string(id) +
              "' has dependencies and cannot be deleted."};
}

}  // namespace vpclab::control
