// Every scenario of the repository opens, plays without a failed step and passes its checks.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/report.h"
#include "emulator/scenario/scenario.h"

namespace vpclab::scenario {
namespace {

std::vector<std::string> all_scenarios() {
  std::vector<std::string> files;
  const std::filesystem::path root = std::string(VPCLAB_SOURCE_DIR) + "/scenarios";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".vpclab.yaml") && entry.path().parent_path().filename() != "invalid") {
      files.push_back(std::filesystem::relative(entry.path(), root).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, PassTheirChecks) {
  const Result<Source> source =
      read_source(std::string(VPCLAB_SOURCE_DIR) + "/scenarios/" + GetParam());
  ASSERT_TRUE(source.has_value()) << source.error().message;

  const Opened opened = open(*source, {});

  ASSERT_NE(opened.session, nullptr) << opened.diagnostics.render(*source);
  RunOptions options;
  options.checks = true;
  const RunOutcome outcome = opened.session->run(options);
  EXPECT_TRUE(outcome.all_well()) << text_report(outcome, opened.session->scenario());
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.find(".vpclab.yaml"));
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfTheRepository, Scenarios, testing::ValuesIn(all_scenarios()), test_name);

}  // namespace
}  // namespace vpclab::scenario
