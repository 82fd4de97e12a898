#include "emulator/capture/name_records.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Whoever the test says has an address.
class Owners final : public trace::NameDirectory {
 public:
  [[nodiscard]] std::string name_of(const api::ResourceId& /*id*/) const override { return {}; }

  [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address address) const override {
    ++questions;
    const auto found = hosts.find(address);
    return found == hosts.end() ? std::vector<std::string>() : found->second;
  }

  std::map<wire::Ipv4Address, std::vector<std::string>> hosts;
  mutable int questions = 0;
};

/// Keeps the names that it is given.
class NameList final : public Encoder {
 public:
  void begin(Output& /*output*/, const CaptureInfo& /*info*/) override {}

  void interface(Output& /*output*/, std::string_view /*name*/,
                 std::string_view /*description*/) override {}

  void name(Output& /*output*/, wire::Ipv4Address address, std::string_view name) override {
    names.push_back(to_string(address) + " " + std::string(name));
  }

  void frame(Output& /*output*/, const Frame& /*frame*/) override {}

  std::vector<std::string> names;
};

class NamesOfACapture : public ::testing::Test {
 protected:
  void packet(std::uint64_t revision) {
    records_.add(testing::with_ethernet(wire::EtherType::kIpv4,
                                        testing::echo(testing::kAlice, testing::kBob,
                                                      wire::IcmpType::kEchoRequest, 1)),
                 owners_, revision);
  }

  [[nodiscard]] std::vector<std::string> written() const {
    NameList list;
    Output nowhere = Output::descriptor(-1, "nowhere");
    records_.write(list, nowhere);
    return list.names;
  }

  Owners owners_;
  NameRecords records_;
};

TEST_F(NamesOfACapture, AreThoseOfWhoHadAnAddressAllAlong) {
  owners_.hosts[testing::kAlice] = {"alice"};
  packet(0);
  packet(0);
  EXPECT_EQ(owners_.questions, 2);  // once for each address while nothing changes

  owners_.hosts[testing::kAlice] = {};     // gone, and its last packets still on their way
  owners_.hosts[testing::kBob] = {"bob"};  // was asked for before it was there
  packet(1);

  EXPECT_THAT(written(), ElementsAre(to_string(testing::kAlice) + " alice",
                                     to_string(testing::kBob) + " bob"));
}

TEST_F(NamesOfACapture, ArePassedOverWhereTwoHostsHadTheAddress) {
  owners_.hosts[testing::kAlice] = {"old"};
  owners_.hosts[testing::kBob] = {"bob", "twin"};
  packet(0);
  owners_.hosts[testing::kAlice] = {"new"};
  owners_.hosts[testing::kBob] = {"bob"};
  packet(1);
  owners_.hosts[testing::kAlice] = {"old"};
  packet(2);

  EXPECT_THAT(written(), IsEmpty());
}

}  // namespace
}  // namespace vpclab::capture
