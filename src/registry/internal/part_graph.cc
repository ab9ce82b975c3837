// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/part_graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace countersign::registry::internal {

PartGraph::PartGraph(const RegistersView& view, const ItemId& root) : view_(view) {
  const Recorded<ItemDescription>* description = view.describe(root);
  if (std::string unsure = view.unsure_of(root); !unsure.empty()) {
    add(TieGap::Kind::Row, {root}, std::move(unsure));
    return;
  }
  if (description == nullptr) {
    add(TieGap::Kind::NotDescribed, {root},
        fmt::format("no description of `{}` is in force", root.text()));
    return;
  }
  visit(*description, 0);
  sort_parents_first(nodes_.size() - 1);
  check_depth();
}

ItemPath PartGraph::path_to(std::size_t node) const {
  ItemPath path;
  for (; node != kNoNode; node = nodes_[node].first_parent) {
    path.push_back((*nodes_[node].description)->id);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

void PartGraph::add(TieGap::Kind kind, ItemPath path, std::string message) {
  gaps_.push_back({kind, std::move(path), std::move(message)});
}

// Recursion ends at kTieDepthLimit. A node is given its number when all its parts have theirs.
std::size_t PartGraph::visit(const Recorded<ItemDescription>& description, std::size_t depth) {
  const ItemDescription& item = *description;
  way_.push_back(item.id);
  if (depth > kTieDepthLimit) {
    add(TieGap::Kind::TooDeep, way_,
        fmt::format("more than {} items lie within one another", kTieDepthLimit));
    way_.pop_back();
    return kNoNode;
  }
  seen_.insert_or_assign(item.id, Seen{State::Open, kNoNode});
  if (!item.complete) {
    add(TieGap::Kind::NotComplete, way_,
        fmt::format("`{}` does not declare the description of `{}` complete",
                    description.record.authority.text(), item.id.text()));
  }
  PartNode node{&description, {}, kNoNode};
  node.parts.reserve(item.components.size());
  for (const Component& component : item.components) {
    node.parts.push_back(visit_component(item, component, depth));
  }
  nodes_.push_back(std::move(node));
  seen_.insert_or_assign(item.id, Seen{State::Done, nodes_.size() - 1});
  way_.pop_back();
  return nodes_.size() - 1;
}

std::size_t PartGraph::visit_component(const ItemDescription& whole, const Component& component,
                                       std::size_t depth) {
  const auto path = [&] {
    ItemPath to = way_;
    to.push_back(component.id);
    return to;
  };
  const Recorded<ItemDescription>* part = view_.describe(component.id);
  if (std::string unsure = view_.unsure_of(component.id); !unsure.empty()) {
    add(TieGap::Kind::Row, path(), std::move(unsure));
    return kNoNode;
  }
  if (part == nullptr && view_.described_at_some_time(component.id)) {
    add(TieGap::Kind::NotDescribed, path(),
        fmt::format("`{}`, a component of `{}`, is described, but not on this date",
                    component.id.text(), whole.id.text()));
    return kNoNode;
  }
  if (part == nullptr && !component.origin) {
    add(TieGap::Kind::UnknownOrigin, path(),
        fmt::format("the origin of `{}` in `{}` is not known", component.id.text(),
                    whole.id.text()));
  }
  const bool may_count_whole =
      part == nullptr || component.origin || !view_.claims_on_component(component.id).empty();
  if (may_count_whole && !component.value) {
    add(TieGap::Kind::UnknownValue, path(),
        fmt::format("the value of `{}` in `{}` is not known", component.id.text(),
                    whole.id.text()));
  }
  if (part == nullptr) return kNoNode;
  const auto seen = seen_.find(component.id);
  if (seen == seen_.end()) return visit(*part, depth + 1);
  if (seen->second.state == State::Done) return seen->second.node;
  ItemPath circle(std::find(way_.begin(), way_.end(), component.id), way_.end());
  circle.push_back(component.id);
  std::string message =
      fmt::format("`{}` is a component of itself: {}", component.id.text(), to_text(circle));
  add(TieGap::Kind::Circle, std::move(circle), std::move(message));
  return kNoNode;
}

// Nodes were numbered parts first; the other way round is parents first.
void PartGraph::sort_parents_first(std::size_t root) {
  std::reverse(nodes_.begin(), nodes_.end());
  for (PartNode& node : nodes_) {
    for (std::size_t& part : node.parts) {
      if (part != kNoNode) part = root - part;
    }
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    for (const std::size_t part : nodes_[i].parts) {
      if (part != kNoNode && nodes_[part].first_parent == kNoNode) nodes_[part].first_parent = i;
    }
  }
}

// visit() bounds the way by which it came first; the longest way is the one that counts.
void PartGraph::check_depth() {
  std::vector<std::size_t> depths(nodes_.size(), 0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (depths[i] > kTieDepthLimit) {
      add(TieGap::Kind::TooDeep, path_to(i),
          fmt::format("more than {} items lie within one another", kTieDepthLimit));
      return;
    }
    for (const std::size_t part : nodes_[i].parts) {
      if (part != kNoNode) depths[part] = std::max(depths[part], depths[i] + 1);
    }
  }
}

}  // namespace countersign::registry::internal
