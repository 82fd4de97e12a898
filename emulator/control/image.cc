#include "emulator/control/image.h"

#include <array>

namespace vpclab::control {
namespace {

constexpr api::ImageId image_id(std::uint64_t low) { return api::ImageId(IdDigits{low, 0, 17}); }

// Ids of our own making: AWS's differ from region to region and from month to month.
constexpr std::array<Image, 9> kImages{{
    {ImageFamily::kAmazonLinux2023, image_id(0xa120230000000001), "al2023",
     "al2023-ami-2023.0.20230315.0-kernel-6.1-x86_64", "Amazon Linux 2023", "ec2-user", 127},
    {ImageFamily::kAmazonLinux2, image_id(0xa120000000000002), "al2",
     "amzn2-ami-kernel-5.10-hvm-2.0.20230307.0-x86_64-gp2", "Amazon Linux 2", "ec2-user", 255},
    {ImageFamily::kAmazonLinux1, image_id(0xa110000000000003), "al1",
     "amzn-ami-hvm-2018.03.0.20230306.1-x86_64-gp2", "Amazon Linux (2018.03)", "ec2-user", 255},
    {ImageFamily::kUbuntu, image_id(0xdb00220400000004), "ubuntu",
     "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20230325", "Ubuntu Server 22.04",
     "ubuntu", 64},
    {ImageFamily::kDebian, image_id(0xdeb0120000000005), "debian", "debian-12-amd64-20230612-1409",
     "Debian 12", "admin", 64},
    {ImageFamily::kRedHat, image_id(0x4e00900000000006), "rhel",
     "RHEL-9.2.0_HVM-20230503-x86_64-41-Hourly2-GP2", "Red Hat Enterprise Linux 9", "ec2-user", 64},
    {ImageFamily::kSuse, image_id(0x50e0150400000007), "suse",
     "suse-sles-15-sp4-v20230418-hvm-ssd-x86_64", "SUSE Linux Enterprise Server 15", "ec2-user",
     64},
    {ImageFamily::kLinux, image_id(0x11400000000000e8), "linux", "linux-x86_64", "Linux",
     "ec2-user", 64},
    {ImageFamily::kWindows, image_id(0x3142022000000009), "windows",
     "Windows_Server-2022-English-Full-Base-2023.03.15", "Windows Server 2022", "Administrator",
     128},
}};

struct Spelling {
  std::string_view text;
  ImageFamily family;
};

constexpr std::array kSpellings{
    Spelling{"ami-amazon-linux-2023", ImageFamily::kAmazonLinux2023},
    Spelling{"amazon-linux-2023", ImageFamily::kAmazonLinux2023},
    Spelling{"ami-amazon-linux-2", ImageFamily::kAmazonLinux2},
    Spelling{"amazon-linux-2", ImageFamily::kAmazonLinux2},
    Spelling{"amzn2", ImageFamily::kAmazonLinux2},
    Spelling{"ami-amazon-linux", ImageFamily::kAmazonLinux1},
    Spelling{"amazon-linux", ImageFamily::kAmazonLinux1},
    Spelling{"ami-ubuntu", ImageFamily::kUbuntu},
    Spelling{"ami-debian", ImageFamily::kDebian},
    Spelling{"ami-rhel", ImageFamily::kRedHat},
    Spelling{"ami-suse", ImageFamily::kSuse},
    Spelling{"sles", ImageFamily::kSuse},
    Spelling{"ami-linux", ImageFamily::kLinux},
    Spelling{"ami-windows", ImageFamily::kWindows},
};

/// The beginnings of the public parameters' last components and of their paths.
constexpr std::array kParameterPrefixes{
    Spelling{"/aws/service/ami-amazon-linux-latest/al2023-", ImageFamily::kAmazonLinux2023},
    Spelling{"/aws/service/ami-amazon-linux-latest/amzn2-", ImageFamily::kAmazonLinux2},
    Spelling{"/aws/service/ami-amazon-linux-latest/amzn-", ImageFamily::kAmazonLinux1},
    Spelling{"/aws/service/ami-windows-latest/", ImageFamily::kWindows},
    Spelling{"/aws/service/canonical/ubuntu/", ImageFamily::kUbuntu},
    Spelling{"/aws/service/debian/", ImageFamily::kDebian},
    Spelling{"/aws/service/suse/", ImageFamily::kSuse},
};

}  // namespace

std::span<const Image> all_images() { return kImages; }

const Image& image_of(ImageFamily family) { return kImages[static_cast<std::size_t>(family)]; }

const Image* find_image(std::string_view text) {
  constexpr std::string_view kResolve = "resolve:ssm:";
  if (text.starts_with(kResolve)) {
    text.remove_prefix(kResolve.size());
  }
  const Result<api::ImageId> id = api::ImageId::parse(text);
  for (const Image& image : kImages) {
    if (image.alias == text || image.name == text || (id.has_value() && image.id == *id)) {
      return &image;
    }
  }
  for (const Spelling& spelling : kSpellings) {
    if (spelling.text == text) {
      return &image_of(spelling.family);
    }
  }
  for (const Spelling& prefix : kParameterPrefixes) {
    if (text.starts_with(prefix.text)) {
      return &image_of(prefix.family);
    }
  }
  return nullptr;
}

}  // namespace vpclab::control
