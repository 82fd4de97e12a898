// scenario/schema_resource.h - schema.json as it was when the program was built.
#pragma once

#include <string_view>

namespace vpclab::scenario {

extern const std::string_view kSchemaResource;

}  // namespace vpclab::scenario
