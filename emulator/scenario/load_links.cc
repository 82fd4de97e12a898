// The sections `links:` (what is wrong with the wires) and `internet:` (who lives out there).
#include <array>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {
namespace {

constexpr Duration kLongestDelay = std::chrono::hours(1);
constexpr Duration kLongestJitter = std::chrono::seconds(4);

template <std::optional<std::uint32_t> Impairment::*kMember>
void read_share(Loader& loader, const Node& node, Impairment& impairment) {
  impairment.*kMember = loader.reader().share(node);
}

template <std::optional<Duration> Impairment::*kMember, const Duration& kLongest>
void read_delay(Loader& loader, const Node& node, Impairment& impairment) {
  const std::optional<Located<Duration>> delay = loader.reader().duration(node);
  if (delay.has_value() && delay->value > kLongest) {
    loader.reader().complain(node.mark, "at most " + to_string(kLongest));
  } else if (delay.has_value()) {
    impairment.*kMember = delay->value;
  }
}

constexpr std::array<LoaderField<Impairment>, 9> kImpairmentFields{{
    {"loss", false, &read_share<&Impairment::loss_ppm>},
    {"duplicate", false, &read_share<&Impairment::duplicate_ppm>},
    {"reorder", false, &read_share<&Impairment::reorder_ppm>},
    {"corrupt", false, &read_share<&Impairment::corrupt_ppm>},
    {"delay", false, &read_delay<&Impairment::delay, kLongestDelay>},
    {"jitter", false, &read_delay<&Impairment::jitter, kLongestJitter>},
    {"rate", false,
     [](Loader& loader, const Node& node, Impairment& impairment) {
       impairment.rate_bits_per_second = loader.reader().rate(node);
     }},
    {"queue", false,
     [](Loader& loader, const Node& node, Impairment& impairment) {
       impairment.queue_bytes = loader.reader().size(node);
     }},
    {"up", false,
     [](Loader& loader, const Node& node, Impairment& impairment) {
       if (const std::optional<Flag> up = loader.reader().flag(node)) {
         impairment.up = up->value;
       }
     }},
}};

/// A link's entry while it is read: what holds for both directions, and for each.
struct LinkEntry {
  Impairment both;
  std::optional<Impairment> out;
  std::optional<Impairment> in;
};

template <std::optional<Impairment> LinkEntry::*kMember>
void read_direction(Loader& loader, const Node& node, LinkEntry& entry) {
  Impairment& impairment = (entry.*kMember).emplace();
  read_mapping(loader, node, node.mark, "link direction", kImpairmentFields, impairment);
}

/// A field of an impairment that holds for both directions.
template <std::size_t kIndex>
void read_both(Loader& loader, const Node& node, LinkEntry& entry) {
  kImpairmentFields[kIndex].read(loader, node, entry.both);
}

template <std::size_t... kIndices>
constexpr auto make_link_fields(std::index_sequence<kIndices...> /*indices*/) {
  return std::array<LoaderField<LinkEntry>, sizeof...(kIndices) + 2>{{
      {kImpairmentFields[kIndices].key, false, &read_both<kIndices>}...,
      {"out", false, &read_direction<&LinkEntry::out>},
      {"in", false, &read_direction<&LinkEntry::in>},
  }};
}

constexpr auto kLinkFields = make_link_fields(std::make_index_sequence<kImpairmentFields.size()>());

template <class T>
void override_with(std::optional<T>& base, const std::optional<T>& special) {
  if (special.has_value()) {
    base = special;
  }
}

/// `special`, with what it leaves open taken from `base`.
Impairment merged(const Impairment& base, const std::optional<Impairment>& special) {
  Impairment result = base;
  if (special.has_value()) {
    override_with(result.loss_ppm, special->loss_ppm);
    override_with(result.duplicate_ppm, special->duplicate_ppm);
    override_with(result.reorder_ppm, special->reorder_ppm);
    override_with(result.corrupt_ppm, special->corrupt_ppm);
    override_with(result.delay, special->delay);
    override_with(result.jitter, special->jitter);
    override_with(result.rate_bits_per_second, special->rate_bits_per_second);
    override_with(result.queue_bytes, special->queue_bytes);
    override_with(result.up, special->up);
  }
  return result;
}

/// The section `internet:` while it is read.
struct InternetSection {
  std::vector<InternetHost>* hosts = nullptr;
};

void read_hosts(Loader& loader, const Node& node, InternetSection& section) {
  if (node.is_null() || !loader.reader().expect_mapping(node, "hosts")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    std::optional<Text> address = loader.reader().text(entry.value);
    if (loader.declare(entry.key, entry.key.text, NameKind::kInternetHost) && address.has_value()) {
      section.hosts->push_back(
          InternetHost{Text{entry.key.text, entry.key.mark}, std::move(*address)});
    }
  }
}

constexpr std::array<LoaderField<InternetSection>, 1> kInternetFields{
    {{"hosts", false, &read_hosts}}};

}  // namespace

void load_links(Loader& loader, const Node& node, std::vector<LinkChange>& out) {
  if (node.is_null() || !loader.reader().expect_mapping(node, "links")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    LinkEntry read;
    const std::string what = "link '" + printable(entry.key.text, 64) + "'";
    if (read_mapping(loader, entry.value, entry.key.mark, what, kLinkFields, read)) {
      out.push_back(LinkChange{Text{entry.key.text, entry.key.mark}, merged(read.both, read.out),
                               merged(read.both, read.in)});
    }
  }
}

void load_internet(Loader& loader, const Node& node) {
  InternetSection section{&loader.scenario().internet_hosts};
  read_mapping(loader, node, node.mark, "internet", kInternetFields, section);
}

void list_link_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("impairment", kImpairmentFields));
  tables.push_back(key_table("link", kLinkFields));
  tables.push_back(key_table("internet", kInternetFields));
}

}  // namespace vpclab::scenario
