#include "emulator/api/ids.h"

#include <cstddef>

namespace vpclab::api {

Result<ResourceId> ResourceId::parse(std::string_view text) {
  // The digits hold no dash: the prefix is all up to the last one (eni-attach-…).
  const std::size_t dash = text.rfind('-');
  if (dash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, dash + 1);
    for (auto kind = ResourceKind::kVpc; kind <= ResourceKind::kInternetHost;
         kind = static_cast<ResourceKind>(static_cast<std::uint8_t>(kind) + 1)) {
      IdDigits digits;
      if (prefix_of(kind) == prefix && read_id_digits(text.substr(dash + 1), digits)) {
        return ResourceId(kind, digits);
      }
    }
  }
  return fail("Invalid id: \"" + std::string(text) + "\"");
}

}  // namespace vpclab::api
