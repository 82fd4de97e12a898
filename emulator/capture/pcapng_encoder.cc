#include "emulator/capture/pcapng_encoder.h"

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

// Options, by block.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceDescription = 3;
constexpr std::uint16_t kInterfaceResolution = 9;
constexpr std::uint16_t kFrameFlags = 2;
constexpr std::uint16_t kFrameId = 5;

/// Little-endian bytes of a block's body.
class Body {
 public:
  template <class Unsigned>
  Body& put(Unsigned value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
      bytes_.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
    }
    return *this;
  }

  /// Bytes, padded to a multiple of four.
  Body& put_padded(std::string_view bytes) {
    bytes_.append(bytes);
    bytes_.append((4 - bytes.size() % 4) % 4, '\0');
    return *this;
  }

  Body& put_option(std::uint16_t code, std::string_view value) {
    const std::string_view kept = value.substr(0, kMaxOptionSize);
    return put(code).put(static_cast<std::uint16_t>(kept.size())).put_padded(kept);
  }

  [[nodiscard]] std::string_view view() const { return bytes_; }

 private:
  std::string bytes_;
};

/// A block: type, length, body, length again.
void write_block(Output& output, std::uint32_t type, const Body& body) {
  constexpr std::size_t kAround = 12;
  const auto size = static_cast<std::uint32_t>(body.view().size() + kAround);
  output.append(Body().put(type).put(size).view());
  output.append(body.view());
  output.append(Body().put(size).view());
}

void put_end_of_options(Body& body) { body.put(kEndOfOptions).put(std::uint16_t{0}); }

}  // namespace

void PcapngEncoder::begin(Output& output, const CaptureInfo& info) {
  constexpr std::uint16_t kMajor = 1;
  constexpr std::uint16_t kMinor = 0;
  constexpr std::uint64_t kUnknownSectionLength = ~std::uint64_t{0};
  Body body;
  body.put(kByteOrderMagic).put(kMajor).put(kMinor).put(kUnknownSectionLength);
  body.put_option(kComment, section_comment(info));
  body.put_option(kSectionApplication, "vpclab " + info.version);
  put_end_of_options(body);
  write_block(output, kSectionHeaderBlock, body);
}

void PcapngEncoder::interface(Output& output, std::string_view name, std::string_view description) {
  Body body;
  body.put(kLinkTypeEthernet).put(std::uint16_t{0}).put(kSnapLength);
  body.put_option(kInterfaceName, name);
  body.put_option(kInterfaceDescription, description);
  body.put_option(kInterfaceResolution, Body().put(kNanoseconds).view());
  put_end_of_options(body);
  write_block(output, kInterfaceDescriptionBlock, body);
}

void PcapngEncoder::name(Output& output, wire::Ipv4Address address, std::string_view name) {
  constexpr std::size_t kAddressSize = 4;
  std::array<std::uint8_t, kAddressSize> octets{};
  store_be32(octets, 0, address.to_host_order());
  std::string record(octets.begin(), octets.end());
  record += name.substr(0, kMaxOptionSize);
  record.push_back('\0');
  Body body;
  body.put(kNameRecordIpv4).put(static_cast<std::uint16_t>(record.size())).put_padded(record);
  body.put(std::uint32_t{0});  // end of records
  write_block(output, kNameResolutionBlock, body);
}

void PcapngEncoder::frame(Output& output, const Frame& frame) {
  const auto time = static_cast<std::uint64_t>(frame.time_nanoseconds);
  const auto size = static_cast<std::uint32_t>(frame.bytes.size());
  const bool out = frame.direction == trace::Direction::kOut;
  Body body;
  body.put(frame.interface);
  body.put(static_cast<std::uint32_t>(time >> 32));
  body.put(static_cast<std::uint32_t>(time & 0xffff'ffffU));
  body.put(size).put(size);
  body.put_padded(
      std::string_view(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()));
  if (!frame.comment.empty()) {
    body.put_option(kComment, frame.comment);
  }
  body.put_option(kFrameFlags, Body().put(out ? kOutbound : kInbound).view());
  body.put_option(kFrameId, Body().put(frame.packet).view());
  put_end_of_options(body);
  write_block(output, kEnhancedPacketBlock, body);
}

}  // namespace vpclab::capture
