#include "tools/console.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <variant>

#include "netstack/base/printable.h"
#include "tools/output.h"

namespace vpclab::tools {
namespace {

/// Whether the call asks for something and changes nothing.
bool is_question(std::string_view command) {
  constexpr std::string_view kService = "ec2 ";
  const std::size_t service = command.find(kService);
  if (service == std::string_view::npos) {
    return false;
  }
  const std::string_view action = command.substr(service + kService.size());
  return action.starts_with("describe-") || action.starts_with("get-");
}

}  // namespace

std::string Console::seconds(SimTime time) {
  const std::int64_t milliseconds = to_nanoseconds(time) / 1'000'000;
  const std::string fraction = std::to_string(1000 + milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + fraction.substr(1) + "s";
}

std::string Console::marked(std::string_view text) const {
  return styled(color_, Style::kQuiet, kMark) + base::printable_lines(text) + "\n";
}

std::string Console::marked(Style style, std::string_view text) const {
  return styled(color_, Style::kQuiet, kMark) + styled(color_, style, base::printable_lines(text)) +
         "\n";
}

std::string Console::verdicts(const scenario::StepOutcome& step) const {
  std::string text;
  for (const std::string& line : scenario::verdicts_and_remedies(step)) {
    text += marked(Style::kWarning, line);
  }
  return text;
}

void Console::write(const scenario::StepOutcome& step, const std::string& text) {
  const auto program = std::find_if(programs_.begin(), programs_.end(),
                                    [&](const Program& one) { return one.name == step.name; });
  if (program != programs_.end() && program != programs_.begin()) {
    program->waiting += text;
    return;
  }
  std::cout << text << std::flush;
}

void Console::on_begin(const scenario::StepOutcome& step) {
  const bool is_program = !step.host.empty();
  if (is_program) {
    programs_.push_back(Program{step.name, {}, false});
  }
  const std::string who = is_program        ? step.host + "$ "
                          : step.as.empty() ? std::string()
                                            : "as " + step.as + ": ";
  write(step, marked(seconds(step.began) + "  " + who + step.command));
}

void Console::on_line(const scenario::StepOutcome& step, std::string_view line) {
  write(step, base::printable_lines(line) + "\n");
}

void Console::on_end(const scenario::StepOutcome& step) {
  std::string text = verdicts(step);
  if (!step.finished) {
    text += marked(step.command + ": still running when the run stopped");
  }
  std::string caller;
  if (const auto* call = std::get_if<scenario::ApiOutcome>(&step.result)) {
    for (const std::string& warning : call->warnings) {
      text += marked(Style::kWarning, "warning: " + warning);
    }
    if (is_question(step.command)) {
      text += base::printable_lines(call->response_json);  // as the AWS CLI prints it
    }
    if (!call->error_code.empty()) {
      caller = " (called as " + call->caller + ")";
      if (!step.failed) {
        text += marked(Style::kWarning, "refused, as expected: " + call->error_code + ": " +
                                            call->error_message + caller);
      }
    }
  }
  if (step.failed) {
    text += marked(Style::kBad, "failed: " + step.complaint + caller);
  }
  write(step, text);
  for (Program& program : programs_) {
    program.ended = program.ended || program.name == step.name;
  }
  while (!programs_.empty() && programs_.front().ended) {
    programs_.pop_front();
    if (!programs_.empty()) {
      std::cout << programs_.front().waiting << std::flush;
      programs_.front().waiting.clear();
    }
  }
}

}  // namespace vpclab::tools
