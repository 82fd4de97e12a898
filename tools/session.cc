#include "tools/session.h"

#include <iostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace vpclab::tools {
namespace {

void mark_all(std::string& text, std::string_view word, Style style) {
  const std::string marked = styled(true, style, word);
  for (std::size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + marked.size())) {
    text.replace(at, word.size(), marked);
  }
}

}  // namespace

void add_scenario_argument(CLI::App& verb, std::string& path) {
  verb.add_option("FILE", path, "Scenario, NAME.vpclab.yaml; - is standard input")
      ->required()
      ->type_name("");
}

void print_diagnostics(const scenario::Source& source, const scenario::Diagnostics& diagnostics,
                       ColorMode color) {
  std::string text = diagnostics.render(source);
  if (wants_color(color, STDERR_FILENO)) {
    mark_all(text, " error: ", Style::kBad);
    mark_all(text, " warning: ", Style::kWarning);
  }
  std::cout.flush();
  std::cerr << text;
}

ExitCode with_session(const std::string& path, const GlobalOptions& options,
                      const std::function<ExitCode(scenario::Session&)>& use) {
  Result<scenario::Source> source = scenario::read_source(path);
  if (!source) {
    print_error(options.color, source.error().message);
    return ExitCode::kRuntimeFailure;
  }
  const scenario::Source kept = *source;
  const scenario::Opened opened =
      scenario::open(std::move(*source), scenario::OpenOptions{.seed = options.seed});
  if (opened.session == nullptr) {
    print_diagnostics(kept, opened.diagnostics, options.color);
    return ExitCode::kInvalidScenario;
  }
  if (opened.diagnostics.has_warnings()) {
    print_diagnostics(kept, opened.diagnostics, options.color);
  }
  return use(*opened.session);
}

}  // namespace vpclab::tools
