// SPDX-License-Identifier: Apache-2.0
/** 0..count-1 in an order that depends on the text alone and is never the sorted one. */
export function shuffled(count: number, seed: string): number[] {
  let state = [...seed].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0, 2166136261)
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const out = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; --i) {
    const j = Math.floor(next() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out.every((x, i) => x === i) ? [...out.slice(1), out[0]!] : out
}

/** 0..count-1 in any order, the sorted one too. */
export function inOrder(count: number, random: () => number): number[] {
  const out = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}
