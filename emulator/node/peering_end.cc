#include "emulator/node/peering_end.h"

#include "emulator/node/vpc_router.h"

namespace vpclab::node {

PeeringEnd::PeeringEnd(Context& context, const link::LinkProfile& profile, VpcRouter& from,
                       VpcRouter& to, std::string_view name)
    : context_(&context),
      from_(&from),
      to_(&to),
      link_(profile, context.simulator().add_sink(*this), context.options().seed, name) {}

void PeeringEnd::accept(wire::PacketHandle packet) { to_->from_peering(*this, packet); }

void PeeringEnd::impair(const link::Impairments& impairments, std::string_view name) {
  link_.impair(context_->links(), impairments, context_->options().seed, name);
}

}  // namespace vpclab::node
