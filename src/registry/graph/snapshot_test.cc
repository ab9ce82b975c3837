// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/snapshot.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "registry/graph/answers.h"
#include "registry/graph/builder.h"
#include "registry/internal/declared.h"

namespace countersign::registry::graph {
namespace {

using internal::day;

TieEngine engine() {
  CatalogueBuilder builder;
  const std::uint8_t us = builder.authority("US");
  const std::uint8_t fr = builder.authority("FR");
  builder.currency(us, "USD");
  for (int i = 0; i < 50; ++i) {
    const Node item = builder.item(fmt::format("item {}", i));
    builder.price(item, us, 1'000 + i);
    const std::uint32_t description = builder.describe(item, us, i % 11 != 5);
    builder.contains(description, builder.item(fmt::format("part {}", i % 7)),
                     builder.origin(i % 2 == 0 ? "US" : "DE"), i, 9'000'000'000);
    if (i > 0) builder.contains(description, builder.item(fmt::format("item {}", i / 2)), 0, 1, {});
    builder.needs(description, builder.node(NodeKind::Data, i % 3 == 0 ? "FR/maps" : "DE/maps"));
    builder.made_with(description, builder.node(NodeKind::Technology, "etching"));
  }
  builder.supplied_by(builder.node(NodeKind::Data, "FR/maps"), builder.supplier("FR"));
  builder.supplied_by(builder.node(NodeKind::Data, "DE/maps"), builder.supplier("DE"));
  builder.of_class(builder.item("part 3"), builder.product_class("fuze"));
  builder.claim({"c1", fr, Basis::Component, ClaimFact::On::Class, builder.product_class("fuze"),
                 builder.period({day("2025-01-01"), base::kDistantFuture})});
  builder.rule({us, "X", {{ComponentRule::Kind::DeMinimis, 1'000}, true, false}, 0});
  auto built = std::move(builder).build();
  CHECK(built.has_value());
  return TieEngine::build(std::move(built.value()), day("2025-06-10"));
}

// As a mapping gives them: at a multiple of 64.
class Bytes {
 public:
  explicit Bytes(const TieEngine& engine) {
    CHECK(write_snapshot(engine, [&](std::span<const std::byte> piece) {
      all_.insert(all_.end(), piece.begin(), piece.end());
      return true;
    }));
    place();
  }
  void cut(std::size_t size) {
    all_.resize(size);
    place();
  }
  std::size_t size() const { return all_.size(); }
  const std::vector<std::byte>& all() const { return all_; }
  std::span<std::byte> span() { return {aligned_.get(), all_.size()}; }

 private:
  void place() {
    const std::size_t size = (all_.size() + 63) / 64 * 64;
    aligned_.reset(static_cast<std::byte*>(std::aligned_alloc(64, size + 64)));
    std::copy(all_.begin(), all_.end(), aligned_.get());
  }
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::vector<std::byte> all_;
  std::unique_ptr<std::byte, Free> aligned_;
};

void expect_same(const TieEngine& a, const TieEngine& b) {
  ASSERT_EQ(a.catalogue().nodes(), b.catalogue().nodes());
  EXPECT_EQ(a.at(), b.at());
  for (Node node = 0; node < a.catalogue().nodes(); ++node) {
    EXPECT_EQ(a.catalogue().name(node), b.catalogue().name(node));
    for (const std::string_view destination : {"", "X"}) {
      EXPECT_EQ(ties_of(a, node, a.rules(destination)), ties_of(b, node, b.rules(destination)));
    }
  }
}

TEST(Snapshot, AnswersAsTheEngineDid) {
  TieEngine written = engine();
  Bytes bytes(written);
  auto read = read_snapshot(bytes.span(), "f", 2);
  ASSERT_TRUE(read.has_value()) << base::to_text(read.error());
  expect_same(written, read.value());
  EXPECT_TRUE(read.value().catalogue().item("item 7").has_value());
  EXPECT_FALSE(read.value().catalogue().item("item 77").has_value());
}

TEST(Snapshot, ChangesAsTheEngineDoes) {
  TieEngine written = engine();
  Bytes bytes(written);
  auto read = read_snapshot(bytes.span(), "f");
  ASSERT_TRUE(read.has_value());
  for (TieEngine* one : {&written, &read.value()}) {
    const Node part = *one->catalogue().item("part 1");
    EXPECT_FALSE(one->change_origin(part, *one->origin("FR")).empty());
    const Node fuze = *one->catalogue().item("part 3");
    EXPECT_FALSE(one->add_claim({"c2", 0, Basis::Data, ClaimFact::On::Item, fuze, 0}).empty());
  }
  expect_same(written, read.value());
  TieEngine early = std::move(read.value()).at_another_date(day("2024-01-01"));
  EXPECT_NE(ties_of(early, *early.catalogue().item("item 3"), early.rules()),
            ties_of(written, *written.catalogue().item("item 3"), written.rules()));
}

TEST(Snapshot, HasTheSameBytesWhereverRowsLay) {
  TieEngine changed = engine();
  const Bytes before(changed);
  const Node part = *changed.catalogue().item("part 1");
  ASSERT_FALSE(changed.change_origin(part, *changed.origin("DE")).empty());
  EXPECT_NE(Bytes(changed).all(), before.all());
  // Back: rows of another length lie somewhere else than they did.
  TieEngine twice = engine();
  for (const char* origin : {"FR", "US"}) {
    ASSERT_FALSE(twice.change_origin(part, *twice.origin(origin)).empty());
    ASSERT_FALSE(changed.change_origin(part, *changed.origin(origin)).empty());
  }
  EXPECT_EQ(Bytes(changed).all(), Bytes(twice).all());
  // Several threads: who takes which nodes is chance.
  const auto many = [](unsigned threads) {
    CatalogueBuilder builder;
    const std::uint8_t us = builder.authority("US");
    for (int i = 0; i < 50'000; ++i) {
      builder.contains(builder.describe(builder.item(fmt::format("item {}", i)), us, true),
                       builder.item(fmt::format("part {}", i % 1'000)), builder.origin("US"), 1, i);
    }
    auto built = std::move(builder).build();
    CHECK(built.has_value());
    return TieEngine::build(std::move(built.value()), day("2025-06-10"), threads);
  };
  const Bytes alone(many(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Bytes(many(4)).all(), alone.all());
}

TEST(Snapshot, RefusesWhatWasCutOrChanged) {
  const TieEngine written = engine();
  Bytes whole(written);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{40}, std::size_t{200}, whole.size() - 1, whole.size() / 2}) {
    Bytes cut(written);
    cut.cut(size);
    EXPECT_FALSE(read_snapshot(cut.span(), "f").has_value()) << size;
  }
  std::mt19937_64 random(1844674407);
  int found = 0;
  constexpr int kTries = 300;
  for (int i = 0; i < kTries; ++i) {
    Bytes changed(written);
    // Bytes that only fill up to the next section say nothing; almost all others are summed.
    changed.span()[random() % changed.size()] ^= static_cast<std::byte>(1U << random() % 8);
    found += read_snapshot(changed.span(), "f").has_value() ? 0 : 1;
  }
  EXPECT_GT(found, kTries * 95 / 100);
}

}  // namespace
}  // namespace countersign::registry::graph
