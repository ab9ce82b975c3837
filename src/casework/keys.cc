// SPDX-License-Identifier: Apache-2.0
#include "casework/keys.h"

#include <array>

#include <fmt/format.h>

#include "casework/files.h"

namespace countersign::casework {

namespace fs = std::filesystem;

base::Result<seal::PublicKey> make_key(const fs::path& path) {
  std::array<std::uint8_t, seal::SigningKey::kSeedSize> seed{};
  BOOST_OUTCOME_TRY(fill_random(seed));
  const seal::SigningKey key = seal::SigningKey::from_seed(seed);
  seed.fill(0);
  std::string secret = key.secret_text();
  auto written = write_file(path, secret, Secrecy::Private);
  seal::wipe(secret);
  BOOST_OUTCOME_TRY(std::move(written));
  return key.public_key();
}

base::Result<seal::SigningKey> load_key(const fs::path& path) {
  std::error_code none;
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  if ((fs::status(path, none).permissions() & others) != fs::perms::none && !none) {
    return error(CaseworkError::Unreadable,
                 fmt::format("`{}` is a private key that others than its owner may use: "
                             "`chmod 600 {}`, and withdraw it if somebody had it",
                             path.string(), path.string()));
  }
  BOOST_OUTCOME_TRY(std::string text, read_file(path, 65536));
  auto key = seal::SigningKey::parse(text, path.string());
  seal::wipe(text);
  if (!key) return error(CaseworkError::Unreadable, base::to_text(key.error()));
  return std::move(key.value());
}

fs::path KeyFolder::file_of(std::string_view holder) const {
  return path_ / fmt::format("{}.key", holder);
}

base::Result<seal::SigningKey> KeyFolder::load(std::string_view holder) const {
  return load_key(file_of(holder));
}

base::Result<seal::PublicKey> KeyFolder::load_or_make(std::string_view holder) const {
  const fs::path file = file_of(holder);
  if (fs::exists(file)) {
    BOOST_OUTCOME_TRY(const seal::SigningKey key, load_key(file));
    return key.public_key();
  }
  std::error_code failure;
  fs::create_directories(file.parent_path(), failure);
  if (failure) {
    return error(
        CaseworkError::Unwritable,
        fmt::format("cannot make `{}`: {}", file.parent_path().string(), failure.message()));
  }
  return make_key(file);
}

}  // namespace countersign::casework
