// control/image.h - machine images: which names and ids RunInstances accepts, and what the guest's
// kernel does that the network shows: the initial TTL (INST-7). A small fixed table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "emulator/api/ids.h"

namespace vpclab::control {

/// The systems that differ in what the network sees of them.
enum class ImageFamily : std::uint8_t {
  kAmazonLinux2023,
  kAmazonLinux2,
  kAmazonLinux1,
  kUbuntu,
  kDebian,
  kRedHat,
  kSuse,
  kLinux,
  kWindows,
};

struct Image {
  ImageFamily family{};
  api::ImageId id;
  std::string_view alias;  // "al2023": what scenarios write
  std::string_view name;   // DescribeImages' Name
  std::string_view description;
  std::string_view login_user;  // "ec2-user"
  std::uint8_t initial_ttl = 64;
};

/// One image per family, in the order of ImageFamily.
[[nodiscard]] std::span<const Image> all_images();

[[nodiscard]] const Image& image_of(ImageFamily family);

/// Finds an image by its id, its alias, its name, a public parameter's path
/// (`resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64`, with or
/// without `resolve:ssm:`) or a spelling such as `ami-amazon-linux-2023`.
[[nodiscard]] const Image* find_image(std::string_view text);

}  // namespace vpclab::control
