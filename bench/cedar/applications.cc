// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "inputs.h"

namespace countersign::bench {
namespace {

constexpr std::string_view kNothing = "{}";

std::string_view boolean(bool value) { return value ? "true" : "false"; }

// Up to `most` different numbers below `count`.
std::vector<std::size_t> some(Random& random, std::size_t count, std::size_t most) {
  std::vector<std::size_t> numbers;
  for (std::size_t left = random.below(most + 1); left > 0; --left) {
    const std::size_t number = random.below(count);
    bool known = false;
    for (const std::size_t other : numbers) known = known || other == number;
    if (!known) numbers.push_back(number);
  }
  return numbers;
}

std::vector<std::string> uids(std::string_view type, const std::vector<std::size_t>& numbers) {
  std::vector<std::string> all;
  for (const std::size_t number : numbers) all.push_back(numbered(type, number));
  return all;
}

std::string references(std::string_view type, const std::vector<std::size_t>& numbers) {
  std::vector<std::string> all;
  for (const std::size_t number : numbers) all.push_back(reference(type, number));
  return list(all);
}

// A tree of groups or folders: two of three have a parent of a lower number.
void add_tree(Inputs& inputs, Random& random, std::string_view type, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> parents;
    if (i > 0 && random.chance(66)) parents.push_back(numbered(type, random.below(i)));
    inputs.entity(numbered(type, i), kNothing, parents);
  }
}

template <std::size_t N>
std::string_view pick(Random& random, const std::array<std::string_view, N>& from) {
  return from[random.below(N)];
}

}  // namespace

Inputs drive(std::size_t count, std::uint64_t seed) {
  Inputs inputs;
  Random random(seed);
  add_tree(inputs, random, "Group", count);
  add_tree(inputs, random, "Folder", count);
  for (std::size_t i = 0; i < count; ++i) {
    inputs.entity(numbered("User", i),
                  fmt::format(R"({{"readable":{},"writable":{}}})",
                              references("Folder", some(random, count, 4)),
                              references("Folder", some(random, count, 2))),
                  uids("Group", some(random, count, 3)));
  }
  for (std::size_t i = 0; i < count; ++i) {
    inputs.entity(
        numbered("Document", i),
        fmt::format(R"({{"owner":{},"viewers":{},"editors":{},"published":{},"confidential":{}}})",
                    reference("User", random.below(count)), reference("Group", random.below(count)),
                    reference("Group", random.below(count)), boolean(random.chance(10)),
                    boolean(random.chance(10))),
        uids("Folder", some(random, count, 1)));
  }
  for (const std::string_view group : {"read", "write"}) {
    inputs.entity(uid("Action", group), kNothing);
  }
  constexpr std::array<std::string_view, 5> kActions = {"view", "comment", "edit", "rename",
                                                        "share"};
  for (const std::string_view action : kActions) {
    std::vector<std::string> parents;
    if (action != "share") {
      const bool reads = action == "view" || action == "comment";
      parents.push_back(uid("Action", reads ? "read" : "write"));
    }
    inputs.entity(uid("Action", action), kNothing, parents);
  }
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::string principal = numbered("User", random.below(count));
    const std::string action = uid("Action", pick(random, kActions));
    inputs.request(principal, action, numbered("Document", random.below(count)),
                   fmt::format(R"({{"authenticated":{}}})", boolean(random.chance(90))));
  }
  return inputs;
}

Inputs code_host(std::size_t count, std::uint64_t seed) {
  constexpr std::array<std::string_view, 5> kRoles = {"readers", "triagers", "writers",
                                                      "maintainers", "admins"};
  Inputs inputs;
  Random random(seed);
  const auto role = [&](std::size_t repository, std::string_view name) {
    return uid("Role", fmt::format("repository{}-{}", repository, name));
  };
  const auto some_roles = [&](std::size_t most) {
    std::vector<std::string> roles;
    for (const std::size_t repository : some(random, count, most)) {
      roles.push_back(role(repository, pick(random, kRoles)));
    }
    return roles;
  };
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> parents = some_roles(3);
    if (i > 0 && random.chance(50)) parents.push_back(numbered("Team", random.below(i)));
    inputs.entity(numbered("Team", i), kNothing, parents);
    inputs.entity(numbered("Organisation", i),
                  fmt::format(R"({{"owners":{}}})", reference("Team", random.below(count))));
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> parents = uids("Team", some(random, count, 2));
    for (std::string& direct : some_roles(3)) parents.push_back(std::move(direct));
    inputs.entity(numbered("User", i),
                  fmt::format(R"({{"suspended":{}}})", boolean(random.chance(5))), parents);
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::string attributes;
    std::vector<std::string> weaker;
    for (const std::string_view name : kRoles) {
      inputs.entity(role(i, name), kNothing, weaker);
      weaker = {role(i, name)};
      attributes += fmt::format(R"("{}":{{"__entity":{}}},)", name, weaker.front());
    }
    inputs.entity(
        numbered("Repository", i),
        fmt::format(R"({{{}"organisation":{},"visibility":"{}","archived":{}}})", attributes,
                    reference("Organisation", random.below(count)),
                    random.chance(20) ? "public" : "private", boolean(random.chance(10))));
    inputs.entity(numbered("Issue", i),
                  fmt::format(R"({{"repository":{},"reporter":{},"locked":{}}})",
                              reference("Repository", random.below(count)),
                              reference("User", random.below(count)), boolean(random.chance(10))));
  }
  constexpr std::array<std::string_view, 5> kOnRepositories = {"pull", "fork", "push",
                                                               "protect_branch", "delete"};
  constexpr std::array<std::string_view, 5> kOnIssues = {"comment", "assign", "edit_issue",
                                                         "close_issue", "delete_issue"};
  for (const auto& actions : {kOnRepositories, kOnIssues}) {
    for (const std::string_view action : actions) inputs.entity(uid("Action", action), kNothing);
  }
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::string principal = numbered("User", random.below(count));
    if (random.chance(40)) {
      const std::string action = uid("Action", pick(random, kOnIssues));
      inputs.request(principal, action, numbered("Issue", random.below(count)));
      continue;
    }
    const std::string action = uid("Action", pick(random, kOnRepositories));
    const std::string_view context = random.chance(30) ? R"({"branch":"release/4.2"})" : "{}";
    inputs.request(principal, action, numbered("Repository", random.below(count)), context);
  }
  return inputs;
}

Inputs todo(std::size_t count, std::uint64_t seed) {
  Inputs inputs;
  Random random(seed);
  const std::string application = uid("Application", "todo");
  inputs.entity(application, kNothing);
  for (const std::string_view team : {"admins", "interns"}) {
    inputs.entity(uid("Team", team), kNothing, {application});
  }
  add_tree(inputs, random, "Team", count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> parents = uids("Team", some(random, count, 3));
    parents.push_back(application);
    if (random.chance(10)) parents.push_back(uid("Team", "admins"));
    if (random.chance(20)) parents.push_back(uid("Team", "interns"));
    inputs.entity(numbered("User", i),
                  fmt::format(R"({{"level":{},"place":"{}"}})", random.below(10),
                              random.chance(50) ? "headquarters" : "elsewhere"),
                  parents);
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> tasks;
    for (const std::size_t task : some(random, 20, 12)) tasks.push_back(std::to_string(task));
    inputs.entity(
        numbered("List", i),
        fmt::format(R"({{"owner":{},"readers":{},"editors":{},"tasks":{}}})",
                    reference("User", random.below(count)), reference("Team", random.below(count)),
                    reference("Team", random.below(count)), list(tasks)),
        {application});
  }
  constexpr std::array<std::string_view, 2> kOnTheApplication = {"create_list", "list_lists"};
  constexpr std::array<std::string_view, 6> kOnLists = {"view_list",   "add_task",    "finish_task",
                                                        "rename_list", "delete_list", "share_list"};
  inputs.entity(uid("Action", "read"), kNothing);
  for (const std::string_view action : kOnTheApplication) {
    inputs.entity(uid("Action", action), kNothing);
  }
  for (const std::string_view action : kOnLists) {
    std::vector<std::string> parents;
    if (action == "view_list") parents.push_back(uid("Action", "read"));
    inputs.entity(uid("Action", action), kNothing, parents);
  }
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::string principal = numbered("User", random.below(count));
    if (random.chance(15)) {
      inputs.request(principal, uid("Action", pick(random, kOnTheApplication)), application);
      continue;
    }
    const std::string_view action = pick(random, kOnLists);
    const bool on_a_task = action == "add_task" || action == "finish_task";
    const std::string context =
        on_a_task ? fmt::format(R"({{"task":{}}})", random.below(20)) : "{}";
    inputs.request(principal, uid("Action", action), numbered("List", random.below(count)),
                   context);
  }
  return inputs;
}

}  // namespace countersign::bench
