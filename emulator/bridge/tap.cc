#include "emulator/bridge/tap.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace vpclab::bridge {
namespace {

constexpr const char* kDevice = "/dev/net/tun";

std::string because(int error) { return std::string(": ") + std::strerror(error); }

}  // namespace

Result<Tap> Tap::open(std::string_view name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof(request.ifr_name)) {
    return fail("'" + std::string(name) + "' is no interface name (1 to 15 characters)");
  }
  const int descriptor = ::open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(std::string("cannot open ") + kDevice + because(errno));
  }
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  name.copy(request.ifr_name, name.size());
  if (::ioctl(descriptor, TUNSETIFF, &request) != 0) {
    const int error = errno;
    ::close(descriptor);
    return fail("cannot make the interface '" + std::string(name) + "' (it takes CAP_NET_ADMIN)" +
                because(error));
  }
  return Tap(descriptor, request.ifr_name);
}

Tap::Tap(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

Tap::~Tap() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Tap::Tap(Tap&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

Tap& Tap::operator=(Tap&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  return *this;
}

Result<std::optional<std::size_t>> Tap::read(MutableBytes buffer) {
  const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
  if (size >= 0) {
    return std::optional<std::size_t>(static_cast<std::size_t>(size));
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    return std::optional<std::size_t>();
  }
  return fail("cannot read from " + name_ + because(errno));
}

Result<bool> Tap::write(Bytes frame) {
  if (::write(descriptor_, frame.data(), frame.size()) >= 0) {
    return true;
  }
  // EIO: the interface is down; EINVAL: the kernel refuses the frame (shorter than a header).
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == EIO ||
      errno == EINVAL || errno == ENOBUFS) {
    return false;
  }
  return fail("cannot write to " + name_ + because(errno));
}

}  // namespace vpclab::bridge
