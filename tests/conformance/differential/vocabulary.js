// SPDX-License-Identifier: Apache-2.0
// What names and values are drawn from: few, so that they meet; with the borders of every type.
'use strict';

const attributes = [
  'a', 'b', 'c', 'owner', 'level', 'tags', 'type', 'id', 'address', 'when_', 'Bool', '_x',
  'principal', 'context', 'permit', 'a b', '', 'é', '\u{1F600}', 'if', 'a"b', 'a.b', 'like',
];

const types = ['User', 'Group', 'Doc', 'Folder', 'Team', 'X', 'A1', 'permit', 'principal', 'Set'];
const commonTypes = ['T0', 'T1', 'T2', 'T3', 'Address', 'Context'];
const namespaces = ['', 'N', 'M', 'N::M', 'App::Core::V1'];
const actions = ['view', 'edit', 'all', 'a b', '', 'é', 'in', 'delete', 'share', 'Action'];
const ids = ['a', 'b', 'c', '', 'é', 'a b', '0', 'a"b', '\u{1F600}', 'a\\b', '\n', 'alice'];

const strings = [
  '', 'a', 'ab', 'abc', 'b', '*', 'a*b', '**', '\\', '"', 'é', 'e\u0301', '\u{1F600}', 'a b', '\0',
  '\n\t', 'aaaaaaaaab', 'Ж', 'ab\u{1F600}ab', '1.0', '10.0.0.1', 'zz',
];

// As the language writes them; the least long has no literal of its own kind in most languages.
const longs = [
  '0', '1', '-1', '2', '3', '10', '-7', '100', '4294967296', '9007199254740993',
  '4611686018427387904',
  '3037000500', '9223372036854775807', '9223372036854775806', '-9223372036854775807',
  '-9223372036854775808', '86400000', '-86400000', '1000',
];

const extensions = {
  decimal: {
    function: 'decimal',
    good: [
      '0.0', '1.0', '-1.0', '1.5', '0.0001', '-0.0001', '12.3456', '1.50', '-0.0', '00.10', '10.0',
      '922337203685477.5807', '-922337203685477.5808', '922337203685477.5806', '100.25',
    ],
    bad: [
      '', '1', '1.', '.1', '1.23456', '922337203685477.5808', '-922337203685477.5809', '+1.0',
      '1e2',
      '- 1.0', '1.0 ', ' 1.0', '1,0', '--1.0', '9223372036854775807.0', '1.0000000', '١.٠',
    ],
  },
  ipaddr: {
    function: 'ip',
    good: [
      '127.0.0.1', '10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '255.255.255.255', '224.0.0.1', '::1',
      '::',
      '::/0', 'ff00::/8', '2001:db8::1', '2001:db8::/32', '127.0.0.0/8', '10.0.0.1/32', '::1/128',
      'fe80::1/64', '192.168.0.0/16', '1:2:3:4:5:6:7:8', '127.0.0.1/7', '239.255.255.255/4',
      'ABCD::ef', '0:0:0:0:0:0:0:1', '10.0.0.255/31',
    ],
    bad: [
      '', '1.2.3', '256.0.0.1', '1.2.3.4/33', '::1/129', '1.2.3.4/', '01.2.3.4', '1.2.3.4/08',
      '1.2.3.4/+8',
      ':::', '1::2::3', '12345::', '::ffff:1.2.3.4', 'g::1', ' 1.2.3.4', '1.2.3.4 ', '1.2.3.4/8/8',
      '1:2:3:4:5:6:7', '1.2.3.4/00', '1.2.3.4/-1', '::1/0128', 'a', '1:2:3:4:5:6:7::', '::%1',
      '00001::',
    ],
  },
  datetime: {
    function: 'datetime',
    good: [
      '1970-01-01', '2024-02-29', '1969-12-31T23:59:59Z', '2024-01-01T00:00:00.000Z',
      '2024-12-31T23:59:59.999Z', '0000-01-01', '9999-12-31', '2024-06-15T12:30:00+0530',
      '2024-06-15T12:30:00-0800', '0001-01-01T00:00:00.001Z', '2000-02-29T00:00:00Z',
      '2024-01-01T23:59:59.001+2359', '0000-01-01T00:00:00+2359', '9999-12-31T23:59:59.999-2359',
      '1970-01-01T00:00:00.001Z', '1900-03-01',
    ],
    bad: [
      '', '2024', '2024-1-1', '2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-04-31',
      '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00:60Z', '2024-01-01T00:00:00',
      '2024-01-01T00:00:00.1Z', '2024-01-01T00:00:00.0000Z', '2024-01-01T00:00Z', '2024-01-01Z',
      '2024-01-01T00:00:00+24:00', '2024-01-01T00:00:00+2400', '2024-01-01T00:00:00+0060',
      '2024-01-01t00:00:00z', '-001-01-01', '10000-01-01', '2024-01-01 00:00:00Z', '+2024-01-01',
      '2024-01-01T00:00:00.000', '2024-01-01T00:00:00Z ', '2024-01-01T00:00:00.000+01',
      '2016-12-31T23:59:60Z',
      '2024/01/01',
    ],
  },
  duration: {
    function: 'duration',
    good: [
      '0ms', '1ms', '-1ms', '1s', '1m', '1h', '1d', '1d2h3m4s5ms', '-1d', '-1d12h', '90m', '1d0h',
      '9223372036854775807ms', '-9223372036854775808ms', '106751991167d7h12m55s807ms',
      '-106751991167d7h12m55s808ms', '24h', '86400s', '00001s', '1h30m', '5ms', '-0ms',
    ],
    bad: [
      '', 'd', '1', '1x', '1h1d', '1d1d', '1s1m', '9223372036854775808ms', '-9223372036854775809ms',
      '106751991167d7h12m55s808ms', '1 d', ' 1d', '1d ', '+1d', '1.5h', '--1d', '-', '1d-2h', '1D',
      '1ms1s',
      '106751991168d', '1h-', '-1d-1h', '99999999999999999999d',
    ],
  },
};

// Patterns of `like`, as they stand between the quotes.
const patterns = [
  '', '*', '**', 'a*', '*b', 'a*b', '*a*', '\\*', 'a\\*b', '*\\**', 'ab', '\\u{1F600}*',
  '*\u{1F600}*',
  'é', '*\\"*', '\\\\', '*a*a*b*', 'a*b*c', '\\n*', '*\\0', '*\u0301', '\\x61*', '*\\x2a',
];

// Characters of many scripts, of several at once and of none; marks, and what is not shown; two that
// no Unicode has assigned a script. All but those were in Unicode long before version 15, so that
// both engines know them alike.
// prettier-ignore
const characters = [
  'a', 'o', 'B', '1', ' ', '-', 'é', 'ß', 'ﬁ', 'Ａ', '𝐀', 'µ', '’', 'α', 'Ω', 'ϙ', 'а', 'о', 'В',
  'ѱ', '\u0483', 'ա', 'ა', 'Ꭰ', 'ש', '\u05b0', 'ا', '٣', '۳', '،', '\u064e', 'क', 'ि', '।', 'ক',
  'ก', '\u0e4d', '日', '本', '々', 'あ', 'ア', 'ー', '゙', '、', '한', 'ㄅ', '中', 'ꀀ', 'ᚠ', 'ⲁ', '\u3099',
  '\u200d', '\u00ad', '\u00a0', '\u2003', '\u200f', '\u0001', '\u007f', '\u0085', '\u2028',
  '\ufeff', '\u{1F600}', '\u{E0061}', '\ufe0f', '\u0378', '\ue000', '☃', '€', '½', '²', 'º', 'ǆ',
  'ı', 'ſ', 'ƿ', 'ⅷ',
];
const controls = [
  ...'\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069', // change the direction
  ...'\u200e\u061c', // only have one
];

// A text that a person might take for another.
function odd(random) {
  const few = random.shuffled(characters).slice(0, 3);
  let text = '';
  for (let i = random.between(1, 4); i > 0; --i) {
    text += random.pick(random.chance(0.04) ? controls : random.chance(0.4) ? ['a', 'b'] : few);
  }
  return text;
}

// The same as a pattern. In patterns the reference does not look for what changes direction.
function oddPattern(random) {
  const text = [...odd(random)].filter((one) => !controls.includes(one));
  const escape = random.pick(['', '*', '\\n', '\\0', '\\u{ad}', '\\*']);
  return text.join(random.pick(['', '*'])) + escape;
}

module.exports = {
  actions, attributes, commonTypes, extensions, ids, longs, namespaces, odd, oddPattern, patterns,
  strings, types,
};
