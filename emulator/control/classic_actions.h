// control/classic_actions.h - the actions of ClassicLink: handle(call, request), an overload each,
// implemented by the file that stands above it. A refused call changes nothing.
#pragma once

#include "emulator/api/api_error.h"

namespace vpclab::api {

struct AttachClassicLinkVpcRequest;
struct AttachClassicLinkVpcResponse;
struct DescribeClassicLinkInstancesRequest;
struct DescribeClassicLinkInstancesResponse;
struct DescribeVpcClassicLinkRequest;
struct DescribeVpcClassicLinkResponse;
struct DescribeVpcClassicLinkDnsSupportRequest;
struct DescribeVpcClassicLinkDnsSupportResponse;
struct DetachClassicLinkVpcRequest;
struct DetachClassicLinkVpcResponse;
struct DisableVpcClassicLinkRequest;
struct DisableVpcClassicLinkResponse;
struct DisableVpcClassicLinkDnsSupportRequest;
struct DisableVpcClassicLinkDnsSupportResponse;
struct EnableVpcClassicLinkRequest;
struct EnableVpcClassicLinkResponse;
struct EnableVpcClassicLinkDnsSupportRequest;
struct EnableVpcClassicLinkDnsSupportResponse;

}  // namespace vpclab::api

namespace vpclab::control {

struct Call;

// classic_link_vpc.cc
api::ApiResult<api::EnableVpcClassicLinkResponse> handle(
    Call& call, const api::EnableVpcClassicLinkRequest& request);
api::ApiResult<api::DisableVpcClassicLinkResponse> handle(
    Call& call, const api::DisableVpcClassicLinkRequest& request);
api::ApiResult<api::EnableVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::EnableVpcClassicLinkDnsSupportRequest& request);
api::ApiResult<api::DisableVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::DisableVpcClassicLinkDnsSupportRequest& request);

// classic_link.cc
api::ApiResult<api::AttachClassicLinkVpcResponse> handle(
    Call& call, const api::AttachClassicLinkVpcRequest& request);
api::ApiResult<api::DetachClassicLinkVpcResponse> handle(
    Call& call, const api::DetachClassicLinkVpcRequest& request);

// classic_link_describe.cc
api::ApiResult<api::DescribeVpcClassicLinkResponse> handle(
    Call& call, const api::DescribeVpcClassicLinkRequest& request);
api::ApiResult<api::DescribeVpcClassicLinkDnsSupportResponse> handle(
    Call& call, const api::DescribeVpcClassicLinkDnsSupportRequest& request);
api::ApiResult<api::DescribeClassicLinkInstancesResponse> handle(
    Call& call, const api::DescribeClassicLinkInstancesRequest& request);

}  // namespace vpclab::control
