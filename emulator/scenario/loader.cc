#include "emulator/scenario/loader.h"

#include <algorithm>

#include "emulator/api/ids.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostTags = 50;

api::ResourceKind resource_kind(NameKind kind) {
  switch (kind) {
    case NameKind::kVpc:
      return api::ResourceKind::kVpc;
    case NameKind::kSubnet:
      return api::ResourceKind::kSubnet;
    case NameKind::kInternetGateway:
      return api::ResourceKind::kInternetGateway;
    case NameKind::kRouteTable:
      return api::ResourceKind::kRouteTable;
    case NameKind::kSecurityGroup:
      return api::ResourceKind::kSecurityGroup;
    case NameKind::kNetworkAcl:
      return api::ResourceKind::kNetworkAcl;
    case NameKind::kPeeringConnection:
      return api::ResourceKind::kVpcPeeringConnection;
    case NameKind::kElasticIp:
      return api::ResourceKind::kAllocation;
    case NameKind::kNetworkInterface:
      return api::ResourceKind::kNetworkInterface;
    case NameKind::kInstance:
      return api::ResourceKind::kInstance;
    case NameKind::kNatGateway:
      return api::ResourceKind::kNatGateway;
    case NameKind::kPrefixList:
      return api::ResourceKind::kPrefixList;
    case NameKind::kDhcpOptions:
      return api::ResourceKind::kDhcpOptions;
    case NameKind::kInternetHost:
    case NameKind::kCreated:
      return api::ResourceKind::kNone;
  }
  return api::ResourceKind::kNone;
}

}  // namespace

void Loader::set(const Node& node, Text& out) {
  if (std::optional<Text> text = reader_.text(node)) {
    out = std::move(*text);
  }
}

void Loader::set(const Node& node, std::vector<Tag>& out) {
  if (!reader_.expect_mapping(node, "tags")) {
    return;
  }
  if (node.entries.size() > kMostTags) {
    reader_.complain(node.mark, "a resource has at most " + std::to_string(kMostTags) + " tags");
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    if (std::optional<Text> value = reader_.text(entry.value)) {
      out.push_back(Tag{Text{entry.key.text, entry.key.mark}, std::move(*value)});
    }
  }
}

void Loader::set_flag_or_name(const Node& node, const std::string& implied,
                              std::optional<Text>& out) {
  const std::optional<bool> flag =
      node.is_scalar() && node.plain ? parse_boolean(node.text) : std::nullopt;
  if (!flag.has_value()) {
    out = reader_.text(node);
  } else if (*flag) {
    out = Text{implied, node.mark};
  }
}

bool Loader::declare(const Node& key, const std::string& name, NameKind kind) {
  const std::string fault =
      kind == NameKind::kInternetHost ? host_name_fault(key.text) : name_fault(key.text);
  if (!fault.empty()) {
    reader_.complain(key.mark, "'" + printable(key.text, 40) + "' cannot be a name: " + fault);
    return false;
  }
  if (const NameEntry* other = names_.add(name, NameEntry{kind, key.mark, false})) {
    reader_.complain(key.mark,
                     "the name '" + name + "' is taken by " + with_article(other->kind) +
                         " on line " + std::to_string(other->mark.line),
                     "names are common to all kinds of things");
    return false;
  }
  return true;
}

void Loader::imply(const std::string& name, NameKind kind, const Mark& mark) {
  static_cast<void>(names_.add(name, NameEntry{kind, mark, false}));
}

void Loader::settle_id(Resource& resource, NameKind kind) {
  const api::ResourceKind wanted = resource_kind(kind);
  if (!resource.id.has_value()) {
    const Result<api::ResourceId> from_name = api::ResourceId::parse(resource.name.value);
    if (from_name.has_value() && from_name->kind() == wanted) {
      resource.id = resource.name;
    }
    return;
  }
  const Result<api::ResourceId> id = api::ResourceId::parse(resource.id->value);
  if (!id.has_value() || id->kind() != wanted) {
    reader_.complain(
        resource.id->mark,
        "'" + printable(resource.id->value, 40) + "' is no id of " + with_article(kind),
        "write " + std::string(prefix_of(wanted)) + " and 8 or 17 digits of 0-9 and a-f");
    resource.broken = true;
  }
}

void Loader::note_step_names() {
  for (const Step& step : scenario_.run) {
    if (step.name.has_value()) {
      step_names_.insert(step.name->value);
    }
  }
}

Mark Loader::part_of(const Node& node, std::size_t offset, std::size_t length) {
  const std::size_t quote = node.plain ? 0 : 1;
  const bool is_one_line = node.mark.length == node.text.size() + 2 * quote;
  if (!is_one_line) {
    return node.mark;
  }
  Mark mark = node.mark;
  mark.column += static_cast<std::uint32_t>(offset + quote);
  mark.length = static_cast<std::uint32_t>(length == 0 ? 1 : length);
  return mark;
}

bool holds_at_most(Loader& loader, const Node& node, std::size_t most, std::string_view what) {
  const std::size_t count = std::max(node.entries.size(), node.items.size());
  if (count > most) {
    loader.reader().complain(node.mark, std::to_string(count) + " are too many: at most " +
                                            std::to_string(most) + ' ' + std::string(what));
  }
  return count <= most;
}

std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::pair(name, std::string_view())
                                       : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

}  // namespace vpclab::scenario
