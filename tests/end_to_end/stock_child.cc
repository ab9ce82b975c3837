// SPDX-License-Identifier: Apache-2.0
// stock_child FOLDER DIRECTORY NUMBER: makes the instance FOLDER/instance when there is none,
// imports DIRECTORY and works on its stock from round NUMBER on, writing what is acknowledged to
// standard output, until it is killed. In each round something is delivered, and several clients
// ask at once for more than half of what is free. Ends by itself only when something is wrong.
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "casework/testing/depot.h"
#include "end_to_end/child_instance.h"
#include "end_to_end/stock_work.h"
#include "kernel/stock.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;

class Worker {
 public:
  Worker(const fs::path& folder, const fs::path& directory)
      : keys_(folder / "keys"),
        instance_(
            child_instance(folder, directory, keys_, [] { return testing::time("2025-06-02"); })) {
    auto key = keys_.load("UA/Staff");
    must(key);
    staff_.emplace(std::move(key.value()));
  }

  [[noreturn]] void work(std::uint64_t number) {
    for (;; ++number) {
      const std::string name = "S-" + std::to_string(number);
      enter(name, testing::row(name, "delivery", "held/North", kStockDelivery));
      tell(StockDone{StockStep::Delivered, number, 0, kStockDelivery});
      // Whoever comes first has it; there is not enough for a second.
      const std::int64_t wanted = free() / 2 + 1;
      std::vector<std::thread> clients;
      for (std::uint64_t client = 0; client < kStockClients; ++client) {
        clients.emplace_back([this, number, client, wanted] { be(number, client, wanted); });
      }
      for (std::thread& client : clients) client.join();
    }
  }

 private:
  Handled issued(const std::string& list, const std::string& rows) {
    return issue(*instance_, registry::PartyId("US"), testing::list_of(list, rows), keys_,
                 testing::time("2025-06-02"));
  }
  void enter(const std::string& list, const std::string& rows) {
    const auto entered = issued(list, rows);
    must(entered);
    must(entered.value());
  }

  void be(std::uint64_t number, std::uint64_t client, std::int64_t wanted) {
    const Actor actor{*staff_, registry::OfficeId("UA/Staff")};
    const std::string name = "S-" + std::to_string(number) + "-" + std::to_string(client);
    const kernel::CaseId id(name);
    const auto asked = ask(*instance_, actor, id, testing::transfer_of_m(wanted));
    must(asked);
    must(asked.value());
    const auto granted = grant(*instance_, id);
    must(granted);
    if (!granted.value()) {
      CHECK(granted.value().error().rule == "stock-short");
      return;
    }
    tell(StockDone{StockStep::Reserved, number, client, wanted});
    const auto drawn = draw(*instance_, actor, {registry::GrantId(name + "/G1"), wanted, {}, {}});
    must(drawn);
    must(drawn.value());
    tell(StockDone{StockStep::Drawn, number, client, wanted});
    enter(name + "-out", testing::row(name, "held/North", "handed-over", wanted,
                                      R"(, "grant": ")" + name + R"(/G1")"));
    tell(StockDone{StockStep::HandedOver, number, client, wanted});
  }

  std::int64_t free() {
    std::int64_t free = 0;
    instance_->look([&](const kernel::State& state) {
      const registry::Registers& registers = state.authorities().registers();
      const registry::RegistersView view = registers.view(state.now());
      const auto stock = kernel::item_stock({registers, view, &state}, registry::PartyId("US"),
                                            registry::ItemId("M"));
      CHECK(stock.has_value());
      free = stock->level.free();
    });
    return free;
  }

  KeyFolder keys_;
  std::unique_ptr<Instance> instance_;
  std::optional<seal::SigningKey> staff_;
};

}  // namespace
}  // namespace countersign::casework

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  countersign::casework::Worker worker(argv[1], argv[2]);
  worker.work(std::stoull(argv[3]));
}
