// api/param_reader.h - reads members out of flat parameters for the generated read_from() members;
// remembers which parameters were read and the first thing that is wrong. Internal to api.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/api/model.h"
#include "emulator/api/param_map.h"
#include "emulator/api/timestamp.h"

namespace vpclab::api {

class ParamReader {
 public:
  /// `params` outlives the reader.
  explicit ParamReader(const ParamMap& params) : params_(params) {}

  void read(const MemberModel& member, std::optional<std::string>& value);
  void read(const MemberModel& member, std::optional<std::int64_t>& value);
  void read(const MemberModel& member, std::optional<bool>& value);
  void read(const MemberModel& member, std::optional<Timestamp>& value);
  void read(const MemberModel& member, std::vector<std::string>& values);

  /// A nested structure: there when any parameter begins with its name and a dot.
  template <class T>
  void read(const MemberModel& member, std::optional<T>& structure) {
    const std::size_t mark = enter(member.query_name);
    if (has_members()) {
      structure.emplace().read_from(*this);
    } else if (member.is_required) {
      note_missing();
    }
    leave(mark);
  }

  /// A list of structures, in the order of their indices.
  template <class T>
  void read(const MemberModel& member, std::vector<T>& structures) {
    const std::size_t mark = enter(member.query_name);
    const std::vector<std::string> indices = read_indices();
    structures.resize(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::size_t inner_mark = enter(indices[i]);
      structures[i].read_from(*this);
      leave(inner_mark);
    }
    if (structures.empty() && member.is_required) {
      note_missing();
    }
    leave(mark);
  }

  /// What was wrong: the first bad value, else the first missing one, else the first parameter that
  /// nobody read.
  [[nodiscard]] std::optional<ApiError> error();

 private:
  [[nodiscard]] std::size_t enter(std::string_view name);

  void leave(std::size_t mark) { path_.resize(mark); }

  [[nodiscard]] bool has_members() const;
  [[nodiscard]] std::vector<std::string> read_indices();
  [[nodiscard]] const std::string* take(const MemberModel& member);
  void note_missing();
  void note_invalid(const MemberModel& member, const std::string& value, std::string_view why);
  void check(const MemberModel& member, const std::string& value);

  const ParamMap& params_;
  std::string path_;                       // `IpPermissions.1`
  std::vector<const std::string*> taken_;  // the values read so far
  std::optional<ApiError> invalid_;
  std::optional<ApiError> missing_;
};

}  // namespace vpclab::api
