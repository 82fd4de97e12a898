#include "emulator/control/key_pair.h"

#include <algorithm>

#include "emulator/api/generated/key_pair.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"
#include "netstack/base/rng.h"

namespace vpclab::control {
namespace {

constexpr std::size_t kMaxNameSize = 255;
constexpr std::size_t kFingerprintOctets = 20;
constexpr std::string_view kHex = "0123456789abcdef";

KeyPair* find_by_name(const Call& call, const std::string& name) {
  for (KeyPair& key : call.inventory().key_pairs) {
    if (key.name == name && key.owner == call.owner) {
      return &key;
    }
  }
  return nullptr;
}

/// Twenty octets that depend on the key alone.
std::string fingerprint_of(const api::KeyPairId& id) {
  base::Rng rng(id.digits().low, "control/key-fingerprint");
  std::string text;
  for (std::size_t i = 0; i < kFingerprintOctets; ++i) {
    const std::uint64_t octet = rng.below(256);
    text += text.empty() ? "" : ":";
    text += kHex[octet >> 4];
    text += kHex[octet & 0xf];
  }
  return text;
}

/// What stands where AWS would hand out a private key: nobody can log in with it.
std::string material_of(const KeyPair& key) {
  return "-----BEGIN EMULATED PRIVATE KEY-----\n" + key.id.text() + " " + key.type + " " +
         key.fingerprint + "\n-----END EMULATED PRIVATE KEY-----\n";
}

constexpr FilterField<KeyPair> kKeyPairFilters[] = {
    {"fingerprint",
     [](const Call&, const KeyPair& key, FilterValues& values) { values.add(key.fingerprint); }},
    {"key-name",
     [](const Call&, const KeyPair& key, FilterValues& values) { values.add(key.name); }},
    {"key-pair-id",
     [](const Call&, const KeyPair& key, FilterValues& values) { values.add(key.id.text()); }},
};

/// A new key pair of a name that is free, and the tags for it.
template <class Request>
api::ApiResult<KeyPair*> make_key_pair(Call& call, const Request& request,
                                       const std::string& type) {
  const std::string name = request.key_name.value_or("");
  if (name.empty()) {
    return tl::unexpected(api::missing_parameter("KeyName"));
  }
  if (name.size() > kMaxNameSize) {
    return tl::unexpected(api::invalid_parameter_value("keyName", name));
  }
  if (find_by_name(call, name) != nullptr) {
    return api::refuse(api::code::kInvalidKeyPairDuplicate, "The keypair already exists");
  }
  auto tags = tags_for(request.tag_specifications, "key-pair");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  Table<KeyPair>& table = call.inventory().key_pairs;
  const auto id = call.new_id(table);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  KeyPair key{*id, call.owner, call.now, name, type, fingerprint_of(*id)};
  put_tags(call, *id, std::move(*tags));
  return &table.at(table.insert(std::move(key)));
}

}  // namespace

api::KeyPairInfo describe(const Call& call, const KeyPair& key_pair) {
  api::KeyPairInfo described;
  described.key_pair_id = key_pair.id.text();
  described.key_fingerprint = key_pair.fingerprint;
  described.key_name = key_pair.name;
  described.key_type = key_pair.type;
  described.tags = describe_tags(call, key_pair.id);
  described.create_time = call.timestamp(key_pair.created);
  return described;
}

api::ApiResult<api::CreateKeyPairResponse> handle(Call& call,
                                                  const api::CreateKeyPairRequest& request) {
  const std::string type = request.key_type.value_or("rsa");
  if (type != "rsa" && type != "ed25519") {
    return tl::unexpected(api::invalid_parameter_value("keyType", type));
  }
  const auto key = make_key_pair(call, request, type);
  if (!key.has_value()) {
    return tl::unexpected(key.error());
  }
  return api::CreateKeyPairResponse{.key_fingerprint = (*key)->fingerprint,
                                    .key_material = material_of(**key),
                                    .key_name = (*key)->name,
                                    .key_pair_id = (*key)->id.text(),
                                    .tags = describe_tags(call, (*key)->id)};
}

api::ApiResult<api::ImportKeyPairResponse> handle(Call& call,
                                                  const api::ImportKeyPairRequest& request) {
  const std::string material = request.public_key_material.value_or("");
  if (material.empty()) {
    return tl::unexpected(api::missing_parameter("PublicKeyMaterial"));
  }
  const bool ed25519 = material.find("ed25519") != std::string::npos;
  const auto key = make_key_pair(call, request, ed25519 ? "ed25519" : "rsa");
  if (!key.has_value()) {
    return tl::unexpected(key.error());
  }
  return api::ImportKeyPairResponse{.key_fingerprint = (*key)->fingerprint,
                                    .key_name = (*key)->name,
                                    .key_pair_id = (*key)->id.text(),
                                    .tags = describe_tags(call, (*key)->id)};
}

api::ApiResult<api::DeleteKeyPairResponse> handle(Call& call,
                                                  const api::DeleteKeyPairRequest& request) {
  KeyPair* key = nullptr;
  if (request.key_pair_id.has_value()) {
    const auto found = find<KeyPair>(call, *request.key_pair_id);
    if (!found.has_value()) {
      return tl::unexpected(found.error());
    }
    key = *found;
  } else if (request.key_name.has_value()) {
    key = find_by_name(call, *request.key_name);  // a name that is not there is no error
  } else {
    return tl::unexpected(api::missing_parameter("KeyName"));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (key != nullptr) {
    const api::KeyPairId id = key->id;
    drop_tags(call.inventory(), call.owner, id);
    call.inventory().key_pairs.erase(id);
  }
  return api::DeleteKeyPairResponse{};
}

api::ApiResult<api::DescribeKeyPairsResponse> handle(Call& call,
                                                     const api::DescribeKeyPairsRequest& request) {
  std::vector<std::string> ids = request.key_pair_ids;
  for (const std::string& name : request.key_names) {
    const KeyPair* key = find_by_name(call, name);
    if (key == nullptr) {
      return api::refuse(api::code::kInvalidKeyPairNotFound,
                         "The key pair '" + name + "' does not exist");
    }
    ids.push_back(key->id.text());
  }
  const auto selected = select<KeyPair>(call, ids, request.filters, kKeyPairFilters);
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeKeyPairsResponse response;
  for (const KeyPair* key : selected->items) {
    response.key_pairs.push_back(describe(call, *key));
  }
  return response;
}

}  // namespace vpclab::control
