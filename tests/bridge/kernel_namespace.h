// tests/bridge/kernel_namespace.h - a network namespace of the test's own, entered by the calling
// thread for good, and commands that run inside it.
#pragma once

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vpclab::tests {

/// Enters a fresh network namespace. Empty on success, else why it is not possible here.
inline std::string enter_network_namespace() {
  if (::unshare(CLONE_NEWNET) != 0) {
    return std::string("no network namespace of its own for this test: unshare(CLONE_NEWNET): ") +
           std::strerror(errno) + " (run as root, or with CAP_SYS_ADMIN)";
  }
  return {};
}

/// Empty where TAP interfaces may be made; else why not: there is no device for it, or it is not
/// for us. Every other fault is one of the code under test.
inline std::string why_no_tap() {
  const int descriptor = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  const int error = errno;
  const bool is_allowed_cause =
      error == EPERM || error == EACCES || error == ENOENT || error == ENODEV || error == ENXIO;
  return is_allowed_cause
             ? std::string("no TAP interfaces here: /dev/net/tun: ") + std::strerror(error)
             : std::string();
}

struct CommandResult {
  int exit_code = -1;
  std::string output;  // standard output and error
};

/// Runs a shell command in the calling thread's namespace, for 60 seconds at most.
inline CommandResult run_command(const std::string& command) {
  CommandResult result;
  const std::string bounded = "LC_ALL=C timeout 60 " + command + " 2>&1 </dev/null";
  std::FILE* pipe = ::popen(bounded.c_str(), "r");
  if (pipe == nullptr) {
    return result;
  }
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

/// True where a program is installed.
inline bool has_program(const std::string& name) {
  return run_command("sh -c 'command -v " + name + "'").exit_code == 0;
}

}  // namespace vpclab::tests
