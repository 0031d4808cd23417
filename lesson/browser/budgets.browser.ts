// SPDX-License-Identifier: Apache-2.0
// What the page weighs and how fast it answers. Bytes are asserted, times are printed.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { base, close, live, setUp, visit } from './harness'

setUp()

const site = fileURLToPath(new URL('../../build/lesson/', import.meta.url))
const packed = (path: string) => gzipSync(readFileSync(`${site}${path}`), { level: 9 }).length
const assets = readdirSync(`${site}assets`)
const say = (what: string, value: number, unit: string, budget: number) =>
  console.log(`budget  ${what.padEnd(44)} ${value.toFixed(unit === 'kB' ? 1 : 0).padStart(7)} ${unit}  of ${budget} ${unit}`)
const kilobytes = (what: string, bytes: number, budget: number) => {
  say(what, bytes / 1000, 'kB', budget)
  expect(bytes / 1000, what).toBeLessThanOrEqual(budget)
}

test('the page keeps its budgets of bytes', () => {
  kilobytes('HTML', packed('index.html'), 90)
  for (const file of assets.filter((f) => /^View-.*\.js$/.test(f))) kilobytes(`a figure’s chunk, ${file}`, packed(`assets/${file}`), 12)
  kilobytes('engine, recurra-figures.wasm', packed(`assets/${assets.find((f) => /^recurra-figures.*\.wasm$/.test(f))}`), 120)
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

test('times, for information', async () => {
  const v = await visit()
  const session = await v.context.newCDPSession(v.page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await v.page.evaluate(() => {
    const seen: number[] = ((window as unknown as { longTasks: number[] }).longTasks = [])
    new PerformanceObserver((list) => list.getEntries().forEach((e) => seen.push(e.duration))).observe({ type: 'longtask' })
  })
  await live(v.page, 'd1')
  const slider = v.page.locator('#d1').getByRole('slider', { name: 'Truncation, K' })
  await slider.focus()
  const redraw = await v.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const summary = document.querySelector('#d1 .summary')!
        const start = performance.now()
        new MutationObserver(() => requestAnimationFrame(() => resolve(performance.now() - start))).observe(summary, {
          childList: true,
          characterData: true,
          subtree: true,
        })
        const input = document.activeElement as HTMLInputElement
        input.value = '2'
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }),
  )
  say('redraw after a move of a slider, at 4x throttle', redraw, 'ms', 100)
  const longest = await v.page.evaluate(() => Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks))
  say('longest task on the main thread, at 4x throttle', longest, 'ms', 50)
  await close(v)
})
