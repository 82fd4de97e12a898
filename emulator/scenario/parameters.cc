#include "emulator/scenario/parameters.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vpclab::scenario {
namespace {

bool ends_with_id(std::string_view name) { return name.ends_with("Id") || name.ends_with("Ids"); }

class Flattener {
 public:
  Flattener(Reader& reader, const ScalarResolver& resolve) : reader_(reader), resolve_(resolve) {}

  [[nodiscard]] api::ParamMap take() { return std::move(result_); }

  void request(const Parameters& parameters, const api::StructureModel& model) {
    if (std::holds_alternative<std::monostate>(parameters.value) ||
        std::holds_alternative<std::vector<Parameters::Entry>>(parameters.value)) {
      structure(parameters, model, {});
      return;
    }
    const auto main = std::find_if(model.members.begin(), model.members.end(), is_id_member);
    if (main == model.members.end()) {
      reader_.complain(parameters.mark, "this action wants its parameters by name",
                       "write a mapping, or `{}` for none");
      return;
    }
    member(parameters, *main, std::string(main->query_name));
  }

 private:
  void structure(const Parameters& parameters, const api::StructureModel& model,
                 const std::string& prefix) {
    const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&parameters.value);
    if (entries == nullptr) {
      if (model.members.size() == 1 && std::holds_alternative<std::string>(parameters.value)) {
        member(parameters, model.members[0], prefix + std::string(model.members[0].query_name));
      } else if (!std::holds_alternative<std::monostate>(parameters.value)) {
        reader_.complain(parameters.mark,
                         "expected a mapping with the members of " + std::string(model.name));
      }
      return;
    }
    for (const Parameters::Entry& entry : *entries) {
      const auto found = std::find_if(
          model.members.begin(), model.members.end(),
          [&entry](const api::MemberModel& known) { return known.name == entry.key.value; });
      if (found != model.members.end()) {
        member(entry.value, *found, prefix + std::string(found->query_name));
      } else {
        refuse_unknown(entry.key, model);
      }
    }
  }

  void refuse_unknown(const Text& key, const api::StructureModel& model) {
    std::vector<std::string_view> names;
    for (const api::MemberModel& known : model.members) {
      names.push_back(known.name);
    }
    reader_.complain_unknown(
        key.mark, "'" + printable(key.value) + "' is no member of " + std::string(model.name),
        key.value, names);
  }

  void member(const Parameters& parameters, const api::MemberModel& model,
              const std::string& path) {
    if (!model.is_list) {
      single(parameters, model, path);
      return;
    }
    if (const auto* items = std::get_if<std::vector<Parameters>>(&parameters.value)) {
      for (std::size_t i = 0; i < items->size(); ++i) {
        single((*items)[i], model, path + '.' + std::to_string(i + 1));
      }
      return;
    }
    single(parameters, model, path + ".1");
  }

  void single(const Parameters& parameters, const api::MemberModel& model,
              const std::string& path) {
    if (model.structure != nullptr) {
      structure(parameters, *model.structure, path + '.');
    } else if (const auto* scalar = std::get_if<std::string>(&parameters.value)) {
      result_.set(path, resolve_(*scalar, parameters.mark, is_id_member(model)));
    } else {
      reader_.complain(parameters.mark, std::string(model.name) + " wants a single value");
    }
  }

  Reader& reader_;
  const ScalarResolver& resolve_;
  api::ParamMap result_;
};

}  // namespace

Parameters to_parameters(const Node& node) {
  Parameters parameters{node.mark, {}};
  if (node.is_mapping()) {
    auto& entries = parameters.value.emplace<std::vector<Parameters::Entry>>();
    for (const NodeEntry& entry : node.entries) {
      entries.push_back(
          Parameters::Entry{Text{entry.key.text, entry.key.mark}, to_parameters(entry.value)});
    }
  } else if (node.is_sequence()) {
    auto& items = parameters.value.emplace<std::vector<Parameters>>();
    for (const Node& item : node.items) {
      items.push_back(to_parameters(item));
    }
  } else if (!node.is_null()) {
    parameters.value = node.text;
  }
  return parameters;
}

bool is_id_member(const api::MemberModel& member) {
  static constexpr std::array<std::string_view, 4> kNoResources{"PeerOwnerId", "UserId",
                                                                "AvailabilityZoneId", "ImageId"};
  static constexpr std::array<std::string_view, 2> kResources{"Groups", "Resources"};
  if (member.kind != api::Kind::kString) {
    return false;
  }
  const auto is_in = [&member](const auto& names) {
    return std::find(names.begin(), names.end(), member.name) != names.end();
  };
  return is_in(kResources) || (ends_with_id(member.name) && !is_in(kNoResources));
}

api::ParamMap flatten(const Parameters& parameters, const api::StructureModel& request,
                      Reader& reader, const ScalarResolver& resolve) {
  Flattener flattener(reader, resolve);
  flattener.request(parameters, request);
  return flattener.take();
}

std::string step_key_of(std::string_view cli_name) {
  std::string key(cli_name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

}  // namespace vpclab::scenario
