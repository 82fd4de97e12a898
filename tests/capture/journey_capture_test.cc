#include "emulator/capture/journey_capture.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::lab_options;
using testing::LabNames;
using testing::play_lab;
using testing::read_file;
using testing::ScratchDirectory;

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

std::string capture_lab(const CaptureOptions& options, const LabNames& names = {}) {
  const ScratchDirectory directory;
  auto capture =
      JourneyCapture::create(Output::file(directory.file("x")).value(), options, names).value();
  play_lab(*capture);
  const auto frames = capture->finish();
  EXPECT_TRUE(frames.has_value());
  EXPECT_EQ(frames.value_or(0), testing::kJourneyFrames);
  return read_file(directory.file("x"));
}

TEST(JourneyCapture, HoldsOneDroppedFramePerDroppedPacket) {
  EXPECT_EQ(count_of(capture_lab(lab_options()), "DROPPED"), 1U);
}

TEST(JourneyCapture, IsTheSameBytesInEveryRun) {
  for (const FrameOrder order : {FrameOrder::kTime, FrameOrder::kTap}) {
    for (const CaptureFormat format : {CaptureFormat::kPcapng, CaptureFormat::kPcap}) {
      CaptureOptions options = lab_options();
      options.order = order;
      options.format = format;

      EXPECT_EQ(capture_lab(options), capture_lab(options));
    }
  }
}

TEST(JourneyCapture, HoldsTheSameFramesInEitherOrder) {
  CaptureOptions by_tap = lab_options();
  by_tap.order = FrameOrder::kTap;

  const std::string a = capture_lab(lab_options());
  const std::string b = capture_lab(by_tap);

  EXPECT_NE(a, b);
  EXPECT_EQ(a.size(), b.size());
}

TEST(JourneyCapture, LeavesNoPartsBehind) {
  const ScratchDirectory directory;
  const LabNames names;
  CaptureOptions options = lab_options();
  options.order = FrameOrder::kTap;
  auto capture =
      JourneyCapture::create(Output::file(directory.file("journey.pcapng")).value(), options, names)
          .value();
  play_lab(*capture);

  ASSERT_TRUE(capture->finish().has_value());

  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST(JourneyCapture, NamesEachAddressOnceAndNoSharedOne) {
  LabNames names;
  EXPECT_EQ(count_of(capture_lab(lab_options(), names), std::string("\x0a\x02\x04\x5finstance-2")),
            1U);

  names.hosts[testing::kBob] = {"left", "right"};
  const std::string bytes = capture_lab(lab_options(), names);
  EXPECT_EQ(bytes.find(std::string("\x0a\x02\x04\x5fleft")), std::string::npos);
  EXPECT_EQ(bytes.find(std::string("\x0a\x02\x04\x5fright")), std::string::npos);
}

TEST(JourneyCapture, KeepsOnlyWhatTheFilterTakes) {
  const ScratchDirectory directory;
  const LabNames names;
  CaptureOptions options = lab_options();
  options.filter = "arp";
  auto capture =
      JourneyCapture::create(Output::file(directory.file("x")).value(), options, names).value();
  play_lab(*capture);

  EXPECT_EQ(capture->finish().value(), 1U);
  EXPECT_EQ(read_file(directory.file("x")).find("pcx-aaaabbbb"), std::string::npos);
}

// tcpdump refuses a file without an interface.
TEST(JourneyCapture, DeclaresAnInterfaceAlsoWhenNothingHappened) {
  const ScratchDirectory directory;
  const LabNames names;
  auto capture =
      JourneyCapture::create(Output::file(directory.file("x")).value(), lab_options(), names)
          .value();

  EXPECT_EQ(capture->finish().value(), 0U);
  EXPECT_EQ(count_of(read_file(directory.file("x")), "no packet crossed a tap"), 1U);
}

TEST(JourneyCapture, TellsOfAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full here";
  }
  const LabNames names;
  auto capture =
      JourneyCapture::create(Output::file("/dev/full").value(), lab_options(), names).value();
  play_lab(*capture);

  const auto frames = capture->finish();

  ASSERT_FALSE(frames.has_value());
  EXPECT_EQ(frames.error().message, "cannot write /dev/full: No space left on device");
}

TEST(JourneyCapture, TellsThatATapsPartCannotBeWritten) {
  const ScratchDirectory directory;
  const LabNames names;
  CaptureOptions options = lab_options();
  options.order = FrameOrder::kTap;
  std::filesystem::create_directory(directory.file("x.tap-0"));
  auto capture =
      JourneyCapture::create(Output::file(directory.file("x")).value(), options, names).value();
  play_lab(*capture);

  const auto frames = capture->finish();

  ASSERT_FALSE(frames.has_value());
  EXPECT_EQ(frames.error().message,
            "cannot create " + directory.file("x.tap-0") + ": Is a directory");
}

}  // namespace
}  // namespace vpclab::capture
