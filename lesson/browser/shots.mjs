// SPDX-License-Identifier: Apache-2.0
// Photographs every diagram, some of them in a second state, and the head of the page, light and dark, wide and narrow, into
// build/lesson-shots.
// Usage: node lesson/browser/shots.mjs PATH_TO_RECURRA
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../..', import.meta.url))
const out = `${root}build/lesson-shots`
await mkdir(out, { recursive: true })

const server = spawn(process.argv[2], ['lesson', '--port', '0', '--dir', `${root}build/lesson`], { stdio: ['ignore', 'pipe', 'inherit'] })
const [line] = await once(server.stdout, 'data')
const base = /http:\/\/\S+/.exec(String(line))[0]
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
let count = 0
/** States that look unlike the first one. */
const states = {
  'd2-nonnormal': 'init=nonnormal&act=linear&g=1',
  'd3-held': 'clamp=f',
  'd6-causal': 'causal=1&readout=step',
  'd7-attention': 'att=1&step=2&token=7',
  'd7-trained': 'H=8&feed=linear&tf=0.2&steps=60',
  'd8-race': 'mode=race&T=10&steps=60',
}
try {
  for (const colorScheme of ['light', 'dark'])
    for (const [size, viewport] of [
      ['wide', { width: 1280, height: 900 }],
      ['narrow', { width: 360, height: 740 }],
    ]) {
      const page = await browser.newPage({ viewport, colorScheme })
      await page.goto(base)
      await page.screenshot({ path: `${out}/head-${colorScheme}-${size}.png` })
      for (const id of await page.locator('[data-figure][data-island]').evaluateAll((places) => places.map((place) => place.id))) {
        await page.locator(`#${id}`).scrollIntoViewIfNeeded()
        await page.locator(`#${id}[data-live]`).waitFor({ timeout: 120_000 })
        await page.locator(`#${id} .diagram`).screenshot({ path: `${out}/${id}-${colorScheme}-${size}.png` })
        ++count
      }
      for (const [name, query] of Object.entries(states)) {
        const id = name.slice(0, 2)
        await page.evaluate((hash) => void (location.hash = hash), `#${id}?${query}&v=1`)
        await page.locator(`#${id} .actions a:not([href="#${id}?v=1"])`).waitFor()
        await page.locator(`#${id} [aria-busy=false]`).waitFor()
        await page.locator(`#${id} .diagram`).screenshot({ path: `${out}/${name}-${colorScheme}-${size}.png` })
        ++count
      }
      for (const [name, selector] of [
        ['formulas', '#formulas'],
        ['quiz', '#gates .questions'],
        ['listing', '#listing'],
      ]) {
        await page.locator(selector).scrollIntoViewIfNeeded()
        await page.waitForTimeout(1500)
        await page.locator(selector).screenshot({ path: `${out}/${name}-${colorScheme}-${size}.png` })
      }
      await page.close()
    }
  console.log(`${count} pictures of diagrams in build/lesson-shots`)
} finally {
  await browser.close()
  server.kill()
}
