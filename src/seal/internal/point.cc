// SPDX-License-Identifier: Apache-2.0
#include "seal/internal/point.h"

#include <array>
#include <memory>

#include <openssl/bn.h>

#include "base/check.h"

namespace countersign::seal {
namespace {

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};
struct FreeScratch {
  void operator()(BN_CTX* scratch) const { BN_CTX_free(scratch); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;
using Scratch = std::unique_ptr<BN_CTX, FreeScratch>;

Number from_hex(const char* hex) {
  BIGNUM* number = nullptr;
  CHECK(BN_hex2bn(&number, hex) != 0);
  return Number(number);
}

Number make() {
  Number number(BN_new());
  CHECK(number != nullptr);
  return number;
}

// RFC 8032 section 5.1: the field's prime 2^255 - 19 and the curve's d.
constexpr const char* kPrime = "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED";
constexpr const char* kD = "52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3";
// The y of the four points of order 8 (two values, each with either x). Together with 0 (order 4),
// 1 (the identity) and -1 (order 2) these are all points whose order divides the cofactor.
constexpr std::array<const char*, 2> kOrderEight = {
    "05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826",
    "7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7"};

bool is_small_order(const BIGNUM* y, const BIGNUM* minus_one) {
  if (BN_is_zero(y) || BN_is_one(y) || BN_cmp(y, minus_one) == 0) return true;
  for (const char* hex : kOrderEight) {
    if (BN_cmp(y, from_hex(hex).get()) == 0) return true;
  }
  return false;
}

}  // namespace

PointCheck check_ed25519_point(base::ByteView encoded) {
  CHECK(encoded.size() == 32);
  std::array<std::uint8_t, 32> bytes{};
  std::copy(encoded.begin(), encoded.end(), bytes.begin());
  bytes[31] &= 0x7f;  // the highest bit is the sign of x

  const Scratch scratch(BN_CTX_new());
  CHECK(scratch != nullptr);
  const Number p = from_hex(kPrime);
  const Number d = from_hex(kD);
  const Number y(BN_lebin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  CHECK(y != nullptr);
  if (BN_cmp(y.get(), p.get()) >= 0) return PointCheck::NotCanonical;

  const Number minus_one(BN_dup(p.get()));
  CHECK(minus_one != nullptr && BN_sub_word(minus_one.get(), 1) == 1);
  if (is_small_order(y.get(), minus_one.get())) return PointCheck::SmallOrder;

  // x^2 = u / v with u = y^2 - 1 and v = d y^2 + 1 has a root when u v is a square, because
  // u / v = u v / v^2.
  const Number square = make();
  const Number u = make();
  const Number v = make();
  const Number product = make();
  CHECK(BN_mod_sqr(square.get(), y.get(), p.get(), scratch.get()) == 1);
  CHECK(BN_mod_sub(u.get(), square.get(), BN_value_one(), p.get(), scratch.get()) == 1);
  CHECK(BN_mod_mul(v.get(), d.get(), square.get(), p.get(), scratch.get()) == 1);
  CHECK(BN_mod_add(v.get(), v.get(), BN_value_one(), p.get(), scratch.get()) == 1);
  CHECK(BN_mod_mul(product.get(), u.get(), v.get(), p.get(), scratch.get()) == 1);
  const int symbol = BN_kronecker(product.get(), p.get(), scratch.get());
  CHECK(symbol >= -1);
  return symbol == -1 ? PointCheck::NotOnCurve : PointCheck::Good;
}

}  // namespace countersign::seal
