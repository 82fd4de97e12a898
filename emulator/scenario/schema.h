// scenario/schema.h - the JSON Schema (draft 7) of scenario files, for editors and validators. What
// stands in schema.json is written by hand; the lists that the code knows (EC2 actions, reasons,
// quotas, knobs) are filled in here.
#pragma once

#include <string>

namespace vpclab::scenario {

/// The schema as indented JSON with a final line break.
[[nodiscard]] std::string schema_text();

}  // namespace vpclab::scenario
