// dig as a program of a scenario: what it was told, what became of its queries.
#include <utility>

#include "emulator/scenario/program.h"
#include "emulator/trace/explain_end.h"
#include "netstack/app/dig.h"
#include "netstack/app/dig_options.h"
#include "netstack/app/dig_text.h"

namespace vpclab::scenario {
namespace {

/// Data as a check compares them: names without the last dot.
std::string answer_text(const wire::DnsRecord& record) {
  std::string text = wire::data_text(record);
  if (std::holds_alternative<wire::DnsName>(record.data) && text.size() > 1) {
    text.pop_back();
  }
  return text;
}

/// A query of which no packet was made.
Fate local_fate() {
  Fate fate;
  fate.reason = "no-route";
  fate.code = trace::end_code(fate.reason);
  fate.sentence = "the asker's own network stack could not send the query";
  return fate;
}

class RunningDig final : public Program {
 public:
  RunningDig(const app::DigOptions& options, ProgramContext context)
      : text_(std::move(context.lines)),
        dig_(options, std::move(context.resolver.name_servers), &text_) {}

  void start(SimTime now, node::Guest& guest) override {
    dig_.start(now, guest.host());
    guest.pump();
  }

  void interrupt(SimTime /*now*/) override { dig_.interrupt(); }

  [[nodiscard]] bool is_running() const override { return dig_.is_running(); }

  [[nodiscard]] ProgramResult result(const Fates& fates) const override {
    DigOutcome outcome;
    for (const app::DnsTry& sent : dig_.tries()) {
      DigQuery& query = outcome.probes.emplace_back();
      query.number = static_cast<std::uint32_t>(outcome.probes.size());
      query.packet = sent.packet_id;
      query.server = to_string(sent.server);
      query.answered = sent.outcome == app::DnsTry::Outcome::kAnswered;
      if (query.answered) {
        outcome.server = query.server;
      } else {
        query.fate = sent.packet_id == 0 ? local_fate() : fates.fate_of(sent.packet_id);
      }
    }
    if (const auto& response = dig_.response()) {
      outcome.answered = true;
      outcome.rcode = to_string(response->rcode);
      for (const wire::DnsRecord& record : response->answers) {
        outcome.answers.push_back(answer_text(record));
      }
    }
    return outcome;
  }

 private:
  app::DigText text_;
  app::Dig dig_;
};

}  // namespace

Result<std::unique_ptr<Program>> make_dig(const std::vector<std::string>& words,
                                          ProgramContext context) {
  auto options = app::parse_dig(words);
  if (!options.has_value()) {
    return fail(std::move(options.error().message));
  }
  options->epoch_seconds = context.epoch_nanoseconds / 1'000'000'000;
  return std::make_unique<RunningDig>(*options, std::move(context));
}

}  // namespace vpclab::scenario
