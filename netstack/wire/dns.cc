#include "netstack/wire/dns.h"

#include <map>
#include <utility>

#include "netstack/base/overloaded.h"

namespace vpclab::wire {
namespace {

constexpr std::uint8_t kPointer = 0xc0;
constexpr std::size_t kLastPointer = 0x3fff;
constexpr std::size_t kQuestionMin = 5;  // the root, type and class
constexpr std::size_t kRecordMin = 11;

// --- Reading -------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  /// The first error; what is read behind it means nothing.
  [[nodiscard]] const std::optional<DnsError>& error() const { return error_; }

  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  [[nodiscard]] std::size_t at() const { return at_; }

  void fail(DnsError error) {
    if (!error_) {
      error_ = error;
    }
    at_ = bytes_.size();
  }

  std::uint8_t u8() {
    if (left() < 1) {
      fail(DnsError::kTooShort);
      return 0;
    }
    return bytes_[at_++];
  }

  std::uint16_t u16() {
    if (left() < 2) {
      fail(DnsError::kTooShort);
      return 0;
    }
    at_ += 2;
    return load_be16(bytes_, at_ - 2);
  }

  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return (high << 16) | u16();
  }

  Bytes take(std::size_t size) {
    if (left() < size) {
      fail(DnsError::kTooShort);
      return {};
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }

  /// A name. Each pointer leads further back than the one before, so that reading ends.
  DnsName name() {
    DnsName read;
    std::size_t place = at_;
    std::size_t limit = at_;  // pointers lead to before this
    bool jumped = false;
    while (!error_) {
      if (place >= bytes_.size()) {
        fail(DnsError::kTooShort);
        break;
      }
      const std::uint8_t size = bytes_[place];
      if ((size & kPointer) == kPointer) {
        if (place + 1 >= bytes_.size()) {
          fail(DnsError::kTooShort);
          break;
        }
        const std::size_t target = load_be16(bytes_, place) & kLastPointer;
        at_ = jumped ? at_ : place + 2;
        jumped = true;
        if (target >= limit || target < DnsMessage::kHeaderSize) {
          fail(DnsError::kBadName);
        }
        place = limit = target;
        continue;
      }
      if (size == 0) {
        at_ = jumped ? at_ : place + 1;
        return read;
      }
      if (size <= DnsName::kMaxLabel && place + 1 + size > bytes_.size()) {
        fail(DnsError::kTooShort);
      } else if (size > DnsName::kMaxLabel || !read.append(bytes_.subspan(place + 1, size))) {
        fail(DnsError::kBadName);
      }
      place += std::size_t{size} + 1;
    }
    return {};
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::optional<DnsError> error_;
};

DnsSoa read_soa(Reader& reader) {
  DnsSoa soa;
  soa.primary = reader.name();
  soa.mailbox = reader.name();
  soa.serial = reader.u32();
  soa.refresh = reader.u32();
  soa.retry = reader.u32();
  soa.expire = reader.u32();
  soa.minimum = reader.u32();
  return soa;
}

DnsRecord read_record(Reader& reader) {
  DnsRecord record;
  record.name = reader.name();
  record.type = static_cast<DnsType>(reader.u16());
  record.record_class = reader.u16();
  record.ttl = reader.u32();
  const std::size_t size = reader.u16();
  if (reader.left() < size) {
    reader.fail(DnsError::kTooShort);
    return record;
  }
  const std::size_t end = reader.at() + size;
  const bool internet = record.record_class == kDnsInternet;
  if (internet && record.type == DnsType::kA && size == 4) {
    record.data = Ipv4Address::from_host_order(reader.u32());
  } else if (internet && record.type == DnsType::kA) {
    reader.fail(DnsError::kBadData);
  } else if (record.type == DnsType::kNs || record.type == DnsType::kCname ||
             record.type == DnsType::kPtr) {
    record.data = reader.name();
  } else if (record.type == DnsType::kSoa) {
    record.data = read_soa(reader);
  } else {
    const Bytes raw = reader.take(size);
    record.data = std::vector<std::uint8_t>(raw.begin(), raw.end());
  }
  if (!reader.error() && reader.at() != end) {
    reader.fail(DnsError::kBadData);
  }
  return record;
}

void read_records(Reader& reader, std::size_t count, bool may_have_edns,
                  std::vector<DnsRecord>& records, DnsMessage& message) {
  for (std::size_t i = 0; i < count && !reader.error(); ++i) {
    DnsRecord record = read_record(reader);
    if (record.type != DnsType::kOpt || reader.error()) {
      records.push_back(std::move(record));
    } else if (!may_have_edns || message.edns || !record.name.is_root()) {
      reader.fail(DnsError::kSecondEdns);
    } else {
      message.edns = DnsEdns{record.record_class, static_cast<std::uint8_t>(record.ttl >> 24),
                             static_cast<std::uint8_t>((record.ttl >> 16) & 0xff),
                             ((record.ttl >> 15) & 1) != 0};
    }
  }
}

// --- Writing -------------------------------------------------------------------------------------

class Writer {
 public:
  std::vector<std::uint8_t> bytes;

  void u8(unsigned value) { bytes.push_back(static_cast<std::uint8_t>(value & 0xff)); }

  void u16(std::size_t value) {
    u8(static_cast<unsigned>(value >> 8));
    u8(static_cast<unsigned>(value));
  }

  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value);
  }

  void set16(std::size_t at, std::size_t value) {
    store_be16(bytes, at, static_cast<std::uint16_t>(value));
  }

  /// A name; its tails that stand somewhere already become pointers. Cases are kept: only a tail of
  /// the very same octets is shared (as 0x20-mixed questions want it).
  void name(const DnsName& name) {
    std::string_view rest = name.labels();
    while (!rest.empty()) {
      const auto known = tails_.find(rest);
      if (known != tails_.end()) {
        u16(std::size_t{kPointer} << 8 | known->second);
        return;
      }
      if (bytes.size() <= kLastPointer) {
        tails_.emplace(std::string(rest), bytes.size());
      }
      const std::size_t size = static_cast<std::size_t>(rest.front()) + 1;
      bytes.insert(bytes.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
      rest.remove_prefix(size);
    }
    u8(0);
  }

  void record(const DnsRecord& record) {
    name(record.name);
    u16(static_cast<std::uint16_t>(record.type));
    u16(record.record_class);
    u32(record.ttl);
    const std::size_t size_at = bytes.size();
    u16(0);
    std::visit(Overloaded{[this](Ipv4Address address) { u32(address.to_host_order()); },
                          [this](const DnsName& target) { name(target); },
                          [this](const DnsSoa& soa) {
                            name(soa.primary);
                            name(soa.mailbox);
                            u32(soa.serial);
                            u32(soa.refresh);
                            u32(soa.retry);
                            u32(soa.expire);
                            u32(soa.minimum);
                          },
                          [this](const std::vector<std::uint8_t>& raw) {
                            bytes.insert(bytes.end(), raw.begin(), raw.end());
                          }},
               record.data);
    set16(size_at, bytes.size() - size_at - 2);
  }

  /// Takes back what was written since `size`.
  void cut(std::size_t size) {
    bytes.resize(size);
    std::erase_if(tails_, [size](const auto& tail) { return tail.second >= size; });
  }

 private:
  std::map<std::string, std::size_t, std::less<>> tails_;
};

/// As many records as fit; how many they were.
std::size_t write_records(Writer& writer, const std::vector<DnsRecord>& records,
                          std::size_t limit) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t before = writer.bytes.size();
    writer.record(records[i]);
    if (writer.bytes.size() > limit) {
      writer.cut(before);
      return i;
    }
  }
  return records.size();
}

std::size_t flags_of(const DnsMessage& message) {
  const auto bit = [](bool set, unsigned place) { return std::size_t{set} << place; };
  return bit(message.is_response, 15) | std::size_t{message.opcode & 0xfU} << 11 |
         bit(message.authoritative, 10) | bit(message.truncated, 9) |
         bit(message.recursion_desired, 8) | bit(message.recursion_available, 7) |
         bit(message.authentic_data, 5) | bit(message.checking_disabled, 4) |
         (static_cast<std::size_t>(message.rcode) & 0xf);
}

constexpr std::size_t kFlagsAt = 2;
constexpr std::size_t kCountsAt = 4;
constexpr std::size_t kTruncatedBit = 0x0200;
constexpr std::size_t kEdnsSize = 11;

}  // namespace

// --- Messages ------------------------------------------------------------------------------------

tl::expected<DnsMessage, DnsError> DnsMessage::parse(Bytes bytes) {
  Reader reader(bytes);
  DnsMessage message;
  message.id = reader.u16();
  const std::uint16_t flags = reader.u16();
  const auto has = [flags](unsigned place) { return ((flags >> place) & 1) != 0; };
  message.is_response = has(15);
  message.opcode = static_cast<std::uint8_t>((flags >> 11) & 0xf);
  message.authoritative = has(10);
  message.truncated = has(9);
  message.recursion_desired = has(8);
  message.recursion_available = has(7);
  message.authentic_data = has(5);
  message.checking_disabled = has(4);
  message.rcode = static_cast<DnsRcode>(flags & 0xf);
  std::array<std::size_t, 4> counts{};
  for (std::size_t& count : counts) {
    count = reader.u16();
  }
  if (reader.error()) {
    return tl::unexpected(*reader.error());
  }
  if (counts[0] * kQuestionMin + (counts[1] + counts[2] + counts[3]) * kRecordMin > reader.left()) {
    return tl::unexpected(DnsError::kTooMany);
  }
  for (std::size_t i = 0; i < counts[0] && !reader.error(); ++i) {
    DnsQuestion question;
    question.name = reader.name();
    question.type = static_cast<DnsType>(reader.u16());
    question.record_class = reader.u16();
    message.questions.push_back(std::move(question));
  }
  read_records(reader, counts[1], false, message.answers, message);
  read_records(reader, counts[2], false, message.authorities, message);
  read_records(reader, counts[3], true, message.additionals, message);
  if (!reader.error() && reader.left() > 0) {
    reader.fail(DnsError::kTrailing);
  }
  if (reader.error()) {
    return tl::unexpected(*reader.error());
  }
  return message;
}

std::vector<std::uint8_t> DnsMessage::emit(std::size_t limit) const {
  Writer writer;
  writer.u16(id);
  writer.u16(flags_of(*this));
  writer.u16(questions.size());
  for (int i = 0; i < 3; ++i) {
    writer.u16(0);
  }
  for (const DnsQuestion& question : questions) {
    writer.name(question.name);
    writer.u16(static_cast<std::uint16_t>(question.type));
    writer.u16(question.record_class);
  }
  const std::size_t room = limit - (edns ? kEdnsSize : 0);
  const std::size_t answered = write_records(writer, answers, room);
  const bool all_answers = answered == answers.size();
  const std::size_t authoritative_ones = all_answers ? write_records(writer, authorities, room) : 0;
  const bool all_said = all_answers && authoritative_ones == authorities.size();
  const std::size_t additional = all_said ? write_records(writer, additionals, room) : 0;
  if (edns) {
    writer.u8(0);
    writer.u16(static_cast<std::uint16_t>(DnsType::kOpt));
    writer.u16(edns->udp_size);
    writer.u8(edns->extended_rcode);
    writer.u8(edns->version);
    writer.u16(edns->dnssec_ok ? 0x8000 : 0);
    writer.u16(0);
  }
  if (!all_said) {
    writer.set16(kFlagsAt, flags_of(*this) | kTruncatedBit);
  }
  writer.set16(kCountsAt + 2, answered);
  writer.set16(kCountsAt + 4, authoritative_ones);
  writer.set16(kCountsAt + 6, additional + (edns ? 1 : 0));
  return std::move(writer.bytes);
}

DnsMessage answer_to(const DnsMessage& query, DnsRcode rcode) {
  DnsMessage answer;
  answer.id = query.id;
  answer.is_response = true;
  answer.opcode = query.opcode;
  answer.recursion_desired = query.recursion_desired;
  answer.recursion_available = true;
  answer.checking_disabled = query.checking_disabled;
  answer.rcode = rcode;
  answer.questions = query.questions;
  return answer;
}

}  // namespace vpclab::wire
