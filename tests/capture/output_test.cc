#include "emulator/capture/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/capture/lab.h"

namespace vpclab::capture {
namespace {

using testing::read_file;
using testing::ScratchDirectory;

TEST(Output, WritesWhatItWasGivenInOrder) {
  const ScratchDirectory directory;
  Output output = Output::file(directory.file("x")).value();
  std::string expected;
  for (int i = 0; i < 200'000; ++i) {  // several times the flush size
    const std::string part = std::to_string(i) + "\n";
    output.append(part);
    expected += part;
    ASSERT_LE(output.buffered(), Output::kFlushSize + part.size());
  }

  ASSERT_TRUE(output.close().has_value());

  EXPECT_EQ(read_file(directory.file("x")), expected);
}

TEST(Output, EmptiesAFileOfAnEarlierRun) {
  const ScratchDirectory directory;
  for (const std::string_view text : {"longer than the other", "short"}) {
    Output output = Output::file(directory.file("x")).value();
    output.append(text);
    ASSERT_TRUE(output.close().has_value());
  }

  EXPECT_EQ(read_file(directory.file("x")), "short");
}

TEST(Output, SaysAtOnceThatAPathCannotBeWritten) {
  const ScratchDirectory directory;

  const Result<Output> output = Output::file(directory.file("missing/x"));

  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().message,
            "cannot create " + directory.file("missing/x") + ": No such file or directory");
}

TEST(Output, TellsOfAFullDisk) {
  if (::access("/dev/full", W_OK) != 0) {
    GTEST_SKIP() << "no /dev/full here";
  }
  Output output = Output::file("/dev/full").value();
  output.append("x");

  const Result<void> closed = output.close();

  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().message, "cannot write /dev/full: No space left on device");
}

TEST(Output, KeepsTheFirstErrorAndNoMoreMemory) {
  if (::access("/dev/full", W_OK) != 0) {
    GTEST_SKIP() << "no /dev/full here";
  }
  Output output = Output::file("/dev/full").value();
  const std::string block(10'000, 'x');
  for (int i = 0; i < 100; ++i) {
    output.append(block);
    ASSERT_LE(output.buffered(), Output::kFlushSize + block.size());
  }

  EXPECT_FALSE(output.close().has_value());
  EXPECT_FALSE(output.close().has_value());
}

TEST(Output, WritesToADescriptorAndLeavesItOpen) {
  const ScratchDirectory directory;
  const int fd = ::open(directory.file("x").c_str(), O_WRONLY | O_CREAT, 0600);
  Output output = Output::descriptor(fd, "standard output");
  output.append("one ");
  output.flush();
  output.append("two");

  ASSERT_TRUE(output.close().has_value());

  EXPECT_EQ(::close(fd), 0);
  EXPECT_EQ(read_file(directory.file("x")), "one two");
}

TEST(Output, NamesTheDescriptorThatFails) {
  Output output = Output::descriptor(-2, "standard output");
  output.append("x");

  EXPECT_EQ(output.close().error().message,
            "cannot write standard output: No such file or directory");
}

TEST(Output, GoesBehindAnotherAndAway) {
  const ScratchDirectory directory;
  Output target = Output::file(directory.file("x")).value();
  Output part = Output::file(directory.file("x.part")).value();
  target.append("head ");
  part.append("tail");

  ASSERT_TRUE(part.move_into(target).has_value());
  ASSERT_TRUE(target.close().has_value());

  EXPECT_EQ(read_file(directory.file("x")), "head tail");
  EXPECT_FALSE(std::filesystem::exists(directory.file("x.part")));
}

}  // namespace
}  // namespace vpclab::capture
