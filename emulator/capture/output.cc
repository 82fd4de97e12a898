#include "emulator/capture/output.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace vpclab::capture {
namespace {

constexpr int kFilePermissions = 0644;

Error cannot(const char* verb, const std::string& name, int error_number) {
  return Error{std::string("cannot ") + verb + " " + name + ": " +
               std::generic_category().message(error_number)};
}

/// Writes everything; the error number, or 0.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Result<Output> Output::file(std::string path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFilePermissions);
  if (fd < 0) {
    return tl::unexpected(cannot("create", path, errno));
  }
  ::close(fd);
  return Output(std::move(path), -1);
}

Output Output::descriptor(int fd, std::string name) { return Output(std::move(name), fd); }

void Output::flush() {
  if (buffer_.empty()) {
    return;
  }
  if (!error_) {
    const bool opens = fd_ < 0;
    const int fd = opens ? ::open(name_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC) : fd_;
    int error_number = fd < 0 ? errno : write_all(fd, buffer_);
    // Some file systems tell only at close that the disk is full.
    if (opens && fd >= 0 && ::close(fd) != 0 && error_number == 0) {
      error_number = errno;
    }
    if (error_number != 0) {
      error_ = cannot("write", name_, error_number);
    }
  }
  buffer_.clear();
}

void Output::release() {
  flush();
  buffer_.shrink_to_fit();
}

Result<void> Output::close() {
  flush();
  if (error_) {
    return tl::unexpected(*error_);
  }
  return {};
}

Result<void> Output::move_into(Output& target) {
  if (auto closed = close(); !closed) {
    return closed;
  }
  const int fd = ::open(name_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return tl::unexpected(cannot("read", name_, errno));
  }
  std::array<char, 64 * 1024> block{};
  ssize_t count = 0;
  while ((count = ::read(fd, block.data(), block.size())) > 0) {
    target.append(std::string_view(block.data(), static_cast<std::size_t>(count)));
  }
  const int error_number = errno;
  ::close(fd);
  if (count < 0) {
    return tl::unexpected(cannot("read", name_, error_number));
  }
  if (::unlink(name_.c_str()) != 0) {
    return tl::unexpected(cannot("remove", name_, errno));
  }
  return {};
}

}  // namespace vpclab::capture
