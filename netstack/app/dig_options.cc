#include "netstack/app/dig_options.h"

#include <algorithm>
#include <utility>

namespace vpclab::app {
namespace {

using wire::DnsName;
using wire::DnsType;

constexpr std::string_view kLettersWithValue = "tqpxcbfky";

/// `+[no]name[=value]`.
struct PlusOption {
  std::string_view name;
  std::string_view value;
  bool on = true;
};

PlusOption split_plus(std::string_view word) {
  PlusOption option;
  const std::size_t equals = word.find('=');
  option.name = word.substr(1, equals == std::string_view::npos ? equals : equals - 1);
  option.value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  if (option.name.starts_with("no")) {
    option.on = false;
    option.name.remove_prefix(2);
  }
  return option;
}

class Parser {
 public:
  explicit Parser(std::span<const std::string> words) : words_(words) {}

  tl::expected<DigOptions, UsageError> parse() {
    options_.words.assign(words_.begin(), words_.end());
    for (at_ = 0; at_ < words_.size() && !error_; ++at_) {
      read_word(words_[at_]);
    }
    if (error_) {
      return tl::unexpected(*error_);
    }
    if (!has_name_ && !has_type_) {
      options_.question.type = DnsType::kNs;  // as `dig` alone does
    }
    return std::move(options_);
  }

 private:
  void fail(std::string message, int exit_status = 1) {
    error_ = UsageError{std::move(message), std::min(at_, words_.size()), exit_status};
  }

  void read_word(const std::string& word) {
    if (word.starts_with('@')) {
      read_server(word.substr(1));
    } else if (word.starts_with('+')) {
      read_plus(word);
    } else if (word.size() > 1 && word.starts_with('-')) {
      read_dash(word);
    } else if (const auto type = wire::parse_dns_type(word); type && !has_type_) {
      options_.question.type = *type;
      has_type_ = true;
    } else if (word != "IN" && word != "in") {
      read_name(word);
    }
  }

  void read_server(const std::string& text) {
    const auto address = wire::Ipv4Address::parse(text);
    if (!address) {
      fail("couldn't get address for '" + text + "': not found");
      return;
    }
    options_.server = *address;
  }

  void read_name(const std::string& text) {
    if (has_name_) {
      fail("a second name is not asked for here: '" + text + "'");
      return;
    }
    auto name = DnsName::parse(text);
    if (!name) {
      fail("'" + text + "' is not a legal name", 10);
      return;
    }
    options_.question.name = *std::move(name);
    has_name_ = true;
  }

  void read_dash(const std::string& word) {
    const char letter = word[1];
    if (letter == '4' && word.size() == 2) {
      return;
    }
    if (kLettersWithValue.find(letter) == std::string_view::npos) {
      fail("Invalid option: " + word);
      return;
    }
    std::string value = word.substr(2);
    if (value.empty() && at_ + 1 < words_.size()) {
      value = words_[++at_];
    }
    if (value.empty()) {
      fail("Invalid option: " + word);
      return;
    }
    read_dash_value(letter, value, word);
  }

  void read_dash_value(char letter, const std::string& value, const std::string& word) {
    switch (letter) {
      case 't':
        read_type(value);
        break;
      case 'q':
        read_name(value);
        break;
      case 'x':
        read_reverse(value);
        break;
      case 'p':
        options_.port = static_cast<std::uint16_t>(number(value, 1, 65'535, "port number"));
        break;
      case 'c':
        if (value != "IN" && value != "in") {
          fail("class " + value + " is not known here");
        }
        break;
      default:
        fail("option " + word + " is not known here");
    }
  }

  void read_type(const std::string& value) {
    const auto type = wire::parse_dns_type(value);
    if (!type) {
      fail("unknown type '" + value + "'");
      return;
    }
    options_.question.type = *type;
    has_type_ = true;
  }

  void read_reverse(const std::string& value) {
    const auto address = wire::Ipv4Address::parse(value);
    if (!address) {
      fail("Invalid IP address " + value);
      return;
    }
    options_.question.name = DnsName::reverse_of(*address);
    has_name_ = true;
    if (!has_type_) {
      options_.question.type = DnsType::kPtr;
    }
  }

  void read_plus(const std::string& word) {
    const PlusOption option = split_plus(word);
    if (option.name == "short") {
      options_.brief = option.on;
    } else if (option.name == "recurse" || option.name == "rec" || option.name == "rdflag") {
      options_.recursion_desired = option.on;
    } else if (option.name == "time" || option.name == "timeout") {
      options_.timeout = std::chrono::seconds(number(option.value, 1, 3600, "timeout"));
    } else if (option.name == "tries") {
      options_.tries = static_cast<std::uint32_t>(number(option.value, 1, 100, "tries"));
    } else if (option.name == "retry") {
      options_.tries = static_cast<std::uint32_t>(number(option.value, 0, 99, "retries")) + 1;
    } else if (option.name == "edns") {
      set_edns(option.on);
    } else if (option.name == "bufsize") {
      options_.edns_size =
          static_cast<std::uint16_t>(number(option.value, 0, 65'535, "buffer size"));
    } else if (option.name == "tcp" && option.on) {
      fail("option " + word + " is not known here: there is no TCP");
    } else if (!(option.name == "search" && !option.on) && !(option.name == "tcp")) {
      fail("Invalid option: " + word);
    }
  }

  void set_edns(bool on) {
    if (!on) {
      options_.edns_size.reset();
    } else if (!options_.edns_size) {
      options_.edns_size = std::uint16_t{1232};
    }
  }

  std::int64_t number(std::string_view text, std::int64_t least, std::int64_t most,
                      std::string_view what) {
    const auto value = parse_integer(text);
    if (!value || *value < least || *value > most) {
      fail("invalid " + std::string(what) + " '" + std::string(text) + "'" +
           (is_integer(text)
                ? ": out of range, " + std::to_string(least) + " to " + std::to_string(most)
                : ""));
      return least;
    }
    return *value;
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  DigOptions options_;
  bool has_name_ = false;
  bool has_type_ = false;
  std::optional<UsageError> error_;
};

}  // namespace

tl::expected<DigOptions, UsageError> parse_dig(std::span<const std::string> words) {
  return Parser(words).parse();
}

}  // namespace vpclab::app
