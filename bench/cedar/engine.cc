// SPDX-License-Identifier: Apache-2.0
// Countersign's engine behind the line protocol that bench/cedar/run speaks with every engine
// (bench/peers/README.md).
#include <malloc.h>
#include <time.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "cedar/authorizer.h"
#include "cedar/json.h"
#include "cedar/parser.h"
#include "cedar/schema.h"
#include "cedar/schema_conformance.h"
#include "cedar/validator.h"

namespace countersign::bench {
namespace {

namespace fs = std::filesystem;

// The value, or the issues as an exception.
template <class T>
T read(base::Parsed<T> parsed) {
  if (!parsed) throw std::runtime_error(base::to_text(parsed.error()));
  return std::move(parsed).value();
}

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(fmt::format("cannot read `{}`", path.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::int64_t heap_in_use() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<std::int64_t>(heap.uordblks + heap.hblkhd);
}

cedar::PolicySet load(const std::string& text) {
  return read(cedar::PolicySet::create(read(cedar::parse_policies(text, "policies.cedar"))));
}

class Engine {
 public:
  explicit Engine(const fs::path& folder) : text_(contents(folder / "policies.cedar")) {
    const std::int64_t before = heap_in_use();
    authorizer_.emplace(load(text_));
    const std::int64_t with_policies = heap_in_use();
    entities_.emplace(read(cedar::EntityStore::create(
        read(cedar::read_entities(contents(folder / "entities.json"), "entities.json")))));
    policy_bytes_ = with_policies - before;
    entity_bytes_ = heap_in_use() - with_policies;
    std::istringstream lines(contents(folder / "requests.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      requests_.push_back(read(cedar::read_request(line, "requests.jsonl")));
    }
    check(folder);
  }

  std::string opened() const {
    return fmt::format("opened {} {} {}", load(text_).policies().size(), entities_->size(),
                       requests_.size());
  }

  std::string memory() const { return fmt::format("memory {} {}", policy_bytes_, entity_bytes_); }

  // One line a request: the verdict, then the reasons and, behind a bar, the failed policies.
  void print_decisions(std::size_t count) {
    for (const cedar::Request& request :
         std::span(requests_).first(std::min(count, requests_.size()))) {
      const cedar::Response& response = authorizer_->decide(request, *entities_);
      std::vector<std::string_view> reasons;
      std::vector<std::string_view> errors;
      for (const cedar::Policy* policy : response.reasons) reasons.push_back(policy->id);
      for (const auto& error : response.errors) errors.push_back(error.policy->id);
      std::sort(reasons.begin(), reasons.end());
      std::sort(errors.begin(), errors.end());
      std::cout << fmt::format("{} {} | {}\n", cedar::name_of(response.verdict),
                               fmt::join(reasons, " "), fmt::join(errors, " "));
    }
  }

  std::size_t decide_next() {
    const cedar::Response& response = authorizer_->decide(requests_[next_], *entities_);
    if (++next_ == requests_.size()) next_ = 0;
    return response.verdict == cedar::Verdict::Allow ? 1 : 0;
  }

  std::size_t load_once() const { return load(text_).policies().size(); }

 private:
  // The schema's word on the policies, entities and requests: a benchmark of nonsense shows
  // nothing.
  void check(const fs::path& folder) const {
    const cedar::Schema schema =
        read(cedar::Schema::parse(contents(folder / "schema.cedarschema"), "schema.cedarschema"));
    const cedar::PolicySet policies = load(text_);
    const auto report = cedar::Validator(schema).validate(policies.policies());
    base::Issues issues = cedar::store_issues(schema, *entities_);
    for (const cedar::Request& request : requests_) {
      for (base::Issue& issue : cedar::request_issues(schema, request)) {
        issues.push_back(std::move(issue));
      }
    }
    for (const cedar::Finding& finding : report.findings) issues.push_back(finding.issue);
    if (!issues.empty()) throw std::runtime_error(base::to_text(issues.front()));
  }

  std::string text_;
  std::optional<cedar::Authorizer> authorizer_;
  std::optional<cedar::EntityStore> entities_;
  std::vector<cedar::Request> requests_;
  std::size_t next_ = 0;
  std::int64_t policy_bytes_ = 0;
  std::int64_t entity_bytes_ = 0;
};

std::int64_t cpu_time_ns() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return spent.tv_sec * std::int64_t{1'000'000'000} + spent.tv_nsec;
}

template <class Work>
std::string timed(std::size_t times, Work work) {
  std::size_t sum = 0;
  const std::int64_t begin = cpu_time_ns();
  for (std::size_t i = 0; i < times; ++i) sum += work();
  return fmt::format("took {} {}", cpu_time_ns() - begin, sum);
}

void serve() {
  std::optional<Engine> engine;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "open") {
      std::string folder;
      words >> std::ws;
      std::getline(words, folder);
      engine.reset();
      engine.emplace(folder);
      std::cout << engine->opened() << std::endl;
      continue;
    }
    if (!engine) throw std::runtime_error("`open FOLDER` comes first");
    std::size_t times = 0;
    if (command == "decisions" && words >> times) {
      engine->print_decisions(times);
      std::cout << "end" << std::endl;
    } else if (command == "memory") {
      std::cout << engine->memory() << std::endl;
    } else if (command == "decide" && words >> times) {
      std::cout << timed(times, [&] { return engine->decide_next(); }) << std::endl;
    } else if (command == "load" && words >> times) {
      std::cout << timed(times, [&] { return engine->load_once(); }) << std::endl;
    } else {
      throw std::runtime_error(fmt::format("`{}` is no command", line));
    }
  }
}

}  // namespace
}  // namespace countersign::bench

int main() {
  try {
    countersign::bench::serve();
  } catch (const std::exception& problem) {
    std::cerr << "bench_cedar_engine: " << problem.what() << '\n';
    return 3;
  }
  return 0;
}
