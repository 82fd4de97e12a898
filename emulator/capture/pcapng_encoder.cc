#include "emulator/capture/pcapng_encoder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace vpclab::capture {
namespace {

constexpr std::uint32_t kSectionHeaderBlock = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescriptionBlock = 1;
constexpr std::uint32_t kNameResolutionBlock = 4;
constexpr std::uint32_t kEnhancedPacketBlock = 6;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kLinkTypeEthernet = 1;
constexpr std::uint8_t kNanoseconds = 9;  // if_tsresol: units of 10^-9 s
constexpr std::uint16_t kNameRecordIpv4 = 1;
constexpr std::uint32_t kInbound = 1;
constexpr std::uint32_t kOutbound = 2;
constexpr std::size_t kMaxOptionSize = 0xfffc;
constexpr std::size_t kMaxNameSize = 255;

// Options, by block.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceDescription = 3;
constexpr std::uint16_t kInterfaceResolution = 9;
constexpr std::uint16_t kFrameFlags = 2;
constexpr std::uint16_t kFrameId = 5;

/// A block under construction, little-endian, in storage that is used again and again: type,
/// length, body, length again.
class Block {
 public:
  Block(std::string& storage, std::uint32_t type) : bytes_(storage) {
    bytes_.clear();
    put(type).put(std::uint32_t{0});  // the length is known at the end
  }

  template <class Unsigned>
  Block& put(Unsigned value) {
    const auto octets = little_endian(value);
    bytes_.append(octets.data(), octets.size());
    return *this;
  }

  /// Bytes, padded to a multiple of four.
  Block& put_padded(std::string_view bytes) {
    bytes_.append(bytes);
    bytes_.append((4 - bytes.size() % 4) % 4, '\0');
    return *this;
  }

  Block& put_option(std::uint16_t code, std::string_view value) {
    const std::string_view kept = value.substr(0, kMaxOptionSize);
    return put(code).put(static_cast<std::uint16_t>(kept.size())).put_padded(kept);
  }

  template <class Unsigned>
  Block& put_number_option(std::uint16_t code, Unsigned value) {
    const auto octets = little_endian(value);
    return put_option(code, std::string_view(octets.data(), octets.size()));
  }

  Block& put_end_of_options() { return put(kEndOfOptions).put(std::uint16_t{0}); }

  void write(Output& output) {
    const auto octets = little_endian(static_cast<std::uint32_t>(bytes_.size() + 4));
    std::copy(octets.begin(), octets.end(), bytes_.begin() + 4);
    bytes_.append(octets.data(), octets.size());
    output.append(std::string_view(bytes_));
  }

 private:
  template <class Unsigned>
  static std::array<char, sizeof(Unsigned)> little_endian(Unsigned value) {
    std::array<char, sizeof(Unsigned)> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) {
      octets[i] = static_cast<char>((value >> (8 * i)) & 0xff);
    }
    return octets;
  }

  std::string& bytes_;
};

}  // namespace

void PcapngEncoder::begin(Output& output, const CaptureInfo& info) {
  constexpr std::uint16_t kMajor = 1;
  constexpr std::uint16_t kMinor = 0;
  constexpr std::uint64_t kUnknownSectionLength = ~std::uint64_t{0};
  Block block(scratch_, kSectionHeaderBlock);
  block.put(kByteOrderMagic).put(kMajor).put(kMinor).put(kUnknownSectionLength);
  block.put_option(kComment, section_comment(info));
  block.put_option(kSectionApplication, "vpclab " + info.version);
  block.put_end_of_options().write(output);
}

void PcapngEncoder::interface(Output& output, std::string_view name, std::string_view description) {
  Block block(scratch_, kInterfaceDescriptionBlock);
  block.put(kLinkTypeEthernet).put(std::uint16_t{0}).put(kSnapLength);
  block.put_option(kInterfaceName, name);
  block.put_option(kInterfaceDescription, description);
  block.put_number_option(kInterfaceResolution, kNanoseconds);
  block.put_end_of_options().write(output);
}

void PcapngEncoder::name(Output& output, wire::Ipv4Address address, std::string_view name) {
  constexpr std::size_t kAddressSize = 4;
  std::array<std::uint8_t, kAddressSize> octets{};
  store_be32(octets, 0, address.to_host_order());
  std::string record(octets.begin(), octets.end());
  record += name.substr(0, kMaxNameSize);
  record.push_back('\0');
  Block block(scratch_, kNameResolutionBlock);
  block.put(kNameRecordIpv4).put(static_cast<std::uint16_t>(record.size())).put_padded(record);
  block.put(std::uint32_t{0});  // end of records
  block.write(output);
}

void PcapngEncoder::frame(Output& output, const Frame& frame) {
  const auto time = static_cast<std::uint64_t>(frame.time_nanoseconds);
  const auto size = static_cast<std::uint32_t>(frame.bytes.size());
  const bool out = frame.direction == trace::Direction::kOut;
  Block block(scratch_, kEnhancedPacketBlock);
  block.put(frame.interface);
  block.put(static_cast<std::uint32_t>(time >> 32));
  block.put(static_cast<std::uint32_t>(time & 0xffff'ffffU));
  block.put(size).put(size);
  block.put_padded(
      std::string_view(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()));
  if (!frame.comment.empty()) {
    block.put_option(kComment, frame.comment);
  }
  block.put_number_option(kFrameFlags, out ? kOutbound : kInbound);
  block.put_number_option(kFrameId, frame.packet);
  block.put_end_of_options().write(output);
}

}  // namespace vpclab::capture
