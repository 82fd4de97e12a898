// A text compared with a file of the repository; VPCLAB_UPDATE_GOLDEN=1 rewrites the file instead.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace vpclab::scenario {

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void expect_golden(const std::string& text, const std::string& path) {
  if (std::getenv("VPCLAB_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, read_file(path)) << path << " (VPCLAB_UPDATE_GOLDEN=1 rewrites it)";
}

}  // namespace vpclab::scenario
