// tests/oracle/plan_text.h - a compiled VPC as text: all that a packet can meet in it, without the
// positions in which it is kept and without what nobody uses.
#pragma once

#include <string>

namespace vpclab::dataplane {
struct VpcTables;
}

namespace vpclab::oracle {

[[nodiscard]] std::string plan_text(const dataplane::VpcTables& tables);

}  // namespace vpclab::oracle
