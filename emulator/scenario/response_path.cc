#include "emulator/scenario/response_path.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace vpclab::scenario {
namespace {

const api::MemberModel* member_of(const api::StructureModel& structure, std::string_view name) {
  const auto found =
      std::find_if(structure.members.begin(), structure.members.end(),
                   [name](const api::MemberModel& member) { return member.name == name; });
  return found == structure.members.end() ? nullptr : &*found;
}

void complain_unknown_member(Reader& reader, const Mark& mark, std::string_view name,
                             const api::StructureModel& structure) {
  std::vector<std::string_view> names;
  for (const api::MemberModel& member : structure.members) {
    names.push_back(member.name);
  }
  reader.complain_unknown(
      mark, "'" + printable(name, 64) + "' is no member of " + std::string(structure.name), name,
      names);
}

/// Where a path leads: to a structure, a list of something, or a scalar.
struct Place {
  const api::StructureModel* structure = nullptr;  ///< of the elements, where it is a list
  bool is_list = false;
};

/// Walks along a path from member to member; after a complaint it stands still.
class PathWalker {
 public:
  PathWalker(Reader& reader, const Text& path, const api::StructureModel& response)
      : reader_(reader), path_(path), place_{&response, false} {}

  /// Nothing after a complaint.
  [[nodiscard]] std::optional<Place> walk() {
    const std::string_view text = path_.value;
    bool wants_member = true;
    while (position_ < text.size() && !failed_) {
      if (wants_member) {
        step_into(text.substr(position_, text.find_first_of(".[", position_) - position_));
        wants_member = false;
      } else if (text[position_] == '[') {
        step_to_element(text.substr(position_));
      } else {
        ++position_;
        wants_member = true;
      }
    }
    if (wants_member && !failed_) {
      complain(0, text.size(), "the path ends with a dot, or is empty", kExample);
    }
    return failed_ ? std::nullopt : std::optional(place_);
  }

 private:
  static constexpr std::string_view kExample = "such as Vpcs[0].CidrBlock";

  void step_into(std::string_view name) {
    if (place_.is_list) {
      const std::string before = path_.value.substr(0, position_ == 0 ? 0 : position_ - 1);
      return complain(
          position_, name.size(), "'" + printable(before) + "' is a list",
          "write which of its elements: " + printable(before) + "[0]." + printable(name, 64));
    }
    if (place_.structure == nullptr) {
      return complain(
          position_, name.size(),
          "'" + printable(path_.value.substr(0, position_ - 1)) + "' is a value without members",
          {});
    }
    const api::MemberModel* member = member_of(*place_.structure, name);
    if (member == nullptr) {
      failed_ = true;
      return complain_unknown_member(reader_, mark_of(position_, name.size()), name,
                                     *place_.structure);
    }
    place_ =
        Place{member->kind == api::Kind::kStructure ? member->structure : nullptr, member->is_list};
    position_ += name.size();
  }

  /// `rest` begins with a bracket.
  void step_to_element(std::string_view rest) {
    const std::size_t end = rest.find(']');
    const bool is_number =
        end != std::string_view::npos && end > 1 &&
        rest.substr(1, end - 1).find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number) {
      return complain(position_, rest.size(), "expected an element's number in brackets", kExample);
    }
    if (!place_.is_list) {
      return complain(position_, end + 1,
                      "'" + printable(path_.value.substr(0, position_)) + "' is no list", {});
    }
    place_.is_list = false;
    position_ += end + 1;
    const bool goes_on = position_ == path_.value.size() || path_.value[position_] == '.' ||
                         path_.value[position_] == '[';
    if (!goes_on) {
      complain(position_, 1, "expected a dot here", kExample);
    }
  }

  void complain(std::size_t offset, std::size_t length, std::string message,
                std::string_view hint) {
    failed_ = true;
    reader_.complain(mark_of(offset, length), std::move(message), std::string(hint));
  }

  /// The part's own place, where the key stands on one line.
  [[nodiscard]] Mark mark_of(std::size_t offset, std::size_t length) const {
    Mark mark = path_.mark;
    const std::size_t quotes = mark.length - std::min<std::size_t>(mark.length, path_.value.size());
    if (quotes == 0 || quotes == 2) {
      mark.column += static_cast<std::uint32_t>(offset + quotes / 2);
      mark.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, length));
    }
    return mark;
  }

  Reader& reader_;
  const Text& path_;
  Place place_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

/// The keys of an expected mapping are members, too; `{not: …}` and lists are looked into.
void check_keys(Reader& reader, const Parameters& expected, const Place& place) {
  if (const auto* items = std::get_if<std::vector<Parameters>>(&expected.value)) {
    for (const Parameters& item : *items) {
      check_keys(reader, item, Place{place.structure, false});
    }
  }
  const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&expected.value);
  if (entries == nullptr) {
    return;
  }
  for (const Parameters::Entry& entry : *entries) {
    if (entries->size() == 1 && entry.key.value == "not") {
      check_keys(reader, entry.value, place);
      continue;
    }
    const api::MemberModel* member =
        place.structure == nullptr ? nullptr : member_of(*place.structure, entry.key.value);
    if (member != nullptr) {
      check_keys(reader, entry.value,
                 Place{member->kind == api::Kind::kStructure ? member->structure : nullptr,
                       member->is_list});
    } else if (place.structure != nullptr) {
      complain_unknown_member(reader, entry.key.mark, entry.key.value, *place.structure);
    }
  }
}

}  // namespace

void check_response_path(Reader& reader, const ValueExpectation& expected,
                         const api::StructureModel& response) {
  if (const std::optional<Place> place = PathWalker(reader, expected.path, response).walk()) {
    check_keys(reader, expected.value, *place);
  }
}

}  // namespace vpclab::scenario
