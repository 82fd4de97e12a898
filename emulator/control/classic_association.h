// control/classic_association.h - Elastic IP addresses of Domain `standard` and the instances of
// EC2-Classic that have them (CLC-2, CLC-4): known by the address itself, no allocation id, no
// association id. The actions themselves: address_association.cc, elastic_address.cc.
#pragma once

#include "emulator/api/api_error.h"
#include "emulator/control/elastic_address.h"

namespace vpclab::api {

struct AssociateAddressRequest;
struct AssociateAddressResponse;

}  // namespace vpclab::api

namespace vpclab::control {

struct Call;

/// Whether an association is EC2-Classic's business: by its address or by its instance.
[[nodiscard]] bool concerns_classic(const Call& call, const ElasticAddress& address,
                                    const api::AssociateAddressRequest& request);

/// AssociateAddress of such. Pre: concerns_classic().
[[nodiscard]] api::ApiResult<api::AssociateAddressResponse> associate_in_classic(
    Call& call, ElasticAddress& address, const api::AssociateAddressRequest& request);

/// Ends the association of a `standard` address, if it has one: the instance, should it run, has
/// an automatic public address again.
void disassociate_in_classic(Call& call, ElasticAddress& address);

}  // namespace vpclab::control
