// SPDX-License-Identifier: Apache-2.0
#include "seal/digest.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::seal {
namespace {

using base::as_bytes;

// FIPS 180-4 examples.
constexpr std::string_view kOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesTheKnownAnswers) {
  EXPECT_EQ(to_hex(sha256(as_bytes(""))), kOfNothing);
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), kOfAbc);
  EXPECT_EQ(to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(as_bytes(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesHashLikeTheirWhole) {
  EXPECT_EQ(to_hex(sha256(as_bytes("a"), as_bytes("b"), as_bytes("c"))), kOfAbc);
  EXPECT_EQ(to_hex(sha256(as_bytes(""), as_bytes("abc"))), kOfAbc);
  Sha256 hash;
  hash.update(as_bytes("ab"));
  hash.update(as_bytes("c"));
  EXPECT_EQ(to_hex(hash.finish()), kOfAbc);
  EXPECT_EQ(to_hex(hash.finish()), kOfNothing);
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Hmac, GivesTheKnownAnswers) {
  const auto hex = [](const std::string& key, std::string_view message) {
    return to_hex(hmac_sha256(as_bytes(key), as_bytes(message)));
  };
  EXPECT_EQ(hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Sha256, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::array<bool, 4> right{};
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&right, t] {
      bool all = true;
      for (int i = 0; i < 2000; ++i) all = all && to_hex(sha256(as_bytes("abc"))) == kOfAbc;
      right[t] = all;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, (std::array<bool, 4>{true, true, true, true}));
}

TEST(Digest, TextFormReadsBackAndIsTheOnlyOne) {
  const Digest digest = sha256(as_bytes("abc"));
  const std::string text = to_text(digest);
  EXPECT_EQ(text, "sha256:" + std::string(kOfAbc));
  EXPECT_EQ(parse_digest(text), digest);
  std::string upper = text;
  upper[7] = 'B';
  for (const std::string& bad : {std::string(kOfAbc), text + "0", text.substr(0, 70), upper,
                                 "SHA256:" + std::string(kOfAbc), std::string()}) {
    EXPECT_FALSE(parse_digest(bad)) << bad;
  }
  EXPECT_FALSE(digest_from_bytes(base::Bytes(31)));
}

}  // namespace
}  // namespace countersign::seal
