// SPDX-License-Identifier: Apache-2.0
// Photographs every diagram, unveiled, some of them in a second state, and the head of the page: light, dark and in forced
// colours, wide, at 900 pixels and narrow, into build/lesson-shots; and says how tall each is.
// Usage: node lesson/browser/shots.mjs PATH_TO_RECURRA [DIAGRAM...]
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
const only = process.argv.slice(3)
const wanted = (id) => only.length === 0 || only.includes(id)
let count = 0
/** States that look unlike the first one. */
const states = {
  'd2-nonnormal': 'init=nonnormal&act=linear&g=1',
  'd3-held': 'clamp=f',
  'd6-causal': 'causal=1&readout=step',
  'd7-attention': 'att=1&step=2&token=7',
  'd7-trained': 'H=8&feed=linear&tf=0.2&steps=60',
  'd8-race': 'mode=race&T=10&steps=60',
  'thread-all': 'gru=1&lstm=1',
  'thread-closed': 'ask=closed&rnn=0&lstm=1&both=1',
  'thread-write': 'ask=write&steps=400',
  'd9-trained': 'trained=1',
}
try {
  for (const [scheme, looks] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['forced', { forcedColors: 'active' }],
  ])
    for (const [size, viewport] of [
      ['wide', { width: 1280, height: 900 }],
      ['middle', { width: 900, height: 900 }],
      ['narrow', { width: 360, height: 740 }],
    ]) {
      const page = await browser.newPage({ viewport, ...looks })
      const photograph = async (id, name) => {
        const diagram = page.locator(`#${id} .diagram`)
        await diagram.screenshot({ path: `${out}/${name}-${scheme}-${size}.png` })
        if (scheme === 'light') console.log(`${name}, ${size}: ${Math.round((await diagram.boundingBox()).height)} pixels`)
        ++count
      }
      await page.goto(base)
      if (only.length === 0) await page.screenshot({ path: `${out}/head-${scheme}-${size}.png` })
      await page.setViewportSize({ ...viewport, height: 3600 }) // what is taller than the screen would be painted anew for its picture
      const ids = await page.locator('[data-figure][data-island]').evaluateAll((places) => places.map((place) => place.id))
      for (const id of ids.filter(wanted)) {
        await page.locator(`#${id}`).scrollIntoViewIfNeeded()
        await page.locator(`#${id}[data-live]`).waitFor({ timeout: 120_000 })
        await page.locator(`#${id}`).getByRole('button', { name: 'Just show me' }).click()
        await page.waitForTimeout(500)
        await photograph(id, id)
      }
      for (const [name, query] of Object.entries(states)) {
        const id = name.split('-')[0]
        if (!wanted(id)) continue
        await page.evaluate((hash) => void (location.hash = hash), `#${id}?${query}&v=1`)
        await page.locator(`#${id} .actions a:not([href="#${id}?v=1"])`).waitFor()
        await page.locator(`#${id} [aria-busy=false]`).waitFor({ timeout: 120_000 })
        await photograph(id, name)
      }
      for (const [name, selector] of [
        ['formulas', '#formulas'],
        ['quiz', '#gates .questions'],
        ['listing', '#listing'],
      ]) {
        if (only.length > 0) break
        await page.locator(selector).scrollIntoViewIfNeeded()
        await page.waitForTimeout(1500)
        await page.locator(selector).screenshot({ path: `${out}/${name}-${scheme}-${size}.png` })
      }
      await page.close()
    }
  console.log(`${count} pictures of diagrams in build/lesson-shots`)
} finally {
  await browser.close()
  server.kill()
}
