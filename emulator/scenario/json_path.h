// scenario/json_path.h - places in a response: "Reservations[0].Instances[0].State.Name". Hides the
// JSON library; the texts are those of api/json_text.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/scenario/model.h"

namespace vpclab::scenario {

/// The scalar at `path` of the JSON text `json`: a text without quotes, a number, true or false.
/// Nothing where the path leads nowhere or to a list or an object.
[[nodiscard]] std::optional<std::string> text_at(const std::string& json, std::string_view path);

/// What stands at `path` as JSON on one line; empty where it leads nowhere.
[[nodiscard]] std::string json_at(const std::string& json, std::string_view path);

/// Whether what stands at `path` is as expected: a scalar equals in its text; `none` is nothing (or
/// an empty list); `{not: X}` is something that is there and not X; a list equals element by
/// element; an object has at least the members of a mapping.
[[nodiscard]] bool fits(const std::string& json, std::string_view path, const Parameters& expected);

/// The expected value as a person would write it.
[[nodiscard]] std::string text_of(const Parameters& expected);

}  // namespace vpclab::scenario
