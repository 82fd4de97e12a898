// api/model.h - the vocabulary's own description: which members a structure has, how each is spelt
// in JSON, in Query parameters, in XML and on the AWS CLI. Constant tables written by
// tools/codegen; the decoder, the encoders and the CLI line all read them. Holds no values.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vpclab::api {

class ParamReader;
class ValueSink;
struct StructureModel;

enum class Kind : std::uint8_t { kString, kInteger, kBoolean, kTimestamp, kBlob, kStructure };

/// The closed set of values of an enumeration, in the model's order.
struct EnumModel {
  std::string_view name;
  std::span<const std::string_view> values;

  [[nodiscard]] constexpr bool contains(std::string_view value) const {
    for (const std::string_view known : values) {
      if (known == value) {
        return true;
      }
    }
    return false;
  }
};

/// One member of a structure. `kind` is that of the elements where `is_list`.
struct MemberModel {
  std::string_view name;           // JSON and AWS CLI: `CidrBlock`
  std::string_view query_name;     // flat request parameters: `CidrBlock`, `SecurityGroupId`
  std::string_view xml_name;       // EC2's XML: `cidrBlock`, `vpcSet`
  std::string_view cli_name = {};  // outermost request members: `cidr-block`, without dashes
  Kind kind = Kind::kString;
  bool is_list = false;
  bool is_required = false;
  bool is_always_listed = false;              // a list that EC2 sends even when it is empty
  const StructureModel* structure = nullptr;  // for Kind::kStructure
  const EnumModel* enumeration = nullptr;     // for strings with a closed set of values
};

struct StructureModel {
  std::string_view name;
  std::span<const MemberModel> members;
};

}  // namespace vpclab::api
