#include "emulator/capture/pcapng_encoder.h"

#include <cstring>

#include <gtest/gtest.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

struct Block {
  std::uint32_t type;
  std::string body;
};

std::uint32_t little_endian(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = (value << 8) | static_cast<std::uint8_t>(bytes[offset + i]);
  }
  return value;
}

/// Cuts a file into blocks, checking that both lengths of each agree.
std::vector<Block> blocks_of(std::string_view file) {
  std::vector<Block> blocks;
  while (!file.empty()) {
    const std::uint32_t size = file.size() < 12 ? 0 : little_endian(file, 4);
    if (size < 12 || size % 4 != 0 || size > file.size() || little_endian(file, size - 4) != size) {
      ADD_FAILURE() << "a block of " << size << " bytes with " << file.size() << " left";
      return blocks;
    }
    blocks.push_back({little_endian(file, 0), std::string(file.substr(8, size - 12))});
    file.remove_prefix(size);
  }
  return blocks;
}

/// The value of an option behind `offset` of a block's body; options are padded to four bytes.
std::string option_of(const Block& block, std::size_t offset, std::uint32_t wanted) {
  while (offset + 4 <= block.body.size()) {
    const std::uint32_t head = little_endian(block.body, offset);
    const std::size_t size = head >> 16;
    if ((head & 0xffff) == wanted) {
      return block.body.substr(offset + 4, size);
    }
    offset += 4 + (size + 3) / 4 * 4;
  }
  return "(none)";
}

/// What an encoder writes, as blocks.
class EncodedFile {
 public:
  EncodedFile() : output_(Output::file(directory_.file("x")).value()) {}

  Output& output() { return output_; }

  std::vector<Block> blocks() {
    EXPECT_TRUE(output_.close().has_value());
    return blocks_of(testing::read_file(directory_.file("x")));
  }

 private:
  testing::ScratchDirectory directory_;
  Output output_;
};

TEST(PcapngEncoder, BeginsWithWhatTheRunIs) {
  EncodedFile file;
  PcapngEncoder().begin(file.output(), testing::lab_options().info);

  const std::vector<Block> blocks = file.blocks();

  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].type, 0x0a0d0d0aU);
  EXPECT_EQ(little_endian(blocks[0].body, 0), 0x1a2b3c4dU);
  EXPECT_EQ(option_of(blocks[0], 16, 1), "vpclab 0.1.0; scenario vpc-peering (0123abcd); seed 7");
  EXPECT_EQ(option_of(blocks[0], 16, 4), "vpclab 0.1.0");
}

TEST(PcapngEncoder, DeclaresInterfacesAlike) {
  EncodedFile file;
  PcapngEncoder().interface(file.output(), "pcx-aaaabbbb", "peering connection vpc1-vpc2");

  const std::vector<Block> blocks = file.blocks();

  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].type, 1U);
  EXPECT_EQ(little_endian(blocks[0].body, 0), 1U);  // Ethernet
  EXPECT_EQ(little_endian(blocks[0].body, 4), kSnapLength);
  EXPECT_EQ(option_of(blocks[0], 8, 2), "pcx-aaaabbbb");
  EXPECT_EQ(option_of(blocks[0], 8, 3), "peering connection vpc1-vpc2");
  EXPECT_EQ(option_of(blocks[0], 8, 9), std::string(1, 9));
}

TEST(PcapngEncoder, WritesFramesOfEverySizeWithTheirOptions) {
  for (std::size_t size = 0; size < 9; ++size) {
    EncodedFile file;
    const testing::Buffer bytes(size, 0x5a);
    PcapngEncoder().frame(file.output(), Frame{3, kDefaultEpochNanoseconds + 7, bytes, "why",
                                               trace::Direction::kIn, 0x0102030405060708});

    const std::vector<Block> blocks = file.blocks();

    ASSERT_EQ(blocks.size(), 1U) << size;
    const std::string& body = blocks[0].body;
    EXPECT_EQ(blocks[0].type, 6U);
    EXPECT_EQ(little_endian(body, 0), 3U);
    const std::uint64_t time =
        (std::uint64_t{little_endian(body, 4)} << 32) | little_endian(body, 8);
    EXPECT_EQ(time, 1'704'067'200'000'000'007U);
    EXPECT_EQ(little_endian(body, 12), size);
    EXPECT_EQ(little_endian(body, 16), size);
    EXPECT_EQ(body.substr(20, size), std::string(size, 0x5a));
    const std::size_t options = 20 + (size + 3) / 4 * 4;
    EXPECT_EQ(option_of(blocks[0], options, 1), "why");
    EXPECT_EQ(option_of(blocks[0], options, 2), std::string("\1\0\0\0", 4));  // inbound
    EXPECT_EQ(option_of(blocks[0], options, 5), std::string("\x08\x07\x06\x05\x04\x03\x02\x01", 8));
  }
}

TEST(PcapngEncoder, LeavesOutAnEmptyComment) {
  EncodedFile file;
  const testing::Buffer bytes(4);
  PcapngEncoder().frame(file.output(), Frame{0, 0, bytes, "", trace::Direction::kOut, 1});

  const std::vector<Block> blocks = file.blocks();

  EXPECT_EQ(option_of(blocks.at(0), 24, 1), "(none)");
  EXPECT_EQ(option_of(blocks.at(0), 24, 2), std::string("\2\0\0\0", 4));  // outbound
}

TEST(PcapngEncoder, NamesAnAddress) {
  EncodedFile file;
  PcapngEncoder().name(file.output(), testing::kBob, "instance-2");

  const std::vector<Block> blocks = file.blocks();

  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].type, 4U);
  EXPECT_EQ(blocks[0].body, std::string("\1\0\x0f\0\x0a\x02\x04\x5f"
                                        "instance-2\0\0\0\0\0\0",
                                        24));
}

TEST(PcapngEncoder, CutsAnEndlessComment) {
  EncodedFile file;
  const testing::Buffer bytes(4);
  const std::string comment(100'000, 'x');
  PcapngEncoder().frame(file.output(), Frame{0, 0, bytes, comment, trace::Direction::kOut, 1});

  const std::vector<Block> blocks = file.blocks();

  EXPECT_EQ(option_of(blocks.at(0), 24, 1).size(), 0xfffcU);
}

}  // namespace
}  // namespace vpclab::capture
