// tests/api/random_params.h - random but well-formed parameters of any action, made from the model:
// for the law decode(to_params(x)) == x.
#pragma once

#include <string>

#include "emulator/api/action.h"
#include "emulator/api/base64.h"
#include "emulator/api/param_map.h"
#include "emulator/api/timestamp.h"
#include "netstack/base/rng.h"

namespace vpclab::api {

class RandomParams {
 public:
  explicit RandomParams(base::Rng& rng) : rng_(rng) {}

  ParamMap of(const ActionModel& action) {
    params_ = ParamMap{};
    fill(*action.request, "", true);
    return params_;
  }

 private:
  /// Members are there by chance, required ones always; a structure has at least one.
  void fill(const StructureModel& model, const std::string& prefix, bool may_be_empty) {
    const std::size_t before = params_.size();
    for (const MemberModel& member : model.members) {
      if (member.is_required || rng_.below(3) == 0) {
        fill_member(member, prefix);
      }
    }
    if (params_.size() == before && !may_be_empty) {
      fill_member(model.members[rng_.below(model.members.size())], prefix);
    }
  }

  void fill_member(const MemberModel& member, const std::string& prefix) {
    const std::string name = prefix + std::string(member.query_name);
    if (!member.is_list) {
      fill_element(member, name);
      return;
    }
    const std::uint64_t count = 1 + rng_.below(3) + (rng_.below(50) == 0 ? 12 : 0);
    for (std::uint64_t i = 1; i <= count; ++i) {
      fill_element(member, name + "." + std::to_string(i));
    }
  }

  void fill_element(const MemberModel& member, const std::string& name) {
    if (member.kind == Kind::kStructure) {
      fill(*member.structure, name + ".", false);
    } else {
      params_.set(name, scalar(member));
    }
  }

  std::string scalar(const MemberModel& member) {
    switch (member.kind) {
      case Kind::kInteger:
        return std::to_string(static_cast<std::int32_t>(static_cast<std::uint32_t>(rng_.next())));
      case Kind::kBoolean:
        return rng_.below(2) == 0 ? "true" : "false";
      case Kind::kTimestamp:
        return to_string(Timestamp{static_cast<std::int64_t>(rng_.below(4'000'000'000)) * 1'000 +
                                   static_cast<std::int64_t>(rng_.below(1'000))});
      case Kind::kBlob:
        return to_base64(text());
      case Kind::kString:
      case Kind::kStructure:
        break;
    }
    if (member.enumeration != nullptr) {
      return std::string(member.enumeration->values[rng_.below(member.enumeration->values.size())]);
    }
    return text();
  }

  std::string text() {
    std::string out;
    for (std::uint64_t length = rng_.below(12); length > 0; --length) {
      out += static_cast<char>(rng_.below(256));
    }
    return out;
  }

  base::Rng& rng_;
  ParamMap params_;
};

}  // namespace vpclab::api
