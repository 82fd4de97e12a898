// scenario/utf8.h - just enough UTF-8 to say where a file is broken. Knows nothing of YAML.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/scenario/diagnostic.h"

namespace vpclab::scenario {

/// Offset of the first byte that belongs to no well-formed character.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

/// Line and column of a byte offset.
[[nodiscard]] Mark mark_at(std::string_view text, std::size_t offset);

}  // namespace vpclab::scenario
