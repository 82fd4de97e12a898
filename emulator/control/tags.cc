#include "emulator/control/tags.h"

#include <algorithm>

#include "emulator/api/generated/tag.h"
#include "emulator/control/filter.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kMaxKeySize = 128;    // characters
constexpr std::size_t kMaxValueSize = 256;  // characters
constexpr std::size_t kMaxTags = 50;

/// How many characters a UTF-8 text has: the bytes that continue one are not counted.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

/// Adds a request's tags to `tags`, or says what is wrong with them.
api::ApiResult<bool> read_tags(const std::vector<api::Tag>& from, Tags& tags) {
  for (const api::Tag& tag : from) {
    const std::string key = tag.key.value_or("");
    const std::string value = tag.value.value_or("");
    if (key.empty() || characters(key) > kMaxKeySize) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Tag key length must be between 1 and 128 characters");
    }
    if (characters(value) > kMaxValueSize) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Tag value exceeds the maximum length of 256 characters");
    }
    if (key.starts_with("aws:")) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Tag keys starting with 'aws:' are reserved for internal use");
    }
    tags.insert_or_assign(key, value);
  }
  if (tags.size() > kMaxTags) {
    return api::refuse(api::code::kTagLimitExceeded,
                       "The maximum number of Tags for a resource has been reached.");
  }
  return true;
}

bool owns_rule(const Call& call, const api::ResourceId& id) {
  for (const SecurityGroup& group : call.inventory().security_groups) {
    for (const SecurityGroupRule& rule : group.rules) {
      if (api::ResourceId(rule.id) == id) {
        return group.owner == call.owner;
      }
    }
  }
  return false;
}

template <class T>
api::ApiResult<api::ResourceId> taggable(const Call& call, const std::string& text) {
  const auto found = find<T>(call, text);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  return api::ResourceId((*found)->id);
}

/// The resource that a text names, if the caller may tag it.
api::ApiResult<api::ResourceId> find_taggable(const Call& call, const std::string& text) {
  const Result<api::ResourceId> id = api::ResourceId::parse(text);
  const auto invalid = [&text] {
    return api::refuse(api::code::kInvalidID, "The ID '" + text + "' is not valid");
  };
  if (!id.has_value()) {
    return invalid();
  }
  switch (id->kind()) {
    case api::ResourceKind::kVpc:
      return taggable<Vpc>(call, text);
    case api::ResourceKind::kSubnet:
      return taggable<Subnet>(call, text);
    case api::ResourceKind::kRouteTable:
      return taggable<RouteTable>(call, text);
    case api::ResourceKind::kInternetGateway:
      return taggable<InternetGateway>(call, text);
    case api::ResourceKind::kNatGateway:
      return taggable<NatGateway>(call, text);
    case api::ResourceKind::kPrefixList:
      return taggable<PrefixList>(call, text);
    case api::ResourceKind::kVpcPeeringConnection:
      return taggable<VpcPeeringConnection>(call, text);
    case api::ResourceKind::kNetworkAcl:
      return taggable<NetworkAcl>(call, text);
    case api::ResourceKind::kSecurityGroup:
      return taggable<SecurityGroup>(call, text);
    case api::ResourceKind::kNetworkInterface:
      return taggable<NetworkInterface>(call, text);
    case api::ResourceKind::kAllocation:
      return taggable<ElasticAddress>(call, text);
    case api::ResourceKind::kInstance:
      return taggable<Instance>(call, text);
    case api::ResourceKind::kKeyPair:
      return taggable<KeyPair>(call, text);
    case api::ResourceKind::kDhcpOptions:
      return taggable<DhcpOptions>(call, text);
    case api::ResourceKind::kSecurityGroupRule:
      if (owns_rule(call, *id)) {
        return *id;
      }
      return tl::unexpected(not_found(api::code::kInvalidSecurityGroupRuleIdNotFound,
                                      "The security group rule ID", {text}));
    default:
      return invalid();
  }
}

api::ApiResult<std::vector<api::ResourceId>> find_taggables(const Call& call,
                                                            const std::vector<std::string>& texts) {
  if (texts.empty()) {
    return tl::unexpected(api::missing_parameter("resourceIdSet"));
  }
  std::vector<api::ResourceId> resources;
  for (const std::string& text : texts) {
    const auto resource = find_taggable(call, text);
    if (!resource.has_value()) {
      return tl::unexpected(resource.error());
    }
    resources.push_back(*resource);
  }
  return resources;
}

/// One tag as DescribeTags and its filters see it.
struct TagRow {
  api::ResourceId id;
  std::string_view key;
  std::string_view value;
};

constexpr FilterField<TagRow> kTagRowFilters[] = {
    {"key", [](const Call&, const TagRow& row, FilterValues& values) { values.add(row.key); }},
    {"value", [](const Call&, const TagRow& row, FilterValues& values) { values.add(row.value); }},
    {"resource-id",
     [](const Call&, const TagRow& row, FilterValues& values) { values.add(row.id.text()); }},
    {"resource-type", [](const Call&, const TagRow& row,
                         FilterValues& values) { values.add(resource_type_of(row.id.kind())); }},
};

}  // namespace

std::string_view resource_type_of(api::ResourceKind kind) {
  switch (kind) {
    case api::ResourceKind::kVpc:
      return kNoun<Vpc>.resource_type;
    case api::ResourceKind::kSubnet:
      return kNoun<Subnet>.resource_type;
    case api::ResourceKind::kRouteTable:
      return kNoun<RouteTable>.resource_type;
    case api::ResourceKind::kInternetGateway:
      return kNoun<InternetGateway>.resource_type;
    case api::ResourceKind::kNatGateway:
      return kNoun<NatGateway>.resource_type;
    case api::ResourceKind::kPrefixList:
      return kNoun<PrefixList>.resource_type;
    case api::ResourceKind::kVpcPeeringConnection:
      return kNoun<VpcPeeringConnection>.resource_type;
    case api::ResourceKind::kNetworkAcl:
      return kNoun<NetworkAcl>.resource_type;
    case api::ResourceKind::kSecurityGroup:
      return kNoun<SecurityGroup>.resource_type;
    case api::ResourceKind::kSecurityGroupRule:
      return "security-group-rule";
    case api::ResourceKind::kNetworkInterface:
      return kNoun<NetworkInterface>.resource_type;
    case api::ResourceKind::kAllocation:
      return kNoun<ElasticAddress>.resource_type;
    case api::ResourceKind::kInstance:
      return kNoun<Instance>.resource_type;
    case api::ResourceKind::kKeyPair:
      return kNoun<KeyPair>.resource_type;
    case api::ResourceKind::kDhcpOptions:
      return kNoun<DhcpOptions>.resource_type;
    default:
      return "";
  }
}

api::ApiResult<Tags> tags_for(const std::vector<api::TagSpecification>& specifications,
                              std::string_view resource_type) {
  Tags tags;
  for (const api::TagSpecification& specification : specifications) {
    if (specification.resource_type.value_or("") != resource_type) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "'" + specification.resource_type.value_or("") +
                             "' is not a valid taggable resource type for this operation.");
    }
    const auto read = read_tags(specification.tags, tags);
    if (!read.has_value()) {
      return tl::unexpected(read.error());
    }
  }
  return tags;
}

void put_tags(Call& call, const api::ResourceId& resource, Tags tags) {
  if (!tags.empty()) {
    call.inventory().tags.insert_or_assign(TagKey{call.owner, resource}, std::move(tags));
  }
}

void drop_tags(Inventory& inventory, OwnerIndex owner, const api::ResourceId& resource) {
  inventory.tags.erase(TagKey{owner, resource});
}

std::vector<api::Tag> describe_tags(const Call& call, const api::ResourceId& resource) {
  std::vector<api::Tag> described;
  if (const Tags* tags = call.inventory().find_tags(resource, call.owner); tags != nullptr) {
    for (const auto& [key, value] : *tags) {
      described.push_back({.key = key, .value = value});
    }
  }
  return described;
}

api::ApiResult<api::CreateTagsResponse> handle(Call& call, const api::CreateTagsRequest& request) {
  const auto resources = find_taggables(call, request.resources);
  if (!resources.has_value()) {
    return tl::unexpected(resources.error());
  }
  if (request.tags.empty()) {
    return tl::unexpected(api::missing_parameter("tagSet"));
  }
  std::vector<Tags> tags_after;
  for (const api::ResourceId& resource : *resources) {
    const Tags* before = call.inventory().find_tags(resource, call.owner);
    tags_after.push_back(before == nullptr ? Tags() : *before);
    const auto read = read_tags(request.tags, tags_after.back());
    if (!read.has_value()) {
      return tl::unexpected(read.error());
    }
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  for (std::size_t i = 0; i < resources->size(); ++i) {
    put_tags(call, (*resources)[i], std::move(tags_after[i]));
  }
  return api::CreateTagsResponse{};
}

api::ApiResult<api::DeleteTagsResponse> handle(Call& call, const api::DeleteTagsRequest& request) {
  const auto resources = find_taggables(call, request.resources);
  if (!resources.has_value()) {
    return tl::unexpected(resources.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  TagStore& store = call.inventory().tags;
  for (const api::ResourceId& resource : *resources) {
    const auto found = store.find(TagKey{call.owner, resource});
    if (found == store.end()) {
      continue;
    }
    for (const api::Tag& tag : request.tags) {
      const auto key = found->second.find(tag.key.value_or(""));
      // A value that is given must be the tag's value; none given deletes whatever the value is.
      if (key != found->second.end() && (!tag.value.has_value() || *tag.value == key->second)) {
        found->second.erase(key);
      }
    }
    if (request.tags.empty() || found->second.empty()) {
      store.erase(found);
    }
  }
  return api::DeleteTagsResponse{};
}

api::ApiResult<api::DescribeTagsResponse> handle(Call& call,
                                                 const api::DescribeTagsRequest& request) {
  const std::span<const FilterField<TagRow>> fields(kTagRowFilters);
  if (const auto checked = check_filters<TagRow>(request.filters, fields); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  const auto begins = check_page({request.max_results, request.next_token}, false);
  if (!begins.has_value()) {
    return tl::unexpected(begins.error());
  }
  api::DescribeTagsResponse response;
  std::uint64_t place = 0;
  for (const auto& [resource, tags] : call.inventory().tags) {
    for (const auto& [key, value] : tags) {
      const TagRow row{resource.resource, key, value};
      if (resource.owner != call.owner ||
          !filters_match<TagRow>(call, row, request.filters, fields) || place++ < *begins) {
        continue;
      }
      if (request.max_results.has_value() &&
          response.tags.size() == static_cast<std::size_t>(*request.max_results)) {
        response.next_token = token_of(place - 1);
        return response;
      }
      response.tags.push_back({.key = key,
                               .resource_id = row.id.text(),
                               .resource_type = std::string(resource_type_of(row.id.kind())),
                               .value = value});
    }
  }
  return response;
}

}  // namespace vpclab::control
