// SPDX-License-Identifier: Apache-2.0
// Reproducible chance: one stream of numbers a case, from the run's seed and the case's number.
'use strict';

class Random {
  constructor(seed, index) {
    this.a = 0x9e3779b9 ^ seed;
    this.b = 0x243f6a88 ^ index;
    this.c = 0xb7e15162 ^ Math.floor(seed / 4294967296);
    this.counter = 1;
    for (let i = 0; i < 20; ++i) this.next();
  }

  // 32 bits (the generator sfc32).
  next() {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  // 0 ... n - 1
  below(n) {
    return Math.floor((this.next() / 4294967296) * n);
  }

  between(least, most) {
    return least + this.below(most - least + 1);
  }

  chance(probability) {
    return this.next() < probability * 4294967296;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  // One of the second parts, in proportion to the first: [[3, 'often'], [1, 'seldom']].
  weighted(choices) {
    let rest = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (rest < weight) return choice;
      rest -= weight;
    }
    throw new Error('weights are not positive');
  }

  some(list, probability) {
    return list.filter(() => this.chance(probability));
  }

  shuffled(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; --i) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }
}

module.exports = {Random};
