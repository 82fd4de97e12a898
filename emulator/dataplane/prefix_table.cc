#include "emulator/dataplane/prefix_table.h"

#include <algorithm>
#include <cstddef>

namespace vpclab::dataplane {

PrefixTable::PrefixTable(std::span<const wire::Ipv4Prefix> prefixes) {
  if (prefixes.empty()) {
    return;
  }
  std::vector<std::uint32_t> order(prefixes.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  // Outer prefixes before the inner ones that begin at the same address; stable, so that of equal
  // ones the first given comes first.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return prefixes[a] < prefixes[b]; });

  const auto append = [this](std::uint32_t start, std::uint32_t answer) {
    if (!starts_.empty() && starts_.back() == start) {
      answers_.back() = answer;  // an inner prefix begins where its outer one does
    } else if (answers_.empty() || answers_.back() != answer) {
      starts_.push_back(start);
      answers_.push_back(answer);
    }
  };

  std::vector<std::uint32_t> open;  // the prefixes around the current address, outermost first
  const auto close_before = [&](std::uint64_t address) {
    while (!open.empty()) {
      const std::uint64_t end = std::uint64_t{prefixes[open.back()].last().to_host_order()} + 1;
      if (end > address) {
        return;
      }
      open.pop_back();
      if (end <= 0xffff'ffffU) {
        append(static_cast<std::uint32_t>(end), open.empty() ? kNone : open.back());
      }
    }
  };

  append(0, kNone);
  for (const std::uint32_t i : order) {
    const std::uint32_t start = prefixes[i].first().to_host_order();
    close_before(start);
    if (!open.empty() && prefixes[open.back()] == prefixes[i]) {
      continue;
    }
    append(start, i);
    open.push_back(i);
  }
  close_before(std::uint64_t{1} << 32);
  starts_.shrink_to_fit();
  answers_.shrink_to_fit();
}

}  // namespace vpclab::dataplane
