#include "emulator/capture/interface_captures.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::kEniA;
using testing::kEniB;
using testing::lab_options;
using testing::LabNames;
using testing::play_lab;
using testing::read_file;
using testing::ScratchDirectory;

std::vector<CaptureFile> capture_lab(const ScratchDirectory& directory,
                                     const CaptureOptions& options) {
  const LabNames names;
  auto captures = InterfaceCaptures::create(directory.path(), options, names).value();
  play_lab(*captures);
  return captures->finish().value();
}

// CAP-1
TEST(InterfaceCaptures, WriteOneFilePerInterfaceWithWhatTheGuestSaw) {
  const ScratchDirectory directory;

  const std::vector<CaptureFile> files = capture_lab(directory, lab_options());

  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, directory.file("instance-1.pcapng"));
  EXPECT_EQ(files[0].interface, kEniA);
  EXPECT_EQ(files[0].frames, testing::kGuestFramesOfA);
  EXPECT_EQ(files[1].path, directory.file("instance-2.pcapng"));
  EXPECT_EQ(files[1].frames, testing::kGuestFramesOfB);
  for (const CaptureFile& file : files) {
    const std::string bytes = read_file(file.path);
    EXPECT_NE(bytes.find(to_string(file.interface)), std::string::npos);
    EXPECT_EQ(bytes.find("DROPPED"), std::string::npos);
  }
}

TEST(InterfaceCaptures, AreTheSameBytesInEveryRun) {
  for (const CaptureFormat format : {CaptureFormat::kPcapng, CaptureFormat::kPcap}) {
    CaptureOptions options = lab_options();
    options.format = format;
    const ScratchDirectory first;
    const ScratchDirectory second;

    const std::vector<CaptureFile> a = capture_lab(first, options);
    const std::vector<CaptureFile> b = capture_lab(second, options);

    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(read_file(a[i].path), read_file(b[i].path));
      EXPECT_FALSE(read_file(a[i].path).empty());
      EXPECT_EQ(read_file(a[i].path).find(first.path()), std::string::npos);
    }
  }
}

TEST(InterfaceCaptures, BeginAFileForASilentInterfaceThatIsAskedFor) {
  const ScratchDirectory directory;
  const LabNames names;
  auto captures = InterfaceCaptures::create(directory.path(), lab_options(), names).value();
  captures->add_interface(kEniB);
  captures->add_interface(kEniB);

  const auto files = captures->finish();

  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().frames, 0U);
  EXPECT_GT(std::filesystem::file_size(files->front().path), 0U);
}

TEST(InterfaceCaptures, GiveEachInterfaceAFileNameOfItsOwn) {
  const ScratchDirectory directory;
  LabNames names;
  names.names["eni-00000000bbbbbbbbb"] = "instance-1";        // a second interface
  names.names["eni-11111111"] = "journey";                    // the other capture's name
  names.names["eni-22222222"] = "../../etc/pass wd\xc3\xa4";  // no way out of the directory
  names.names["eni-44444444"] = ".hidden";
  auto captures = InterfaceCaptures::create(directory.path(), lab_options(), names).value();
  for (const api::ResourceId& interface :
       {kEniA, kEniB, testing::id("eni-11111111"), testing::id("eni-22222222"),
        testing::id("eni-33333333"), testing::id("eni-44444444")}) {
    captures->add_interface(interface);
  }

  const auto files = captures->finish();
  ASSERT_TRUE(files.has_value());
  std::set<std::string> written;
  for (const CaptureFile& file : *files) {
    written.insert(std::filesystem::path(file.path).filename());
  }

  EXPECT_EQ(written,
            (std::set<std::string>{"instance-1.pcapng", "instance-1.eni-00000000bbbbbbbbb.pcapng",
                                   "journey.eni-11111111.pcapng", "_._.._etc_pass_wd__.pcapng",
                                   "eni-33333333.pcapng", "_hidden.pcapng"}));
}

TEST(InterfaceCaptures, KeepOnlyWhatTheFilterTakes) {
  const ScratchDirectory directory;
  CaptureOptions options = lab_options();
  options.filter = "icmp[icmptype] == icmp-echoreply";

  const std::vector<CaptureFile> files = capture_lab(directory, options);

  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].frames + files[1].frames, 2U);
}

TEST(InterfaceCaptures, RefuseAWrongFilter) {
  const ScratchDirectory directory;
  const LabNames names;
  CaptureOptions options = lab_options();
  options.filter = "no such primitive";

  const auto captures = InterfaceCaptures::create(directory.path(), options, names);

  ASSERT_FALSE(captures.has_value());
  EXPECT_TRUE(captures.error().message.starts_with("capture filter 'no such primitive': "))
      << captures.error().message;
}

TEST(InterfaceCaptures, TellOfAnUnwritableDirectory) {
  const ScratchDirectory directory;
  const LabNames names;
  auto captures =
      InterfaceCaptures::create(directory.file("missing"), lab_options(), names).value();
  play_lab(*captures);

  const auto files = captures->finish();

  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().message, "cannot create " + directory.file("missing/instance-1.pcapng") +
                                       ": No such file or directory");
}

// A run may have more interfaces than a process may have open files.
TEST(InterfaceCaptures, HoldNoFileOpen) {
  const ScratchDirectory directory;
  const LabNames names;
  auto captures = InterfaceCaptures::create(directory.path(), lab_options(), names).value();
  testing::Story story(*captures);
  const testing::Buffer frame = testing::with_ethernet(
      wire::EtherType::kIpv4,
      testing::echo(testing::kAlice, testing::kBob, wire::IcmpType::kEchoRequest, 1));
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 1'500; ++i) {
      story.happens(trace::EventKind::kSent,
                    {api::ResourceId::numbered(api::ResourceKind::kNetworkInterface, i),
                     testing::Side::kGuest},
                    trace::Direction::kOut, i + 1, frame);
    }
  }

  const auto files = captures->finish();

  ASSERT_TRUE(files.has_value()) << files.error().message;
  EXPECT_EQ(files->size(), 1'500U);
  EXPECT_EQ(files->back().frames, 2U);
}

}  // namespace
}  // namespace vpclab::capture
