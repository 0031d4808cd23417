// SPDX-License-Identifier: Apache-2.0
// What the page weighs: asserted, and printed. How fast it answers is in times.slow.ts.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { base, close, setUp, visit } from './harness'

setUp()

const site = fileURLToPath(new URL('../../build/lesson/', import.meta.url))
const packed = (path: string) => gzipSync(readFileSync(`${site}${path}`), { level: 9 }).length
const assets = readdirSync(`${site}assets`)
const named = (pattern: RegExp) => assets.filter((file) => pattern.test(file))
const kilobytes = (what: string, bytes: number, budget: number) => {
  console.log(`budget  ${what.padEnd(44)} ${(bytes / 1000).toFixed(1).padStart(7)} kB  of ${budget} kB`)
  expect(bytes / 1000, what).toBeLessThanOrEqual(budget)
}

test('the page keeps its budgets of bytes', () => {
  kilobytes('HTML', packed('index.html'), 90)
  for (const file of named(/^View-.*\.js$/)) kilobytes(`a figure’s chunk, ${file}`, packed(`assets/${file}`), 12)
  for (const [name, budget] of [
    ['figures', 140],
    ['training', 320],
    ['sequences', 220],
  ] as const)
    kilobytes(`engine, recurra-${name}.wasm`, packed(`assets/${named(new RegExp(`^recurra-${name}.*\\.wasm$`))[0]}`), budget)
  const weights = named(/^(plain|sampled|attention)-.*\.js$/)
  expect(weights).toHaveLength(3)
  kilobytes(
    'shipped weights of diagram 7',
    weights.map((file) => packed(`assets/${file}`)).reduce((a, b) => a + b, 0),
    150,
  )
})

test('JavaScript before the first interaction', async () => {
  const v = await visit('', {}, async (page) => {
    await page.addInitScript(() => void 0)
  })
  await v.page.waitForLoadState('networkidle')
  const scripts = await v.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((e) => e.name)
      .filter((n) => n.endsWith('.js')),
  )
  kilobytes(
    `JavaScript on arrival, ${scripts.length} files`,
    scripts.map((url) => packed(url.slice(base.length))).reduce((a, b) => a + b, 0),
    45,
  )
  await close(v)
})
