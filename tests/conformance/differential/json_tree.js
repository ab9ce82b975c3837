// SPDX-License-Identifier: Apache-2.0
// JSON as a tree that forgets nothing: numbers stay the text they were, members keep their order
// and may repeat a name.
'use strict';

// {kind: 'object', members: [[name, node]]}, {kind: 'array', items}, or {kind: 'scalar', text}.
function parse(text) {
  const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}[\],:"]+))/y;
  let current = null;
  const advance = () => {
    const match = token.exec(text);
    current = match === null ? null : {mark: match[1], text: match[2] ?? match[3]};
  };
  const list = (end, read) => {
    const items = [];
    advance();
    while (current !== null && current.mark !== end) {
      items.push(read());
      if (current !== null && current.mark === ',') advance();
    }
    advance();
    return items;
  };
  const value = () => {
    if (current === null) throw new Error('not JSON');
    if (current.mark === '[') return {kind: 'array', items: list(']', value)};
    if (current.mark === '{') {
      return {
        kind: 'object',
        members: list('}', () => {
          const name = JSON.parse(current.text);
          advance();
          advance();
          return [name, value()];
        }),
      };
    }
    const node = {kind: 'scalar', text: current.text};
    advance();
    return node;
  };
  advance();
  return value();
}

function write(node) {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'array') return `[${node.items.map(write).join(',')}]`;
  const members = node.members.map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`);
  return `{${members.join(',')}}`;
}

// Every node below and including `node`.
function nodes(node) {
  const below =
    node.kind === 'array'
      ? node.items
      : node.kind === 'object'
        ? node.members.map(([, value]) => value)
        : [];
  return [node, ...below.flatMap(nodes)];
}

module.exports = {nodes, parse, write};
