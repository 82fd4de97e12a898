// Other people's programs read our captures: tshark, tcpdump, scapy and libtins. All of them are
// installed where tests run (tools/packages/test.txt).
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <tins/tins.h>

#include "emulator/capture/interface_captures.h"
#include "emulator/capture/journey_capture.h"
#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::lab_options;

struct Ran {
  int status = -1;
  std::string output;

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::istringstream text(output);
    for (std::string line; std::getline(text, line);) {
      found.push_back(line);
    }
    return found;
  }
};

/// Runs a command of the test's own making; standard error goes with the output.
Ran run(const std::string& command) {
  Ran ran;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return ran;
  }
  std::array<char, 4096> block{};
  std::size_t count = 0;
  while ((count = std::fread(block.data(), 1, block.size(), pipe)) > 0) {
    ran.output.append(block.data(), count);
  }
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

bool have(const std::string& program) { return run("command -v " + program).status == 0; }

/// The lab's captures in a directory, in one format.
class Witness : public ::testing::Test {
 protected:
  void write(CaptureFormat format, FrameOrder order = FrameOrder::kTime) {
    CaptureOptions options = lab_options();
    options.format = format;
    options.order = order;
    auto interfaces = InterfaceCaptures::create(directory_.path(), options, names_).value();
    testing::play_lab(*interfaces);
    ASSERT_TRUE(interfaces->finish().has_value());
    journey_ = directory_.file("journey." + std::string(to_string(format)));
    guest_a_ = directory_.file("instance-1." + std::string(to_string(format)));
    auto journey = JourneyCapture::create(Output::file(journey_).value(), options, names_).value();
    testing::play_lab(*journey);
    ASSERT_TRUE(journey->finish().has_value());
  }

  /// tshark with two passes, its own settings only, and every checksum checked.
  [[nodiscard]] Ran tshark(const std::string& file, const std::string& arguments) const {
    return run("HOME=" + directory_.path() + " tshark -2 -o ip.check_checksum:TRUE" +
               " -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE -r " + file + " " +
               arguments + " 2>/dev/null; true");
  }

  testing::ScratchDirectory directory_;
  testing::LabNames names_;
  std::string journey_;
  std::string guest_a_;
};

TEST_F(Witness, TsharkPairsRequestsAndRepliesInTheGuestsFile) {
  ASSERT_TRUE(have("tshark")) << "tshark is not installed";
  write(CaptureFormat::kPcapng);

  EXPECT_EQ(tshark(guest_a_, "").lines().size(), testing::kGuestFramesOfA);
  EXPECT_EQ(tshark(guest_a_, "-Y icmp.resp_in -T fields -e icmp.seq").lines(),
            std::vector<std::string>{"2"});
  EXPECT_EQ(tshark(guest_a_, "-Y icmp.no_resp -T fields -e icmp.seq").lines(),
            std::vector<std::string>{"1"});
  EXPECT_EQ(tshark(guest_a_, "-Y icmp.resptime -T fields -e icmp.resptime").lines().size(), 1U);
}

TEST_F(Witness, TsharkFindsTheDroppedPacketAndItsPlace) {
  ASSERT_TRUE(have("tshark")) << "tshark is not installed";
  write(CaptureFormat::kPcapng);

  EXPECT_EQ(tshark(journey_, "").lines().size(), testing::kJourneyFrames);
  EXPECT_EQ(tshark(journey_,
                   "-Y 'frame.comment contains \"DROPPED\"' -T fields "
                   "-e frame.interface_name -e icmp.seq")
                .lines(),
            std::vector<std::string>{"eni-00000000bbbbbbbbb filter\t1"});
  EXPECT_EQ(tshark(journey_, "-Y 'frame.interface_name == \"pcx-aaaabbbb\"'").lines().size(), 3U);
  EXPECT_EQ(tshark(guest_a_, "-Y 'frame.comment contains \"DROPPED\"'").lines().size(), 0U);
}

TEST_F(Witness, TsharkFindsNothingWrong) {
  ASSERT_TRUE(have("tshark")) << "tshark is not installed";
  write(CaptureFormat::kPcapng);
  for (const std::string& file : {journey_, guest_a_}) {
    EXPECT_EQ(tshark(file,
                     "-Y '_ws.malformed || ip.checksum.status == 0 || "
                     "icmp.checksum.status == 0 || _ws.expert.severity >= 0x00800000'")
                  .output,
              "");
    EXPECT_NE(tshark(file, "-Y 'ip.checksum.status == 1'").output, "");
  }
}

TEST_F(Witness, TsharkReadsTimesAndNames) {
  ASSERT_TRUE(have("tshark")) << "tshark is not installed";
  write(CaptureFormat::kPcapng);

  EXPECT_EQ(tshark(guest_a_, "-T fields -e frame.time_epoch -c 2").lines(),
            (std::vector<std::string>{"1704067200.000000000", "1704067200.000001000"}));
  EXPECT_NE(tshark(journey_, "-N n -Y icmp").output.find("instance-2"), std::string::npos);
}

TEST_F(Witness, TsharkPairsAtEveryTapWhenFramesAreGroupedByTap) {
  ASSERT_TRUE(have("tshark")) << "tshark is not installed";
  write(CaptureFormat::kPcapng, FrameOrder::kTap);

  const Ran taps = tshark(journey_, "-T fields -e frame.interface_id");
  std::vector<std::string> seen;
  for (const std::string& tap : taps.lines()) {
    if (seen.empty() || seen.back() != tap) {
      seen.push_back(tap);
    }
  }
  std::vector<std::string> distinct = seen;
  std::sort(distinct.begin(), distinct.end());
  EXPECT_EQ(std::unique(distinct.begin(), distinct.end()), distinct.end());
  EXPECT_EQ(taps.lines().size(), testing::kJourneyFrames);
  // The answered request is paired at the guest's tap and at the peering connection.
  EXPECT_EQ(tshark(journey_,
                   "-Y 'icmp.resp_in && (frame.interface_name == \"pcx-aaaabbbb\" || "
                   "frame.interface_name == \"eni-00000000aaaaaaaaa\")'")
                .lines()
                .size(),
            2U);
}

TEST_F(Witness, CapinfosReadsTheSectionComment) {
  ASSERT_TRUE(have("capinfos")) << "capinfos is not installed";
  write(CaptureFormat::kPcapng);

  const Ran read = run("HOME=" + directory_.path() + " capinfos " + journey_);

  EXPECT_NE(read.output.find("vpclab 0.1.0; scenario vpc-peering (0123abcd); seed 7"),
            std::string::npos)
      << read.output;
}

TEST_F(Witness, TcpdumpReadsBothFormatsInBothOrders) {
  ASSERT_TRUE(have("tcpdump")) << "tcpdump is not installed";
  for (const CaptureFormat format : {CaptureFormat::kPcapng, CaptureFormat::kPcap}) {
    for (const FrameOrder order : {FrameOrder::kTime, FrameOrder::kTap}) {
      write(format, order);

      const Ran guest = run("tcpdump -n --nano -tt -r " + guest_a_);
      const Ran journey = run("tcpdump -n -r " + journey_ + " icmp");

      ASSERT_EQ(guest.status, 0) << guest.output;
      EXPECT_NE(guest.output.find("1704067200.000001000 IP 10.1.4.7 > 10.2.4.95: ICMP echo "
                                  "request, id 119, seq 1, length 64"),
                std::string::npos)
          << guest.output;
      ASSERT_EQ(journey.status, 0) << journey.output;
      const std::vector<std::string> lines = journey.lines();
      EXPECT_EQ(std::count_if(
                    lines.begin(), lines.end(),
                    [](const std::string& line) { return line.find("ICMP") != std::string::npos; }),
                testing::kJourneyFrames - 1)
          << journey.output;
    }
  }
}

TEST_F(Witness, ScapyReadsBothFormats) {
  ASSERT_EQ(run("/usr/bin/python3 -c 'import scapy'").status, 0)
      << "python3-scapy is not installed";
  for (const CaptureFormat format : {CaptureFormat::kPcapng, CaptureFormat::kPcap}) {
    write(format);

    const Ran read = run("HOME=" + directory_.path() +
                         " /usr/bin/python3 -c '"
                         "import logging; logging.disable(50)\n"
                         "from scapy.all import rdpcap, ICMP\n"
                         "packets = rdpcap(\"" +
                         journey_ +
                         "\")\n"
                         "print(len(packets), sum(ICMP in p for p in packets), "
                         "int(packets[-1].time))'");

    EXPECT_EQ(read.lines().back(), std::to_string(testing::kJourneyFrames) + " " +
                                       std::to_string(testing::kJourneyFrames - 1) + " 1704067201")
        << read.output;
  }
}

TEST_F(Witness, LibtinsReadsBothFormats) {
  for (const CaptureFormat format : {CaptureFormat::kPcapng, CaptureFormat::kPcap}) {
    write(format);
    Tins::FileSniffer sniffer(journey_);
    int frames = 0;
    int echoes = 0;
    while (const Tins::Packet packet = sniffer.next_packet()) {
      ++frames;
      echoes += packet.pdu()->find_pdu<Tins::ICMP>() != nullptr ? 1 : 0;
    }

    EXPECT_EQ(frames, testing::kJourneyFrames);
    EXPECT_EQ(echoes, testing::kJourneyFrames - 1);
  }
}

}  // namespace
}  // namespace vpclab::capture
