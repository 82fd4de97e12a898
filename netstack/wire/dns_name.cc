#include "netstack/wire/dns_name.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace vpclab::wire {
namespace {

constexpr std::string_view kReverseZone = "\7in-addr\4arpa";

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Lengths are below 64 and no letters, so that folding the whole is right.
std::string fold(std::string_view labels) {
  std::string folded(labels);
  std::transform(folded.begin(), folded.end(), folded.begin(), to_lower);
  return folded;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One octet of a label: a character, `\.` or `\123`. Nothing if the text is no octet.
std::optional<std::uint8_t> take_octet(std::string_view& text) {
  char c = text.front();
  text.remove_prefix(1);
  if (c != '\\') {
    return static_cast<std::uint8_t>(c);
  }
  if (text.empty()) {
    return std::nullopt;
  }
  if (!is_digit(text.front())) {
    c = text.front();
    text.remove_prefix(1);
    return static_cast<std::uint8_t>(c);
  }
  if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) {
    return std::nullopt;
  }
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  text.remove_prefix(3);
  return value > 255 ? std::nullopt : std::optional(static_cast<std::uint8_t>(value));
}

void append_octet(std::string& text, std::uint8_t octet) {
  constexpr std::string_view kSpecial = "\"$().;@\\";
  if (octet <= 0x20 || octet >= 0x7f) {
    const std::string digits = std::to_string(1000 + octet);
    text += '\\' + digits.substr(1);
    return;
  }
  const char c = static_cast<char>(octet);
  if (kSpecial.find(c) != std::string_view::npos) {
    text += '\\';
  }
  text += c;
}

std::string text_of(std::string_view labels) {
  std::string text;
  for (std::size_t at = 0; at < labels.size();) {
    const std::size_t size = static_cast<std::uint8_t>(labels[at]);
    for (const char c : labels.substr(at + 1, size)) {
      append_octet(text, static_cast<std::uint8_t>(c));
    }
    text += '.';
    at += 1 + size;
  }
  return text;
}

}  // namespace

Result<DnsName> DnsName::parse(std::string_view text) {
  DnsName name;
  if (text == ".") {
    return name;
  }
  if (text.empty()) {
    return fail("a domain name is not empty");
  }
  while (!text.empty()) {
    std::vector<std::uint8_t> label;
    bool ended = false;
    while (!text.empty() && !ended) {
      if (text.front() == '.') {
        text.remove_prefix(1);
        ended = true;
        continue;
      }
      const std::optional<std::uint8_t> octet = take_octet(text);
      if (!octet) {
        return fail("a domain name has a backslash before a character or three digits only");
      }
      label.push_back(*octet);
    }
    if (label.empty()) {
      return fail("a domain name has no empty labels");
    }
    if (label.size() > kMaxLabel) {
      return fail("a label of a domain name has 63 octets at most");
    }
    if (!name.append(label)) {
      return fail("a domain name has 255 octets at most");
    }
  }
  return name;
}

DnsName DnsName::reverse_of(Ipv4Address address) {
  DnsName name;
  std::uint32_t rest = address.to_host_order();
  for (int i = 0; i < 4; ++i, rest >>= 8) {
    const std::string number = std::to_string(rest & 0xff);
    name.labels_ += static_cast<char>(number.size());
    name.labels_ += number;
  }
  name.labels_ += kReverseZone;
  return name;
}

bool DnsName::append(Bytes label) {
  if (label.empty() || label.size() > kMaxLabel || labels_.size() + label.size() + 2 > kMaxSize) {
    return false;
  }
  labels_ += static_cast<char>(label.size());
  labels_.append(label.begin(), label.end());
  return true;
}

std::optional<DnsName> DnsName::below(const DnsName& suffix) const {
  DnsName whole = *this;
  whole.labels_ += suffix.labels_;
  return whole.labels_.size() + 1 > kMaxSize ? std::nullopt : std::optional(std::move(whole));
}

std::size_t DnsName::label_count() const {
  std::size_t count = 0;
  for (std::size_t at = 0; at < labels_.size();
       at += std::size_t{1} + static_cast<std::uint8_t>(labels_[at])) {
    ++count;
  }
  return count;
}

DnsName DnsName::parent() const {
  DnsName rest;
  rest.labels_ = labels_.substr(1 + static_cast<std::size_t>(labels_[0]));
  return rest;
}

bool DnsName::is_within(const DnsName& zone) const {
  DnsName tail = *this;
  while (tail.labels_.size() > zone.labels_.size()) {
    tail = tail.parent();
  }
  return tail == zone;
}

std::optional<Ipv4Address> DnsName::reversed_address() const {
  const std::string lower = fold(labels_);
  if (label_count() != 6 || !lower.ends_with(kReverseZone)) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  std::size_t at = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t size = static_cast<std::uint8_t>(labels_[at]);
    const std::string_view number = std::string_view(labels_).substr(at + 1, size);
    std::uint32_t octet = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + size, octet);
    if (error != std::errc{} || end != number.data() + size || octet > 255 ||
        (size > 1 && number[0] == '0')) {
      return std::nullopt;
    }
    value |= octet << (8 * i);
    at += 1 + size;
  }
  return Ipv4Address::from_host_order(value);
}

std::string DnsName::folded() const {
  std::string text = text_of(fold(labels_));
  if (text.empty()) {
    return ".";
  }
  text.pop_back();
  return text;
}

bool operator==(const DnsName& a, const DnsName& b) {
  return a.labels_.size() == b.labels_.size() && fold(a.labels_) == fold(b.labels_);
}

std::string to_string(const DnsName& name) { return name.is_root() ? "." : text_of(name.labels()); }

}  // namespace vpclab::wire
