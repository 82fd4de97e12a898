// The trajectories of a few scenarios, checked in: whoever changes one finds out at which event,
// and says so in the changelog. VPCLAB_UPDATE_GOLDEN=1 rewrites scenarios/golden/*.fingerprint.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/capture/fingerprint_sink.h"
#include "emulator/scenario/scenario.h"
#include "emulator/trace/explain.h"
#include "emulator/world/world.h"

namespace vpclab::capture {
namespace {

/// The fingerprint after each event, and the event in words.
class Trajectory final : public trace::TraceSink {
 public:
  explicit Trajectory(const trace::NameDirectory& names) : names_(names) {}

  void record(const trace::TraceEvent& event) override {
    fingerprint_.record(event);
    std::string line = to_string(event.at) + " #" + std::to_string(event.packet) + " " +
                       std::string(to_string(event.kind)) + " " +
                       std::string(to_string(event.direction)) + " at " +
                       trace::label(event.tap.element, names_) + " " +
                       std::string(to_string(event.tap.side)) + ", ";
    line += trace::summary_of(event);
    line += event.reason ? ", " + std::string(to_string(*event.reason)) : "";
    line += event.outcome.empty() ? "" : ", " + std::string(event.outcome);
    line += event.steps == nullptr ? "" : ", " + trace::brief(*event.steps);
    add(std::move(line));
  }

  void note(SimTime at, std::string_view kind, std::string_view text) override {
    fingerprint_.note(at, kind, text);
    add(to_string(at) + " note " + std::string(kind) + ": " + std::string(text));
  }

  [[nodiscard]] std::string hex() const { return fingerprint_.hex(); }

  [[nodiscard]] const std::vector<std::string>& digests() const { return digests_; }

  [[nodiscard]] const std::vector<std::string>& events() const { return events_; }

 private:
  void add(std::string event) {
    constexpr std::size_t kDigits = 8;
    digests_.push_back(fingerprint_.hex().substr(0, kDigits));
    events_.push_back(std::move(event));
  }

  const trace::NameDirectory& names_;
  FingerprintSink fingerprint_;
  std::vector<std::string> digests_;
  std::vector<std::string> events_;
};

/// The fingerprint on the first line, then the digest after each event, ten a line.
std::string written(const Trajectory& run) {
  constexpr std::size_t kDigestsOfALine = 10;
  std::string text = run.hex() + " " + std::to_string(run.digests().size()) + " events\n";
  for (std::size_t i = 0; i < run.digests().size(); ++i) {
    const bool ends_line = (i + 1) % kDigestsOfALine == 0 || i + 1 == run.digests().size();
    text += run.digests()[i] + (ends_line ? "\n" : " ");
  }
  return text;
}

std::vector<std::string> digests_of(const std::string& golden) {
  std::istringstream words(golden.substr(std::min(golden.find('\n'), golden.size())));
  std::vector<std::string> digests;
  for (std::string word; words >> word;) {
    digests.push_back(word);
  }
  return digests;
}

/// The first event that is another one than in the golden run, and the one before it.
std::string first_difference(const Trajectory& run, const std::vector<std::string>& golden) {
  const std::size_t common = std::min(run.digests().size(), golden.size());
  const auto [mine, theirs] = std::mismatch(
      run.digests().begin(), run.digests().begin() + static_cast<long>(common), golden.begin());
  const auto index = static_cast<std::size_t>(mine - run.digests().begin());
  if (index == common && run.digests().size() < golden.size()) {
    return "the run ends after " + std::to_string(common) + " events; it had " +
           std::to_string(golden.size()) + " before";
  }
  std::string text = "event " + std::to_string(index + 1) + " of " +
                     std::to_string(run.events().size()) +
                     " is another one: " + run.events()[index];
  return index == 0 ? text : text + "\n  before it: " + run.events()[index - 1];
}

class GoldenRuns : public testing::TestWithParam<std::string> {};

TEST_P(GoldenRuns, GoAsTheyWent) {
  const std::string scenarios = std::string(VPCLAB_SOURCE_DIR) + "/scenarios/";
  const auto source = scenario::read_source(scenarios + GetParam() + ".vpclab.yaml");
  ASSERT_TRUE(source.has_value());
  const scenario::Opened opened = scenario::open(*source, {});
  ASSERT_NE(opened.session, nullptr) << opened.diagnostics.render(*source);
  Trajectory run(opened.session->world());
  opened.session->world().trace().add(run);
  static_cast<void>(opened.session->run({}));
  opened.session->world().trace().remove(run);
  const std::string path =
      scenarios + "golden/" + GetParam().substr(GetParam().find('/') + 1) + ".fingerprint";

  if (std::getenv("VPCLAB_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << written(run);
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream golden;
  golden << file.rdbuf();
  if (golden.str() != written(run)) {
    ADD_FAILURE() << GetParam() << ": " << first_difference(run, digests_of(golden.str()))
                  << "\n  if it should be so, VPCLAB_UPDATE_GOLDEN=1 rewrites " << path
                  << "; say why in CHANGELOG.md";
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& scenario) {
  std::string name = scenario.param.substr(scenario.param.find('/') + 1);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfTheRepository, GoldenRuns,
                         testing::Values("peering/vpc-peering", "aws-cases/case-14-stateless-acl",
                                         "rules/filters", "verdicts/links"),
                         test_name);

TEST(Trajectory, NamesTheFirstEventThatDiffers) {
  struct NoNames final : trace::NameDirectory {
    [[nodiscard]] std::string name_of(const api::ResourceId& /*id*/) const override { return {}; }

    [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address /*address*/) const override {
      return {};
    }
  } names;

  Trajectory golden(names);
  Trajectory run(names);
  for (Trajectory* one : {&golden, &run}) {
    one->note(SimTime{}, "same", "first");
    one->note(SimTime{}, one == &run ? "other" : "same", "second");
    one->note(SimTime{}, "same", "third");
  }

  const std::string difference = first_difference(run, digests_of(written(golden)));

  EXPECT_EQ(difference.find("event 2 of 3 is another one: "), 0U) << difference;
  EXPECT_NE(difference.find("note other: second\n  before it: "), std::string::npos) << difference;
}

}  // namespace
}  // namespace vpclab::capture
