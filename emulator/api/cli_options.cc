#include "emulator/api/cli_options.h"

#include <algorithm>
#include <utility>

namespace vpclab::api {

namespace {

bool wraps(const MemberModel& member, Kind kind) {
  return member.kind == Kind::kStructure && !member.is_list &&
         member.structure->members.size() == 1 && member.structure->members[0].name == "Value" &&
         member.structure->members[0].kind == kind && !member.structure->members[0].is_list;
}

void add_member(std::vector<CliOption>& options, const MemberModel& member) {
  const std::string name(member.cli_name);
  if (wraps_boolean(member)) {
    options.push_back({name, OptionForm::kOptionalValue, OptionTarget::kMemberValue, &member, {}});
    options.push_back(
        {"no-" + name, OptionForm::kNegativeFlag, OptionTarget::kMemberValue, &member, {}});
  } else if (member.kind == Kind::kBoolean && !member.is_list) {
    // The CLI has two positive names for a negative half.
    std::string negative = "no-" + name;
    if (name == "egress") {
      negative = "ingress";
    } else if (name == "disable-api-termination") {
      negative = "enable-api-termination";
    }
    options.push_back({name, OptionForm::kFlag, OptionTarget::kMember, &member, {}});
    options.push_back({negative, OptionForm::kNegativeFlag, OptionTarget::kMember, &member, {}});
  } else {
    options.push_back({name,
                       member.is_list ? OptionForm::kValues : OptionForm::kValue,
                       OptionTarget::kMember,
                       &member,
                       {}});
  }
}

bool has_member(const ActionModel& action, std::string_view name) {
  const auto members = action.request->members;
  return std::any_of(members.begin(), members.end(),
                     [name](const MemberModel& member) { return member.name == name; });
}

void add_rule_options(std::vector<CliOption>& options) {
  options.push_back({"protocol", OptionForm::kValue, OptionTarget::kProtocol, nullptr, {}});
  options.push_back({"port", OptionForm::kValue, OptionTarget::kPort, nullptr, {}});
  options.push_back({"cidr", OptionForm::kValue, OptionTarget::kCidr, nullptr, {}});
  options.push_back({"source-group", OptionForm::kValue, OptionTarget::kSourceGroup, nullptr, {}});
  options.push_back({"group-owner", OptionForm::kValue, OptionTarget::kGroupOwner, nullptr, {}});
}

void add_run_options(std::vector<CliOption>& options) {
  options.erase(std::remove_if(options.begin(), options.end(),
                               [](const CliOption& option) {
                                 return option.name == "min-count" || option.name == "max-count";
                               }),
                options.end());
  options.push_back({"count", OptionForm::kValue, OptionTarget::kCount, nullptr, {}});
  options.push_back({"secondary-private-ip-addresses",
                     OptionForm::kValues,
                     OptionTarget::kSecondaryAddresses,
                     nullptr,
                     {}});
  options.push_back({"secondary-private-ip-address-count",
                     OptionForm::kValue,
                     OptionTarget::kSecondaryAddressCount,
                     nullptr,
                     {}});
  options.push_back({"associate-public-ip-address",
                     OptionForm::kFlag,
                     OptionTarget::kPublicAddress,
                     nullptr,
                     {}});
  options.push_back({"no-associate-public-ip-address",
                     OptionForm::kNegativeFlag,
                     OptionTarget::kPublicAddress,
                     nullptr,
                     {}});
}

void add_common_options(std::vector<CliOption>& options, const ActionModel& action) {
  if (has_member(action, "NextToken") && has_member(action, "MaxResults")) {
    for (const std::string_view name : {"starting-token", "page-size", "max-items"}) {
      options.push_back(
          {std::string(name), OptionForm::kValue, OptionTarget::kIgnored, nullptr, {}});
    }
  }
  options.push_back({"cli-input-json", OptionForm::kValue, OptionTarget::kInputJson, nullptr, {}});
  options.push_back({"cli-input-yaml", OptionForm::kValue, OptionTarget::kRefused, nullptr,
                     "write the parameters as options, or use --cli-input-json"});
  options.push_back({"generate-cli-skeleton", OptionForm::kOptionalValue, OptionTarget::kRefused,
                     nullptr, "it would print a template instead of making the call"});
}

}  // namespace

bool wraps_boolean(const MemberModel& member) { return wraps(member, Kind::kBoolean); }

bool wraps_string(const MemberModel& member) { return wraps(member, Kind::kString); }

std::vector<CliOption> global_options() {
  std::vector<CliOption> options{
      {"profile", OptionForm::kValue, OptionTarget::kProfile, nullptr, {}},
      {"region", OptionForm::kValue, OptionTarget::kRegion, nullptr, {}},
      {"output", OptionForm::kValue, OptionTarget::kOutput, nullptr, {}},
      {"cli-binary-format", OptionForm::kValue, OptionTarget::kBinaryFormat, nullptr, {}},
      {"version", OptionForm::kFlag, OptionTarget::kRefused, nullptr,
       "it would print the AWS CLI's version instead of making the call"},
  };
  for (const std::string_view name :
       {"query", "endpoint-url", "color", "ca-bundle", "cli-read-timeout", "cli-connect-timeout"}) {
    options.push_back({std::string(name), OptionForm::kValue, OptionTarget::kIgnored, nullptr, {}});
  }
  for (const std::string_view name : {"debug", "no-verify-ssl", "no-paginate", "no-sign-request",
                                      "no-cli-pager", "cli-auto-prompt", "no-cli-auto-prompt"}) {
    options.push_back({std::string(name), OptionForm::kFlag, OptionTarget::kIgnored, nullptr, {}});
  }
  return options;
}

std::vector<CliOption> options_of(const ActionModel& action) {
  std::vector<CliOption> options;
  for (const MemberModel& member : action.request->members) {
    add_member(options, member);
  }
  if (action.name.find("SecurityGroupIngress") != std::string_view::npos ||
      action.name.find("SecurityGroupEgress") != std::string_view::npos) {
    add_rule_options(options);
  } else if (action.name == "RunInstances") {
    add_run_options(options);
  }
  add_common_options(options, action);
  for (CliOption& option : global_options()) {
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace vpclab::api
