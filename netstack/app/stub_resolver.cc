#include "netstack/app/stub_resolver.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"

namespace vpclab::app {
namespace {

using wire::DnsName;
using wire::DnsRcode;
using wire::DnsRecord;
using wire::DnsType;

constexpr std::size_t kServersMax = 3;  // glibc's MAXNS
constexpr std::size_t kAliasesMax = 16;

/// What an answer says about a name, aliases followed (RFC 1034 section 3.6.2).
HostLookup read_answers(const wire::DnsMessage& response, DnsType type) {
  HostLookup result;
  DnsName name = response.questions.empty() ? DnsName() : response.questions.front().name;
  for (std::size_t i = 0; i < kAliasesMax; ++i) {
    const auto alias = std::find_if(response.answers.begin(), response.answers.end(),
                                    [&name](const DnsRecord& record) {
                                      return record.type == DnsType::kCname && record.name == name;
                                    });
    if (alias == response.answers.end()) {
      break;
    }
    name = std::get<DnsName>(alias->data);
  }
  for (const DnsRecord& record : response.answers) {
    if (record.type != type || !(record.name == name)) {
      continue;
    }
    if (const auto* address = std::get_if<wire::Ipv4Address>(&record.data)) {
      result.addresses.push_back(*address);
    } else if (const auto* target = std::get_if<DnsName>(&record.data);
               target != nullptr && result.name.empty()) {
      result.name = to_string(*target);
      result.name.pop_back();
    }
  }
  const bool any = !result.addresses.empty() || !result.name.empty();
  result.status = any ? HostLookup::Status::kFound : HostLookup::Status::kNoAddress;
  return result;
}

}  // namespace

std::string_view failure_text(HostLookup::Status status) {
  switch (status) {
    case HostLookup::Status::kFound:
      return "";
    case HostLookup::Status::kUnknown:
      return "Name or service not known";
    case HostLookup::Status::kNoAddress:
      return "No address associated with hostname";
    case HostLookup::Status::kTryAgain:
      return "Temporary failure in name resolution";
  }
  return "";
}

StubResolver::StubResolver(ResolverSettings settings) : exchange_(*this) {
  options_.servers = std::move(settings.name_servers);
  options_.servers.resize(std::min(options_.servers.size(), kServersMax));
  for (const std::string& domain : settings.search) {
    if (auto name = DnsName::parse(domain)) {
      search_.push_back(*std::move(name));
    }
  }
}

void StubResolver::look_up(SimTime now, host::HostStack& stack, std::string_view name, Done done) {
  VPCLAB_CHECK(is_idle(), "a stub resolver looks up one name at a time");
  stack_ = &stack;
  done_ = std::move(done);
  type_ = DnsType::kA;
  candidates_.clear();
  if (const auto absolute = DnsName::parse(name)) {
    const bool is_complete = name.ends_with('.');
    const bool has_dot = absolute->label_count() > 1;
    if (has_dot || is_complete) {
      candidates_.push_back(*absolute);
    }
    for (const DnsName& domain : search_) {
      if (auto whole = absolute->below(domain); whole && !is_complete) {
        candidates_.push_back(*std::move(whole));
      }
    }
    if (!has_dot && !is_complete) {
      candidates_.push_back(*absolute);
    }
  }
  std::reverse(candidates_.begin(), candidates_.end());
  tries_.clear();
  name_was_there_ = false;
  ask_next(now);
}

void StubResolver::look_up(SimTime now, host::HostStack& stack, wire::Ipv4Address address,
                           Done done) {
  VPCLAB_CHECK(is_idle(), "a stub resolver looks up one name at a time");
  stack_ = &stack;
  done_ = std::move(done);
  type_ = DnsType::kPtr;
  candidates_ = {DnsName::reverse_of(address)};
  tries_.clear();
  name_was_there_ = false;
  ask_next(now);
}

void StubResolver::cancel() {
  exchange_.cancel();
  done_ = nullptr;
}

void StubResolver::ask_next(SimTime now) {
  if (candidates_.empty()) {
    HostLookup result;
    result.status = name_was_there_ ? HostLookup::Status::kNoAddress : HostLookup::Status::kUnknown;
    return finish(now, result);
  }
  const wire::DnsQuestion question{std::move(candidates_.back()), type_, wire::kDnsInternet};
  candidates_.pop_back();
  exchange_.start(now, *stack_, question, options_);
}

void StubResolver::finish(SimTime now, const HostLookup& result) {
  const Done done = std::exchange(done_, nullptr);
  done(now, result);
}

void StubResolver::on_failed_try(SimTime, const DnsTry&) {}

void StubResolver::on_exchange_end(SimTime now) {
  tries_.insert(tries_.end(), exchange_.tries().begin(), exchange_.tries().end());
  const auto& response = exchange_.response();
  if (!response ||
      (response->rcode != DnsRcode::kNoError && response->rcode != DnsRcode::kNxDomain)) {
    return finish(now, {});
  }
  if (response->rcode == DnsRcode::kNoError) {
    const HostLookup result = read_answers(*response, type_);
    if (result.found()) {
      return finish(now, result);
    }
    name_was_there_ = true;
  }
  ask_next(now);
}

}  // namespace vpclab::app
