// DescribeImages over the fixed table of control/image.h.
#include <algorithm>

#include "emulator/api/generated/image.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/image.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"

namespace vpclab::control {
namespace {

constexpr std::string_view kOwner = "amazon";
constexpr std::string_view kOwnerAccount = "137112412989";

constexpr FilterField<Image> kImageFilters[] = {
    {"architecture", [](const Call&, const Image&, FilterValues& values) { values.add("x86_64"); }},
    {"description",
     [](const Call&, const Image& image, FilterValues& values) { values.add(image.description); }},
    {"image-id",
     [](const Call&, const Image& image, FilterValues& values) { values.add(image.id.text()); }},
    {"name", [](const Call&, const Image& image, FilterValues& values) { values.add(image.name); }},
    {"owner-alias", [](const Call&, const Image&, FilterValues& values) { values.add(kOwner); }},
    {"state", [](const Call&, const Image&, FilterValues& values) { values.add("available"); }},
};

api::Image describe(const Image& image) {
  api::Image described;
  described.architecture = "x86_64";
  described.image_id = image.id.text();
  described.image_type = "machine";
  described.public_value = true;
  described.owner_id = std::string(kOwnerAccount);
  if (image.family == ImageFamily::kWindows) {
    described.platform = "windows";
  }
  described.platform_details = image.family == ImageFamily::kWindows ? "Windows" : "Linux/UNIX";
  described.state = "available";
  described.description = std::string(image.description);
  described.ena_support = true;
  described.hypervisor = "xen";
  described.image_owner_alias = std::string(kOwner);
  described.name = std::string(image.name);
  described.root_device_name = "/dev/xvda";
  described.root_device_type = "ebs";
  described.virtualization_type = "hvm";
  return described;
}

/// The caller may ask for images by whose they are; all are Amazon's.
bool owner_matches(const std::vector<std::string>& owners) {
  return owners.empty() || std::any_of(owners.begin(), owners.end(), [](const std::string& owner) {
           return owner == kOwner || owner == kOwnerAccount;
         });
}

}  // namespace

api::ApiResult<api::DescribeImagesResponse> handle(Call& call,
                                                   const api::DescribeImagesRequest& request) {
  const std::span<const FilterField<Image>> fields(kImageFilters);
  if (const auto checked = check_filters<Image>(request.filters, fields); !checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  std::vector<const Image*> images;
  for (const std::string& text : request.image_ids) {
    const Image* image = find_image(text);
    if (image == nullptr) {
      return api::refuse(api::code::kInvalidAMIIDNotFound,
                         "The image id '[" + text + "]' does not exist");
    }
    images.push_back(image);
  }
  for (const Image& image : all_images()) {
    if (request.image_ids.empty()) {
      images.push_back(&image);
    }
  }
  api::DescribeImagesResponse response;
  for (const Image* image : images) {
    if (owner_matches(request.owners) &&
        filters_match<Image>(call, *image, request.filters, fields)) {
      response.images.push_back(describe(*image));
    }
  }
  return response;
}

}  // namespace vpclab::control
