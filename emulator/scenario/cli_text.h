// scenario/cli_text.h - a request as the line that a person would type for the AWS CLI. For
// reading; the way back is api/cli_line.h.
#pragma once

#include <string>

#include "emulator/api/envelope.h"

namespace vpclab::scenario {

/// `aws ec2 create-route --route-table-id rtb-… --destination-cidr-block 10.2.0.0/16`; structures
/// are written as JSON.
[[nodiscard]] std::string cli_text(const api::Request& request);

}  // namespace vpclab::scenario
