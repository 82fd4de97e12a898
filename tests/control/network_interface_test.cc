// Network interfaces: ENI-1…5, L2-1.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::StartsWith;

class Interfaces : public testing::Test {
 protected:
  [[nodiscard]] api::AttachNetworkInterfaceRequest attach(const std::string& interface,
                                                          std::int64_t device) const {
    return {.device_index = device, .instance_id = instance, .network_interface_id = interface};
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/24");
  std::string instance = lab.instance(subnet);
};

TEST_F(Interfaces, AreAvailableUntilAttached) {  // ENI-1
  const std::string interface = lab.interface(subnet);
  const auto status = [&] {
    return lab
        .call<api::DescribeNetworkInterfacesResponse>(
            api::DescribeNetworkInterfacesRequest{.network_interface_ids = {interface}})
        .network_interfaces.at(0);
  };
  EXPECT_EQ(status().status, "available");

  const auto attached = lab.call<api::AttachNetworkInterfaceResponse>(attach(interface, 1));

  EXPECT_EQ(status().status, "in-use");
  EXPECT_EQ(status().attachment->status, "attaching");
  lab.settle();
  EXPECT_EQ(status().attachment->status, "attached");
  EXPECT_EQ(status().attachment->attachment_id, attached.attachment_id);
  EXPECT_EQ(lab.instance_of(instance).interface_count(), 2U);
  EXPECT_EQ(
      lab.refusal(api::DeleteNetworkInterfaceRequest{.network_interface_id = interface}),
      "InvalidNetworkInterface.InUse: Network interface '" + interface + "' is currently in use.");
  lab.call<api::DetachNetworkInterfaceResponse>(
      api::DetachNetworkInterfaceRequest{.attachment_id = attached.attachment_id});
  EXPECT_EQ(status().status, "detaching");
  lab.settle();
  EXPECT_EQ(status().status, "available");
  EXPECT_EQ(lab.instance_of(instance).interface_count(), 1U);
}

TEST_F(Interfaces, OfDeviceZeroCannotBeDetached) {  // ENI-1
  EXPECT_EQ(lab.refusal(api::DetachNetworkInterfaceRequest{
                .attachment_id = lab.primary_of(instance).attachment.text()}),
            "OperationNotPermitted: The network interface at device index 0 cannot be detached.");
}

TEST_F(Interfaces, AreAttachedInTheSameZoneAtAFreeIndex) {  // ENI-1
  const auto elsewhere = lab.call<api::CreateSubnetResponse>(api::CreateSubnetRequest{
      .availability_zone = "us-east-1b", .cidr_block = "10.1.1.0/24", .vpc_id = vpc});
  EXPECT_EQ(lab.refusal(attach(lab.interface(*elsewhere.subnet->subnet_id), 1)),
            "InvalidParameterValue: You may not attach a network interface to an instance if they "
            "are not in the same availability zone");
  lab.call<api::AttachNetworkInterfaceResponse>(attach(lab.interface(subnet), 1));

  EXPECT_EQ(lab.refusal(attach(lab.interface(subnet), 1)),
            "InvalidParameterValue: Instance '" + instance +
                "' already has an interface attached at device index '1'.");
  EXPECT_THAT(lab.refusal(attach(lab.interface(subnet), 0)), StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(attach(lab.primary_of(instance).id.text(), 2)),
            "InvalidNetworkInterface.InUse: Network interface '" +
                lab.primary_of(instance).id.text() + "' is currently in use.");
}

TEST_F(Interfaces, KeepTheirAddressOverStopAndStart) {  // ENI-2
  const wire::Ipv4Address before = lab.primary_of(instance).primary.private_address;

  lab.call<api::StopInstancesResponse>(api::StopInstancesRequest{.instance_ids = {instance}});
  lab.settle();
  lab.call<api::StartInstancesResponse>(api::StartInstancesRequest{.instance_ids = {instance}});
  lab.settle();

  EXPECT_EQ(lab.primary_of(instance).primary.private_address, before);
}

TEST_F(Interfaces, CheckSourceAndDestinationUnlessToldNotTo) {  // ENI-3
  const std::string interface = lab.primary_of(instance).id.text();
  EXPECT_TRUE(lab.primary_of(instance).source_dest_check);

  lab.call<api::ModifyNetworkInterfaceAttributeResponse>(
      api::ModifyNetworkInterfaceAttributeRequest{
          .network_interface_id = interface,
          .source_dest_check = api::AttributeBooleanValue{.value = false}});
  EXPECT_FALSE(lab.primary_of(instance).source_dest_check);
  lab.call<api::ModifyInstanceAttributeResponse>(api::ModifyInstanceAttributeRequest{
      .source_dest_check = api::AttributeBooleanValue{.value = true}, .instance_id = instance});
  EXPECT_TRUE(lab.primary_of(instance).source_dest_check);

  lab.call<api::AttachNetworkInterfaceResponse>(attach(lab.interface(subnet), 1));
  EXPECT_THAT(lab.refusal(api::ModifyInstanceAttributeRequest{
                  .source_dest_check = api::AttributeBooleanValue{.value = false},
                  .instance_id = instance}),
              StartsWith("InvalidInstanceID: "));
}

TEST_F(Interfaces, ShowThePublicAddressOnlyAsAMapping) {  // ENI-4
  lab.attached_gateway(vpc);
  const auto elastic = lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{});
  lab.call<api::AssociateAddressResponse>(api::AssociateAddressRequest{
      .allocation_id = elastic.allocation_id, .instance_id = instance});

  const InterfaceAddress& address = lab.primary_of(instance).primary;

  EXPECT_EQ(address.private_address, wire::Ipv4Address::of(10, 1, 0, 4));
  EXPECT_EQ(to_string(address.public_address), elastic.public_ip);
}

TEST_F(Interfaces, CarryUpToFiveGroupsOfTheirVpc) {  // ENI-5, SG-3
  std::vector<std::string> groups;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    groups.push_back(lab.group(vpc, name));
  }
  const std::string interface = lab.primary_of(instance).id.text();
  api::ModifyNetworkInterfaceAttributeRequest request{.groups = groups,
                                                      .network_interface_id = interface};

  EXPECT_THAT(lab.refusal(request), StartsWith("SecurityGroupsPerInterfaceLimitExceeded: "));
  request.groups.pop_back();
  lab.call<api::ModifyNetworkInterfaceAttributeResponse>(request);
  EXPECT_THAT(lab.primary_of(instance).groups, SizeIs(5));

  const std::string foreign = lab.group(lab.vpc("10.2.0.0/16"), "web");
  request.groups = {foreign};
  EXPECT_EQ(lab.refusal(request), "InvalidParameter: Security group " + foreign + " and subnet " +
                                      subnet + " belong to different networks.");  // INST-4
}

TEST_F(Interfaces, HaveSecondaryAddresses) {
  const std::string interface = lab.interface(subnet);
  api::AssignPrivateIpAddressesRequest assign{.network_interface_id = interface,
                                              .private_ip_addresses = {"10.1.0.50"}};

  lab.call<api::AssignPrivateIpAddressesResponse>(assign);
  const auto counted =
      lab.call<api::AssignPrivateIpAddressesResponse>(api::AssignPrivateIpAddressesRequest{
          .network_interface_id = interface, .secondary_private_ip_address_count = 2});

  EXPECT_THAT(counted.assigned_private_ip_addresses, SizeIs(2));
  EXPECT_EQ(lab.interface_of(interface).address_count(), 4U);
  const std::string other = lab.interface(subnet);
  assign.network_interface_id = other;
  EXPECT_EQ(lab.refusal(assign),
            "Resource.AlreadyAssigned: Private IP address 10.1.0.50 is already assigned to "
            "interface " +
                interface);
  assign.allow_reassignment = true;
  lab.call<api::AssignPrivateIpAddressesResponse>(assign);
  EXPECT_EQ(lab.interface_of(interface).address_count(), 3U);
  EXPECT_EQ(lab.interface_of(other).address_count(), 2U);
  assign.private_ip_addresses = {to_string(lab.interface_of(interface).primary.private_address)};
  EXPECT_THAT(lab.refusal(assign), StartsWith("Resource.AlreadyAssigned: "));
}

TEST_F(Interfaces, GetByThemselvesNoAddressThatTheRequestNames) {  // SUB-5
  const auto created =
      lab.call<api::CreateNetworkInterfaceResponse>(api::CreateNetworkInterfaceRequest{
          .private_ip_addresses = {{.primary = false, .private_ip_address = "10.1.0.5"}},
          .subnet_id = subnet});

  EXPECT_EQ(created.network_interface->private_ip_address, "10.1.0.6");  // 10.1.0.4 is taken
}

TEST_F(Interfaces, AreListedInOrderOfDeviceIndex) {
  lab.call<api::AttachNetworkInterfaceResponse>(attach(lab.interface(subnet), 2));
  lab.call<api::AttachNetworkInterfaceResponse>(attach(lab.interface(subnet), 1));

  const auto shown = lab.call<api::DescribeInstancesResponse>(
      api::DescribeInstancesRequest{.instance_ids = {instance}});

  std::vector<std::int64_t> indices;
  for (const auto& interface : shown.reservations.at(0).instances.at(0).network_interfaces) {
    indices.push_back(interface.attachment->device_index.value());
  }
  EXPECT_THAT(indices, ElementsAre(0, 1, 2));
}

TEST(Interface, IsAttachedInItsOwnTimeWhateverWasUnderWayBefore) {  // ENI-1
  Knobs knobs;
  knobs.interface_attach_delay = std::chrono::seconds(30);
  Lab lab(with_knobs(knobs));
  const std::string subnet = lab.subnet(lab.vpc("10.1.0.0/16"), "10.1.0.0/24");
  const std::string first = lab.instance(subnet);
  const std::string second = lab.instance(subnet);
  const std::string moved = lab.interface(subnet);
  api::AttachNetworkInterfaceRequest attach{
      .device_index = 1, .instance_id = first, .network_interface_id = moved};
  lab.call<api::AttachNetworkInterfaceResponse>(attach);
  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {first}});
  lab.pass(std::chrono::seconds(20));
  attach.instance_id = second;
  lab.call<api::AttachNetworkInterfaceResponse>(attach);

  lab.pass(std::chrono::seconds(29));
  EXPECT_EQ(lab.interface_of(moved).attachment_state, AttachmentState::kAttaching);
  lab.pass(std::chrono::seconds(1));
  EXPECT_EQ(lab.interface_of(moved).attachment_state, AttachmentState::kAttached);
}

TEST_F(Interfaces, GiveUpSecondaryAddressesButNotThePrimary) {
  const std::string interface = lab.interface(subnet);
  lab.call<api::AssignPrivateIpAddressesResponse>(api::AssignPrivateIpAddressesRequest{
      .network_interface_id = interface, .private_ip_addresses = {"10.1.0.50", "10.1.0.51"}});
  const std::string primary = to_string(lab.interface_of(interface).primary.private_address);
  api::UnassignPrivateIpAddressesRequest unassign{.network_interface_id = interface,
                                                  .private_ip_addresses = {"10.1.0.50", primary}};

  EXPECT_THAT(lab.refusal(unassign), StartsWith("InvalidParameterValue: "));
  unassign.private_ip_addresses = {"10.1.0.50"};
  lab.call<api::UnassignPrivateIpAddressesResponse>(unassign);
  EXPECT_EQ(lab.interface_of(interface).address_count(), 2U);
  EXPECT_THAT(lab.refusal(unassign), StartsWith("InvalidParameterValue: "));
}

TEST_F(Interfaces, TakeAsManyAddressesAsTheQuotaSays) {
  EXPECT_EQ(lab.refusal(api::CreateNetworkInterfaceRequest{.secondary_private_ip_address_count = 30,
                                                           .subnet_id = subnet}),
            "PrivateIpAddressLimitExceeded: Number of private addresses will exceed limit.");
  const auto created =
      lab.call<api::CreateNetworkInterfaceResponse>(api::CreateNetworkInterfaceRequest{
          .secondary_private_ip_address_count = 29, .subnet_id = subnet});
  EXPECT_THAT(created.network_interface->private_ip_addresses, SizeIs(30));
}

TEST_F(Interfaces, HaveLocalMacAddressesThatDifferInTheVpc) {  // L2-1
  const wire::MacAddress one = lab.primary_of(instance).mac;
  const wire::MacAddress two = lab.interface_of(lab.interface(subnet)).mac;

  EXPECT_TRUE(one.is_local());
  EXPECT_FALSE(one.is_group());
  EXPECT_NE(one, two);
}

TEST_F(Interfaces, OutliveTheInstanceUnlessTheyAreToGoWithIt) {  // INST-3
  const std::string kept = lab.interface(subnet);
  lab.call<api::AttachNetworkInterfaceResponse>(attach(kept, 1));
  lab.settle();
  const api::NetworkInterfaceId primary = lab.primary_of(instance).id;

  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {instance}});
  lab.settle();

  EXPECT_FALSE(lab.inventory().network_interfaces.contains(primary));
  EXPECT_FALSE(lab.interface_of(kept).attached());
}

TEST_F(Interfaces, CanBeMadeToGoWithTheInstance) {
  const std::string interface = lab.interface(subnet);
  const auto attached = lab.call<api::AttachNetworkInterfaceResponse>(attach(interface, 1));
  lab.settle();

  lab.call<api::ModifyNetworkInterfaceAttributeResponse>(
      api::ModifyNetworkInterfaceAttributeRequest{
          .attachment =
              api::NetworkInterfaceAttachmentChanges{.attachment_id = attached.attachment_id,
                                                     .delete_on_termination = true},
          .network_interface_id = interface});
  lab.call<api::TerminateInstancesResponse>(
      api::TerminateInstancesRequest{.instance_ids = {instance}});
  lab.settle();

  EXPECT_TRUE(lab.inventory().network_interfaces.empty());
}

TEST_F(Interfaces, ChangeOneAttributeACall) {
  const std::string interface = lab.primary_of(instance).id.text();
  EXPECT_THAT(lab.refusal(api::ModifyNetworkInterfaceAttributeRequest{
                  .description = api::AttributeValue{.value = "x"},
                  .network_interface_id = interface,
                  .source_dest_check = api::AttributeBooleanValue{.value = false}}),
              StartsWith("InvalidParameterCombination: "));
  EXPECT_THAT(
      lab.refusal(api::ModifyNetworkInterfaceAttributeRequest{.network_interface_id = interface}),
      StartsWith("MissingParameter: "));
  lab.call<api::ModifyNetworkInterfaceAttributeResponse>(
      api::ModifyNetworkInterfaceAttributeRequest{
          .description = api::AttributeValue{.value = "front"}, .network_interface_id = interface});
  const auto described = lab.call<api::DescribeNetworkInterfaceAttributeResponse>(
      api::DescribeNetworkInterfaceAttributeRequest{.attribute = "description",
                                                    .network_interface_id = interface});
  EXPECT_EQ(described.description->value, "front");
}

TEST(AddressBook, GivesEveryAddressOfASubnetExceptTheReserved) {  // SUB-2
  const wire::Ipv4Prefix cidr = wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 24);
  AddressBook book(cidr);

  std::uint32_t slot = 0;
  while (const auto address = book.lowest_free()) {
    book.take(*address, slot++);
  }

  EXPECT_EQ(slot, 251U);
  EXPECT_EQ(book.available(), 0U);
  book.release(cidr.at(77));
  EXPECT_EQ(book.lowest_free(), cidr.at(77));
  std::vector<wire::Ipv4Address> listed;
  book.for_each(
      [&](wire::Ipv4Address address, AddressBook::InterfaceSlot) { listed.push_back(address); });
  EXPECT_THAT(listed, SizeIs(250));
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
}

TEST(AddressBook, PassesOverWhatIsTakenAndWhatIsSpokenFor) {  // SUB-5
  const wire::Ipv4Prefix cidr = wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 24);
  AddressBook book(cidr);
  book.take(cidr.at(5), 0);
  const std::array spoken_for{cidr.at(6), cidr.at(4)};

  EXPECT_EQ(book.lowest_free(), cidr.at(4));
  EXPECT_EQ(book.lowest_free(spoken_for), cidr.at(7));
  book.take(cidr.at(4), 1);
  EXPECT_EQ(book.lowest_free(), cidr.at(6));
}

TEST(AddressBook, FindsTheLowestFreeAddressWithoutASearch) {
  const wire::Ipv4Prefix cidr = wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 0, 0, 0), 14);
  AddressBook book(cidr);
  book.take(cidr.at(5), 0);  // a search from below it each time would take minutes

  while (const auto address = book.lowest_free()) {
    book.take(*address, 1);
  }

  EXPECT_EQ(book.available(), 0U);
}

}  // namespace
}  // namespace vpclab::control
