// Instances: INST-1…7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/image.h"
#include "emulator/api/generated/key_pair.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::StartsWith;

class Instances : public testing::Test {
 protected:
  std::string state_of(const std::string& instance) {
    return std::string(to_string(lab.instance_of(instance).state));
  }

  api::StopInstancesRequest stop(const std::string& id) { return {.instance_ids = {id}}; }

  api::StartInstancesRequest start(const std::string& id) { return {.instance_ids = {id}}; }

  api::RebootInstancesRequest reboot(const std::string& id) { return {.instance_ids = {id}}; }

  api::TerminateInstancesRequest terminate(const std::string& id) { return {.instance_ids = {id}}; }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/20");
};

TEST_F(Instances, GoThroughTheirStates) {  // INST-1, API-6
  const auto launched = lab.call<api::RunInstancesResponse>(Lab::launch(subnet));
  const std::string instance = launched.instances.at(0).instance_id.value();
  EXPECT_EQ(launched.instances[0].state->name, "pending");
  EXPECT_EQ(launched.instances[0].state->code, 0);
  EXPECT_EQ(launched.instances[0].private_ip_address, "10.1.0.4");
  EXPECT_EQ(launched.instances[0].private_dns_name, "ip-10-1-0-4.ec2.internal");  // DNS-3
  lab.settle();
  EXPECT_EQ(state_of(instance), "running");

  const auto stopping = lab.call<api::StopInstancesResponse>(stop(instance));
  EXPECT_EQ(stopping.stopping_instances.at(0).previous_state->code, 16);
  EXPECT_EQ(stopping.stopping_instances.at(0).current_state->code, 64);
  lab.settle();
  EXPECT_EQ(state_of(instance), "stopped");

  const auto starting = lab.call<api::StartInstancesResponse>(start(instance));
  EXPECT_EQ(starting.starting_instances.at(0).previous_state->code, 80);
  EXPECT_EQ(starting.starting_instances.at(0).current_state->name, "pending");
  lab.settle();
  EXPECT_EQ(state_of(instance), "running");

  const auto terminating = lab.call<api::TerminateInstancesResponse>(terminate(instance));
  EXPECT_EQ(terminating.terminating_instances.at(0).current_state->code, 32);
  lab.settle();
  EXPECT_EQ(state_of(instance), "terminated");
  EXPECT_EQ(code_of(InstanceState::kTerminated), 48);
}

TEST_F(Instances, HaveNoOtherChangesOfState) {  // INST-1
  int allowed = 0;
  for (int from = 0; from <= static_cast<int>(InstanceState::kTerminated); ++from) {
    for (int to = 0; to <= static_cast<int>(InstanceState::kTerminated); ++to) {
      allowed += may_become(static_cast<InstanceState>(from), static_cast<InstanceState>(to));
    }
  }

  EXPECT_EQ(allowed, static_cast<int>(kInstanceSteps.size()));
  EXPECT_FALSE(may_become(InstanceState::kTerminated, InstanceState::kPending));
  EXPECT_FALSE(may_become(InstanceState::kPending, InstanceState::kStopping));
}

TEST_F(Instances, ShutDownInTheirOwnTimeWhenTerminatedWhileStopping) {  // INST-1
  const std::string instance = lab.instance(subnet);
  lab.call<api::StopInstancesResponse>(stop(instance));
  lab.pass(std::chrono::seconds(5));
  lab.call<api::TerminateInstancesResponse>(terminate(instance));

  lab.pass(std::chrono::seconds(6));  // the stop would be over now
  EXPECT_EQ(state_of(instance), "shutting-down");
  lab.pass(std::chrono::seconds(4));
  EXPECT_EQ(state_of(instance), "terminated");
}

TEST_F(Instances, RunAgainAfterAReboot) {  // INST-1
  const std::string instance = lab.instance(subnet);
  const std::uint32_t boots = lab.instance_of(instance).boots;

  lab.call<api::RebootInstancesResponse>(reboot(instance));

  EXPECT_EQ(state_of(instance), "running");
  EXPECT_EQ(lab.instance_of(instance).boots, boots + 1);
}

TEST_F(Instances, AreMarkedWhenTheyStartAndStop) {  // INST-2
  const std::string instance = lab.instance(subnet);
  static_cast<void>(lab.plane().take_changed());

  lab.call<api::StopInstancesResponse>(stop(instance));

  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(lab.vpc_of(vpc).id));
  EXPECT_FALSE(lab.instance_of(instance).is_running());
}

TEST_F(Instances, RefuseWhatTheirStateDoesNotAllow) {  // INST-6
  const std::string instance = lab.instance(subnet);
  lab.call<api::StartInstancesResponse>(start(instance));  // running: nothing to do
  lab.call<api::StopInstancesResponse>(stop(instance));
  EXPECT_EQ(lab.refusal(start(instance)), "IncorrectInstanceState: The instance '" + instance +
                                              "' is not in a state from which it can be started.");
  lab.settle();
  lab.call<api::StopInstancesResponse>(stop(instance));  // stopped: nothing to do
  EXPECT_THAT(lab.refusal(reboot(instance)), StartsWith("IncorrectInstanceState: "));
  lab.call<api::TerminateInstancesResponse>(terminate(instance));
  lab.settle();
  EXPECT_THAT(lab.refusal(start(instance)), StartsWith("IncorrectInstanceState: "));
  EXPECT_THAT(lab.refusal(stop(instance)), StartsWith("IncorrectInstanceState: "));
  lab.call<api::TerminateInstancesResponse>(terminate(instance));
}

TEST_F(Instances, RefuseABatchWhole) {  // INST-6
  const std::string running = lab.instance(subnet);
  const std::string pending =
      lab.call<api::RunInstancesResponse>(Lab::launch(subnet)).instances.at(0).instance_id.value();

  EXPECT_THAT(lab.refusal(api::StopInstancesRequest{.instance_ids = {running, pending}}),
              StartsWith("IncorrectInstanceState: "));
  EXPECT_EQ(
      lab.refusal(api::StopInstancesRequest{.instance_ids = {running, "i-00000001", "i-00000002"}}),
      "InvalidInstanceID.NotFound: The instance IDs 'i-00000001, i-00000002' do not exist");
}

TEST_F(Instances, AreSeenForAnHourAfterTheEnd) {  // INST-3
  const std::string instance = lab.instance(subnet);
  lab.call<api::TerminateInstancesResponse>(terminate(instance));
  lab.settle();
  EXPECT_TRUE(lab.inventory().network_interfaces.empty());
  EXPECT_EQ(lab.subnet_of(subnet).addresses.taken(), 0U);

  lab.pass(std::chrono::minutes(59));
  EXPECT_EQ(lab.inventory().instances.size(), 1U);
  lab.pass(std::chrono::minutes(2));
  EXPECT_TRUE(lab.inventory().instances.empty());
  EXPECT_TRUE(lab.inventory().reservations.empty());
  EXPECT_EQ(lab.refusal(stop(instance)),
            "InvalidInstanceID.NotFound: The instance ID '" + instance + "' does not exist");
}

TEST_F(Instances, WantASubnetOrADefaultVpc) {  // INST-4
  api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
  EXPECT_EQ(lab.refusal(request), "VPCIdNotSpecified: No default VPC for this user");
  request.subnet_id = "subnet-00000000";
  EXPECT_EQ(lab.refusal(request),
            "InvalidSubnetID.NotFound: The subnet ID 'subnet-00000000' does not exist");

  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
  request.subnet_id.reset();
  const auto launched = lab.call<api::RunInstancesResponse>(request);

  EXPECT_EQ(launched.instances.at(0).private_ip_address, "172.31.0.4");
  EXPECT_TRUE(launched.instances.at(0).public_ip_address.has_value());
}

TEST_F(Instances, CarryTheDefaultGroupUnlessTold) {  // INST-4, SG-6
  const std::string instance = lab.instance(subnet);
  EXPECT_THAT(lab.primary_of(instance).groups, ElementsAre(lab.vpc_of(vpc).default_security_group));

  api::RunInstancesRequest request = Lab::launch(subnet);
  const std::string foreign = lab.group(lab.vpc("10.9.0.0/16"), "web");
  request.security_group_ids = {foreign};
  EXPECT_EQ(lab.refusal(request), "InvalidParameter: Security group " + foreign + " and subnet " +
                                      subnet + " belong to different networks.");
  request.security_group_ids = {"sg-00000000"};
  EXPECT_EQ(lab.refusal(request),
            "InvalidGroup.NotFound: The security group 'sg-00000000' does not exist");
  request.security_group_ids = {};
  request.security_groups = {"web"};
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterCombination: "));  // SG-14
}

TEST_F(Instances, SpeakOfTheSubnetInOnePlace) {  // INST-4
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.network_interfaces.push_back({.device_index = 0, .subnet_id = subnet});

  EXPECT_EQ(lab.refusal(request),
            "InvalidParameterCombination: Network interfaces and an instance-level subnet ID may "
            "not be specified on the same request");
}

TEST_F(Instances, MayHaveSeveralInterfaces) {  // ENI-1
  api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
  const std::string existing = lab.interface(subnet);
  request.network_interfaces.push_back({.device_index = 1, .network_interface_id = existing});
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterCombination: "));
  request.network_interfaces.push_back({.device_index = 0,
                                        .private_ip_address = "10.1.0.77",
                                        .secondary_private_ip_address_count = 1,
                                        .subnet_id = subnet});

  const auto launched = lab.call<api::RunInstancesResponse>(request);
  const api::Instance& instance = launched.instances.at(0);

  EXPECT_EQ(instance.private_ip_address, "10.1.0.77");
  ASSERT_THAT(instance.network_interfaces, SizeIs(2));
  EXPECT_THAT(instance.network_interfaces[0].private_ip_addresses, SizeIs(2));
  EXPECT_EQ(instance.network_interfaces[1].network_interface_id, existing);
  EXPECT_EQ(instance.network_interfaces[1].attachment->delete_on_termination, false);
}

TEST_F(Instances, GetByThemselvesNoAddressThatTheRequestNames) {  // SUB-5
  api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
  request.network_interfaces.push_back(
      {.device_index = 0, .secondary_private_ip_address_count = 1, .subnet_id = subnet});
  request.network_interfaces.push_back(
      {.device_index = 1,
       .private_ip_addresses = {{.primary = false, .private_ip_address = "10.1.0.5"},
                                {.primary = false, .private_ip_address = "10.1.0.8"}},
       .subnet_id = subnet});
  request.network_interfaces.push_back(
      {.device_index = 2, .private_ip_address = "10.1.0.4", .subnet_id = subnet});

  const auto launched = lab.call<api::RunInstancesResponse>(request);

  std::vector<std::string> addresses;
  for (const auto& interface : launched.instances.at(0).network_interfaces) {
    for (const auto& address : interface.private_ip_addresses) {
      addresses.push_back(address.private_ip_address.value());
    }
  }
  EXPECT_THAT(addresses,
              ElementsAre("10.1.0.6", "10.1.0.7", "10.1.0.9", "10.1.0.5", "10.1.0.8", "10.1.0.4"));
}

TEST_F(Instances, NameEachAddressOnce) {  // SUB-5
  api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
  request.network_interfaces.push_back(
      {.device_index = 0,
       .private_ip_addresses = {{.primary = true, .private_ip_address = "10.1.0.10"},
                                {.primary = false, .private_ip_address = "10.1.0.20"}},
       .subnet_id = subnet});
  request.network_interfaces.push_back({.device_index = 1, .subnet_id = subnet});
  const auto with_second = [&](std::vector<api::PrivateIpAddressSpecification> addresses) {
    request.network_interfaces[1].private_ip_addresses = std::move(addresses);
    return request;
  };
  const std::string twice =
      "InvalidParameterCombination: The same interface or address must not appear multiple times.";

  EXPECT_EQ(lab.refusal(with_second({{.primary = true, .private_ip_address = "10.1.0.10"}})),
            twice);
  EXPECT_EQ(lab.refusal(with_second({{.primary = true, .private_ip_address = "10.1.0.20"}})),
            twice);
  EXPECT_EQ(lab.refusal(with_second({{.primary = false, .private_ip_address = "10.1.0.10"}})),
            twice);
  EXPECT_EQ(lab.refusal(with_second({{.primary = false, .private_ip_address = "10.1.0.20"}})),
            twice);
  lab.call<api::RunInstancesResponse>(
      with_second({{.primary = false, .private_ip_address = "10.1.0.30"}}));
}

TEST_F(Instances, TakeAKeyPairThatExists) {  // INST-5
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.key_name = "lab";
  EXPECT_EQ(lab.refusal(request), "InvalidKeyPair.NotFound: The key pair 'lab' does not exist");

  const auto key =
      lab.call<api::CreateKeyPairResponse>(api::CreateKeyPairRequest{.key_name = "lab"});
  const auto launched = lab.call<api::RunInstancesResponse>(request);

  EXPECT_EQ(launched.instances.at(0).key_name, "lab");
  EXPECT_FALSE(key.key_material->empty());
  EXPECT_EQ(lab.refusal(api::CreateKeyPairRequest{.key_name = "lab"}),
            "InvalidKeyPair.Duplicate: The keypair already exists");
  lab.call<api::DeleteKeyPairResponse>(api::DeleteKeyPairRequest{.key_name = "lab"});
  lab.call<api::DeleteKeyPairResponse>(api::DeleteKeyPairRequest{.key_name = "lab"});
  EXPECT_EQ(lab.refusal(api::DescribeKeyPairsRequest{.key_names = {"lab"}}),
            "InvalidKeyPair.NotFound: The key pair 'lab' does not exist");
}

TEST_F(Instances, HaveTheTtlOfTheirImage) {  // INST-7
  const auto ttl_of = [&](const std::string& image) {
    api::RunInstancesRequest request = Lab::launch(subnet);
    request.image_id = image;
    const auto launched = lab.call<api::RunInstancesResponse>(request);
    return int{lab.instance_of(launched.instances.at(0).instance_id.value()).initial_ttl()};
  };

  EXPECT_EQ(ttl_of("al2023"), 127);
  EXPECT_EQ(ttl_of("ami-amazon-linux-2023"), 127);
  EXPECT_EQ(ttl_of("resolve:ssm:/aws/service/ami-amazon-linux-latest/"
                   "al2023-ami-kernel-default-x86_64"),
            127);
  EXPECT_EQ(ttl_of("al2"), 255);
  EXPECT_EQ(ttl_of("al1"), 255);
  EXPECT_EQ(ttl_of("ubuntu"), 64);
  EXPECT_EQ(ttl_of("linux"), 64);
  EXPECT_EQ(ttl_of("windows"), 128);
  for (const Image& image : all_images()) {
    EXPECT_EQ(ttl_of(image.id.text()), int{image.initial_ttl}) << image.alias;
    EXPECT_EQ(&image_of(image.family), &image);
  }
}

TEST_F(Instances, WantAnImageThatExists) {
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.image_id = "ami-00000000";
  EXPECT_EQ(lab.refusal(request),
            "InvalidAMIID.NotFound: The image id '[ami-00000000]' does not exist");
  request.image_id = "beos";
  EXPECT_EQ(lab.refusal(request),
            "InvalidAMIID.Malformed: Invalid id: \"beos\" (expecting \"ami-...\")");
  request.image_id.reset();
  EXPECT_EQ(lab.refusal(request),
            "MissingParameter: The request must contain the parameter ImageId");
  const auto images = lab.call<api::DescribeImagesResponse>(
      api::DescribeImagesRequest{.filters = {{.name = "name", .values = {"al2023-*"}}}});
  EXPECT_THAT(images.images, SizeIs(1));
}

TEST_F(Instances, AreLaunchedBetweenTheLeastAndTheMost) {
  api::RunInstancesRequest request = Lab::launch(lab.subnet(vpc, "10.1.16.0/28"));
  request.min_count = 2;
  request.max_count = 20;

  const auto launched = lab.call<api::RunInstancesResponse>(request);

  EXPECT_THAT(launched.instances, SizeIs(11));  // as many as a /28 holds
  EXPECT_EQ(launched.instances[10].ami_launch_index, 10);
  EXPECT_THAT(lab.refusal(request), StartsWith("InsufficientFreeAddressesInSubnet: "));
  request.subnet_id = subnet;
  request.min_count = 0;
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
  request.min_count = 21;
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: "));
}

TEST_F(Instances, ShareNeitherAddressNorInterface) {
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.private_ip_address = "10.1.0.99";
  request.max_count = 2;
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterCombination: "));
  request.max_count = 1;
  lab.call<api::RunInstancesResponse>(request);
  EXPECT_EQ(lab.refusal(request), "InvalidIPAddress.InUse: Address 10.1.0.99 is in use.");
}

TEST_F(Instances, TellTheirTimesInWholeSeconds) {
  lab.pass(std::chrono::milliseconds(1234));
  const std::string instance = lab.instance(subnet);

  const auto found = lab.call<api::DescribeInstancesResponse>(
      api::DescribeInstancesRequest{.instance_ids = {instance}});
  const api::Instance& shown = found.reservations.at(0).instances.at(0);
  const auto interfaces =
      lab.call<api::DescribeNetworkInterfacesResponse>(api::DescribeNetworkInterfacesRequest{});

  const std::string launched = to_string(shown.launch_time.value());
  EXPECT_EQ(launched, "2024-01-01T00:00:02.000Z");  // of 2.234 s: the VPC, the subnet, the wait
  EXPECT_EQ(shown.network_interfaces.at(0).attachment->attach_time->unix_milliseconds % 1000, 0);
  EXPECT_EQ(interfaces.network_interfaces.at(0).attachment->attach_time->unix_milliseconds % 1000,
            0);
  const auto by_time = lab.call<api::DescribeInstancesResponse>(
      api::DescribeInstancesRequest{.filters = {{.name = "launch-time", .values = {launched}}}});
  EXPECT_EQ(by_time.reservations.size(), 1U);
}

TEST_F(Instances, OfOneCallShareAReservation) {
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.max_count = 3;
  request.min_count = 3;
  const auto launched = lab.call<api::RunInstancesResponse>(request);
  lab.instance(subnet);

  const auto described = lab.call<api::DescribeInstancesResponse>(api::DescribeInstancesRequest{});

  ASSERT_THAT(described.reservations, SizeIs(2));
  EXPECT_EQ(described.reservations[0].reservation_id, launched.reservation_id);
  EXPECT_THAT(described.reservations[0].instances, SizeIs(3));
}

TEST_F(Instances, CanBeProtectedAgainstTermination) {
  const std::string instance = lab.instance(subnet);
  lab.call<api::ModifyInstanceAttributeResponse>(api::ModifyInstanceAttributeRequest{
      .disable_api_termination = api::AttributeBooleanValue{.value = true},
      .instance_id = instance});

  EXPECT_THAT(lab.refusal(terminate(instance)), StartsWith("OperationNotPermitted: "));
  EXPECT_THAT(
      lab.refusal(api::ModifyInstanceAttributeRequest{
          .instance_id = instance, .instance_type = api::AttributeValue{.value = "t3.nano"}}),
      StartsWith("IncorrectInstanceState: "));
}

TEST_F(Instances, ReportTheirStatusWhileRunning) {
  const std::string instance = lab.instance(subnet);
  lab.call<api::RunInstancesResponse>(Lab::launch(subnet));

  const auto running =
      lab.call<api::DescribeInstanceStatusResponse>(api::DescribeInstanceStatusRequest{});
  const auto all = lab.call<api::DescribeInstanceStatusResponse>(
      api::DescribeInstanceStatusRequest{.include_all_instances = true});

  ASSERT_THAT(running.instance_statuses, SizeIs(1));
  EXPECT_EQ(running.instance_statuses[0].instance_id, instance);
  EXPECT_EQ(running.instance_statuses[0].instance_status->status, "ok");
  EXPECT_THAT(all.instance_statuses, SizeIs(2));
}

TEST_F(Instances, ArePromisedOnlyWithinTheQuota) {
  Lab small(with_quotas({.instances_per_region = 2}));
  api::RunInstancesRequest request =
      Lab::launch(small.subnet(small.vpc("10.1.0.0/16"), "10.1.0.0/24"));
  request.max_count = 3;
  request.min_count = 3;

  EXPECT_EQ(small.refusal(request),
            "InstanceLimitExceeded: You have requested more instances (3) than your current "
            "instance limit of 2 allows.");
  request.min_count = 1;
  EXPECT_THAT(small.call<api::RunInstancesResponse>(request).instances, SizeIs(2));
}

}  // namespace
}  // namespace vpclab::control
