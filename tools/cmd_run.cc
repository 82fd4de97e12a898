// vpclab run FILE - plays the run: what the programs print, the verdicts, the captures.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "emulator/capture/bpf_filter.h"
#include "emulator/scenario/report.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/interruption.h"
#include "tools/run_captures.h"
#include "tools/session.h"

namespace vpclab::tools {
namespace {

struct RunArguments {
  std::string path;
  RunCaptureOptions captures;
  bool no_capture = false;
};

/// `out/NAME`, in the current directory.
std::string usual_directory(const scenario::Session& session) {
  return "out/" + session.scenario().name;
}

/// `1,234,567`
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

/// The files with their sizes, the largest of them where they are many: a line each.
void print_captures(std::vector<WrittenCapture> files, const std::string& directory) {
  constexpr std::size_t kMostShown = 20;
  if (files.empty()) {
    return;
  }
  if (files.size() > kMostShown) {
    std::stable_sort(files.begin(), files.end(),
                     [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
    WrittenCapture rest{"and " + std::to_string(files.size() - kMostShown) + " smaller ones", 0, 0};
    for (auto file = files.begin() + kMostShown; file != files.end(); ++file) {
      rest.packets += file->packets;
      rest.bytes += file->bytes;
    }
    files.resize(kMostShown);
    files.push_back(std::move(rest));
  }
  const std::string indented = std::string(Console::kMark) + "  ";
  std::vector<std::vector<std::string>> rows;
  rows.reserve(files.size());
  for (const WrittenCapture& file : files) {
    rows.push_back({indented + file.name,
                    grouped(file.packets) + (file.packets == 1 ? " packet" : " packets"),
                    grouped(file.bytes) + " bytes"});
  }
  const std::vector<std::string> first = std::move(rows.front());
  rows.erase(rows.begin());
  std::cerr << Console::kMark << "captures in " << directory << ":\n" << render_table(first, rows);
}

/// Messages, not data: what became of an interrupted run, where the captures are, the fingerprint.
void print_end(const std::vector<WrittenCapture>& files, const std::string& directory,
               const scenario::RunOutcome& outcome, const std::string& fingerprint,
               const scenario::Session& session) {
  std::cout.flush();
  if (outcome.stopped) {
    std::cerr << Console::kMark << "interrupted by " << Interruption::name() << " at "
              << Console::seconds(outcome.ended) << " of the run"
              << (files.empty() ? "" : "; the captures are complete up to there") << '\n';
  }
  print_captures(files, directory);
  if (!outcome.stopped) {
    std::cerr << Console::kMark << "fingerprint " << fingerprint << " (scenario "
              << session.scenario().name << ' ' << session.content_hash() << ", seed "
              << session.seed() << ")\n";
  }
}

void print_outcome(const scenario::RunOutcome& outcome, Format format,
                   const scenario::Session& session) {
  if (format == Format::kJson) {
    std::cout << scenario::json_report(outcome, session.scenario());
  } else if (format == Format::kJsonLines) {
    std::cout << scenario::json_lines_report(outcome);
  }
}

ExitCode run(scenario::Session& session, RunArguments arguments, const GlobalOptions& options) {
  RunCaptureOptions& wanted = arguments.captures;
  if (arguments.no_capture) {
    wanted.directory.clear();
  } else if (wanted.directory.empty()) {
    wanted.directory = usual_directory(session);
  }
  const Interruption interruption;  // before there is a file that could stay without its end
  Result<std::unique_ptr<RunCaptures>> captures = RunCaptures::create(session, wanted);
  if (!captures) {
    print_error(options.color, captures.error().message);
    return ExitCode::kRuntimeFailure;
  }
  const Format format = options.format_or(Format::kText);
  Console console(wants_color(options.color, 1));
  const auto is_interrupted = [] { return Interruption::signal() != 0; };
  const scenario::RunOutcome outcome =
      session.run({.until = options.until,
                   .observer = is_json(format) ? nullptr : &console,
                   .stop = is_interrupted});
  print_outcome(outcome, format, session);
  if (session.scenario().run.empty()) {
    std::cout.flush();
    std::cerr << Console::kMark << "the scenario has no `run:`; `vpclab check` plays its checks\n";
  }
  const Result<std::vector<WrittenCapture>> files = (*captures)->finish();
  if (!files) {
    print_error(options.color, files.error().message);
    return ExitCode::kRuntimeFailure;
  }
  print_end(*files, wanted.directory, outcome, (*captures)->fingerprint(), session);
  Interruption::follow();
  return finish_output(options.color,
                       outcome.all_well() ? ExitCode::kSuccess : ExitCode::kCheckFailed);
}

void add_capture_options(CLI::App& verb, RunArguments& arguments) {
  verb.add_option("--out", arguments.captures.directory, "Where the captures go (out/NAME)")
      ->check([](const std::string& directory) {
        return directory.empty()  ? "wants the name of a directory"
               : directory == "-" ? "captures are several files and want a directory"
                                  : "";
      })
      ->type_name("DIR");
  verb.add_flag("--no-capture", arguments.no_capture, "Write no captures")->excludes("--out");
  verb.add_option_function<std::string>(
          "--order",
          [&arguments](const std::string& order) {
            arguments.captures.order =
                order == "tap" ? capture::FrameOrder::kTap : capture::FrameOrder::kTime;
          },
          "Order of the frames in journey.pcapng")
      ->check(CLI::IsMember({"time", "tap"}));
  verb.add_flag("--pcap", arguments.captures.also_pcap, "Write classic pcap files, too");
  verb.add_option("--filter", arguments.captures.filter, "Keep what this capture filter selects")
      ->check([](const std::string& filter) {
        const Result<capture::BpfFilter> compiled = capture::BpfFilter::compile(filter);
        return compiled ? std::string() : compiled.error().message;
      })
      ->type_name("BPF");
}

}  // namespace

void add_run(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("run", "Play a scenario: output, verdicts, captures");
  verb->footer(
      "Example:\n  vpclab run scenarios/peering/vpc-peering.vpclab.yaml --out /tmp/lab --pcap");
  auto arguments = std::make_shared<RunArguments>();
  add_scenario_argument(*verb, arguments->path);
  add_capture_options(*verb, *arguments);
  verb->callback([&invocation, arguments] {
    invocation.execute = [&invocation, arguments] {
      return with_session(arguments->path, invocation.options, [&](scenario::Session& session) {
        return run(session, *arguments, invocation.options);
      });
    };
  });
}

}  // namespace vpclab::tools
