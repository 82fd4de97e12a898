#include "tools/interruption.h"

#include <cstddef>

namespace vpclab::tools {
namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note_signal(int number) {
  if (noted == 0) {
    noted = number;
  }
}

}  // namespace

Interruption::Interruption() {
  noted = 0;

  struct sigaction action {};

  action.sa_handler = &note_signal;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    // A closed pipe is met again by whatever is still written: it never ends the program here.
    const bool once = kSignals[i] != SIGPIPE;
    action.sa_flags = SA_RESTART | (once ? static_cast<int>(SA_RESETHAND) : 0);
    sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) {
      sigaction(kSignals[i], &action, nullptr);
    }
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], &before_[i], nullptr);
  }
}

int Interruption::signal() { return noted; }

std::string Interruption::name() {
  switch (noted) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGHUP:
      return "SIGHUP";
    case SIGPIPE:
      return "SIGPIPE";
    default:
      return "";
  }
}

void Interruption::follow() {
  if (noted != 0) {
    std::signal(noted, SIG_DFL);
    std::raise(noted);
  }
}

}  // namespace vpclab::tools
