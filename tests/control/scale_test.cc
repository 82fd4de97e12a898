// A hundred thousand instances, counted: heap allocations and bytes per instance are bounded, and a
// reply nobody looks at is not built. (Times are for tools/bench.)
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>
#include <malloc.h>

#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/control/control_plane.h"

namespace {

struct HeapCount {
  std::size_t allocations = 0;
  std::size_t live_bytes = 0;
};

HeapCount heap;

void* counted(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  ++heap.allocations;
  heap.live_bytes += malloc_usable_size(block);
  return block;
}

void uncounted(void* block) noexcept {
  if (block != nullptr) {
    heap.live_bytes -= malloc_usable_size(block);
    std::free(block);
  }
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }

void* operator new[](std::size_t size) { return counted(size); }

void operator delete(void* block) noexcept { uncounted(block); }

void operator delete[](void* block) noexcept { uncounted(block); }

void operator delete(void* block, std::size_t /*size*/) noexcept { uncounted(block); }

void operator delete[](void* block, std::size_t /*size*/) noexcept { uncounted(block); }

namespace vpclab::control {
namespace {

TEST(Scale, OfAHundredThousandInstancesIsBounded) {
  constexpr std::size_t kCalls = 100;
  constexpr std::size_t kPerCall = 1000;
  ControlOptions options;
  options.quotas = Quotas::lifted();
  ControlPlane plane(options);
  const Caller caller;
  SimTime now{};
  std::vector<std::string> subnets;
  for (int i = 0; i < 2; ++i) {
    auto vpc = plane.execute(
        caller, api::CreateVpcRequest{.cidr_block = "10." + std::to_string(i) + ".0.0/16"}, now);
    ASSERT_TRUE(vpc.has_value());
    auto subnet = plane.execute(
        caller,
        api::CreateSubnetRequest{.cidr_block = "10." + std::to_string(i) + ".0.0/16",
                                 .vpc_id = vpc->as<api::CreateVpcResponse>().vpc->vpc_id},
        now);
    ASSERT_TRUE(subnet.has_value());
    subnets.push_back(subnet->as<api::CreateSubnetResponse>().subnet->subnet_id.value());
  }
  const HeapCount before = heap;

  for (std::size_t call = 0; call < kCalls; ++call) {
    const api::RunInstancesRequest request{.image_id = "al2023",
                                           .max_count = kPerCall,
                                           .min_count = kPerCall,
                                           .subnet_id = subnets[call % subnets.size()]};
    api::Reply reply = plane.execute(caller, request, now);
    ASSERT_TRUE(reply.has_value());
    ASSERT_TRUE(reply->is_deferred());
  }

  const std::size_t instances = kCalls * kPerCall;
  ASSERT_EQ(plane.inventory().instances.size(), instances);
  EXPECT_LE((heap.live_bytes - before.live_bytes) / instances, 700U);
  EXPECT_LE(heap.allocations - before.allocations, instances / 10);
  now += std::chrono::minutes(1);
  plane.advance(now);
  EXPECT_TRUE(plane.inventory().instances.begin()->is_running());
  EXPECT_FALSE(plane.next_settling_transition().has_value());
}

}  // namespace
}  // namespace vpclab::control
