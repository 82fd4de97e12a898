// Every scenario under scenarios/invalid is refused with exactly the message beside it.
#include <algorithm>
#include <filesystem>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/scenario.h"
#include "tests/scenario/golden.h"

namespace vpclab::scenario {
namespace {

std::vector<std::filesystem::path> files_in(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(VPCLAB_SOURCE_DIR) +
                                                               "/scenarios/" + folder)) {
    if (entry.path().string().ends_with(".vpclab.yaml")) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(InvalidScenarios, AreRefusedWithTheirMessages) {
  const std::vector<std::filesystem::path> files = files_in("invalid");
  ASSERT_GE(files.size(), 20U);
  for (const std::filesystem::path& file : files) {
    // Messages name the file as it is called from the repository's root.
    Source source{"scenarios/invalid/" + file.filename().string(), read_file(file.string())};
    const Source copy = source;

    const Opened opened = open(std::move(source), {});

    EXPECT_EQ(opened.session, nullptr) << file;
    EXPECT_FALSE(opened.diagnostics.empty()) << file;
    std::string golden = file.string();
    golden.replace(golden.find(".vpclab.yaml"), std::string::npos, ".err");
    expect_golden(opened.diagnostics.render(copy), golden);
  }
}

}  // namespace
}  // namespace vpclab::scenario
