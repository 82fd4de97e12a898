// api/base64.h - RFC 4648 base64, the wire form of blobs. Strict: padding required, no line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vpclab::api {

[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Nothing where the text is not base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace vpclab::api
