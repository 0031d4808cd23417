// SPDX-License-Identifier: Apache-2.0
// The promise that stands above the tokens: text has 4.5:1 on every ground, lines and areas 3:1, light and dark.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]),
)

/** WCAG 2.2. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

const grounds = ['paper', 'panel', 'sunk', 'accent-soft']
const writes = (name: string) => /^(ink|muted|accent|good|bad|t-)/.test(name) && name !== 'accent-soft'
const draws = (name: string) => /^(edge|q-)/.test(name)

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const failing = (names: string[], over: string[], least: number) =>
    names.flatMap((name) =>
      over
        .map((ground) => ({ name, ground, ratio: contrast(tokens.get(name)![scheme], tokens.get(ground)![scheme]) }))
        .filter(({ ratio }) => ratio < least)
        .map(({ name, ground, ratio }) => `${name} on ${ground}: ${ratio.toFixed(2)}`),
    )
  const names = [...tokens.keys()]

  test('there are tokens', () => {
    expect(names.filter(writes).length).toBeGreaterThanOrEqual(12)
    expect(names.filter(draws).length).toBeGreaterThanOrEqual(8)
  })
  test('text stands out from every ground', () => expect(failing(names.filter(writes), grounds, 4.5)).toEqual([]))
  test('lines and areas stand out from the grounds they are drawn on', () =>
    expect(failing(names.filter(draws), ['paper', 'panel', 'sunk'], 3)).toEqual([]))
})
