// SPDX-License-Identifier: Apache-2.0
// Every diagram driven by key and by pointer, and every permalink followed.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { figures } from '../content/figures'
import { close, live, setUp, unfold, visit } from './harness'

setUp()

const link = (page: Page, id: string) => page.locator(`#${id} .actions a`).getAttribute('href')
const summary = (page: Page, id: string) => page.locator(`#${id} .summary`).textContent()

/** A slider to move by key, a choice to make by pointer, and a link with what it must bring back. */
const table = [
  {
    id: 'd1',
    slider: 'Step of the loss, t',
    key: 'ArrowLeft',
    moved: 't=5',
    choice: 'in chunks',
    chosen: 'mode=chunked',
    query: 't=4&K=2&mode=chunked&U=1,0,0,1&v=1',
  },
  {
    id: 'd2',
    slider: 'Gain g, a factor on U',
    key: 'ArrowRight',
    moved: 'g=1.25',
    choice: 'ReLU',
    chosen: 'act=relu',
    query: 'T=50&H=8&g=1.5&act=linear&s=0.2&seed=9&v=1',
  },
  {
    id: 'd3',
    slider: 'Held at',
    key: 'ArrowRight',
    moved: 'value=0.05',
    choice: 'f',
    chosen: 'clamp=f',
    query: 'at=18&clamp=f&value=0.2&from=12&v=1',
  },
  {
    id: 'd4',
    slider: 'Your own bias',
    key: 'ArrowRight',
    moved: 'bf=1.1',
    choice: 'Keras (1)',
    chosen: 'preset=keras',
    query: 'T=100&bf=3&noise=0.5&rec=1&v=1',
  },
  {
    id: 'd5',
    slider: 'Steps',
    key: 'ArrowLeft',
    moved: 'T=39',
    choice: 'sine',
    chosen: 'input=sine',
    query: 'input=noise&weights=random&T=30&H=4&seed=5&v=1',
  },
  {
    id: 'd6',
    slider: 'Steps T',
    key: 'ArrowLeft',
    moved: 'T=11',
    choice: 'joined last states',
    chosen: 'readout=joined',
    query: 'T=8&half=backward&causal=1&v=1',
  },
  {
    id: 'd7',
    slider: 'Put another digit in at step',
    key: 'ArrowRight',
    moved: 'step=1',
    choice: 'attention',
    chosen: 'att=1',
    query: 'source=31415&att=1&step=3&token=7&v=1',
  },
  {
    id: 'd8',
    slider: 'Units',
    key: 'ArrowLeft',
    moved: 'hidden=15',
    choice: 'GRU',
    chosen: 'cell=gru',
    query: 'cell=gru&hidden=4&layers=1&steps=20&v=1',
  },
]

describe.each(table)('$id', ({ id, slider, key, moved, choice, chosen, query }) => {
  test('takes pointer and keys, writes its link, and resets', async () => {
    const v = await visit()
    await live(v.page, id)
    const before = await summary(v.page, id)
    await unfold(v.page, `#${id}`)
    await v.page.locator(`#${id}`).getByRole('radio', { name: choice, exact: true }).check()
    await v.page.waitForFunction(([i, c]) => document.querySelector(`#${i} .actions a`)?.getAttribute('href')?.includes(c!), [id, chosen])
    await v.page.locator(`#${id}`).getByRole('slider', { name: slider, exact: true }).focus()
    await v.page.keyboard.press(key)
    await v.page.waitForFunction(([i, c]) => document.querySelector(`#${i} .actions a`)?.getAttribute('href')?.includes(c!), [id, moved])
    await v.page.locator(`#${id}`).getByRole('button', { name: 'Reset' }).click()
    await v.page.waitForFunction(([i, text]) => document.querySelector(`#${i} .summary`)?.textContent === text, [id, before])
    expect(await link(v.page, id)).toBe(`#${id}?v=1`)
    await close(v)
  })

  test('its link restores its state, by address and by a link in the page', async () => {
    const v = await visit(`#${id}?${query}`)
    await v.page.locator(`#${id}[data-live]`).waitFor()
    const sorted = (q: string) => [...new URLSearchParams(q)].map(String).sort()
    await v.page.waitForFunction(([i]) => document.querySelector(`#${i} .actions a`)?.getAttribute('href') !== `#${i}?v=1`, [id])
    expect(sorted((await link(v.page, id))!.split('?')[1]!)).toEqual(sorted(query))
    expect(await v.page.locator(`#${id} .note`).count()).toBe(0)
    await v.page.evaluate((i) => void (location.hash = `#${i}?seed=1e9&nonsense=1&v=1`), id)
    await v.page.locator(`#${id} .note`).filter({ hasText: 'nonsense' }).waitFor()
    await close(v)
  })

  test('hides its answer until a guess is given, judges it, and keeps it', async () => {
    const v = await visit()
    await live(v.page, id)
    const claim = v.page.locator(`#${id} .claim`)
    expect(await claim.isVisible()).toBe(false)
    await v.page.locator(`#${id} .guess button`).nth(0).click()
    expect(await v.page.locator(`#${id} .verdict`).textContent()).toMatch(/Yes\.|Not so:/)
    expect(await claim.isVisible()).toBe(true)
    await v.page.reload()
    await live(v.page, id)
    await v.page.locator(`#${id} .guess button[aria-pressed=true]`).waitFor()
    expect(await claim.isVisible()).toBe(true)
    await close(v)
  })
})

test.each(['d2', 'd4', 'd7'])('%s: a drawn guess is laid beside the truth', async (id) => {
  const v = await visit()
  await live(v.page, id)
  const draw = v.page.locator(`#${id} .draw`)
  await draw.getByRole('spinbutton').last().fill('0.5')
  await v.page.keyboard.press('Tab')
  await draw.getByRole('button', { name: 'That is my guess' }).click()
  await draw.locator('path.truth').waitFor()
  expect(await v.page.locator(`#${id} .verdict`).textContent()).toMatch(/Your curve is off by \d/)
  await close(v)
})

test('a press shows what the claim says, and another goes back; a goal is reached and kept', async () => {
  const v = await visit()
  await live(v.page, 'd2')
  await v.page.locator('#d2').getByRole('button', { name: 'Just show me' }).click()
  await v.page
    .locator('#d2')
    .getByRole('button', { name: /^Show me: non-normal/ })
    .click()
  await v.page.locator('#d2 .summary').filter({ hasText: 'On the way it grew to 19' }).waitFor()
  await v.page.locator('#d2 .goals').filter({ hasText: '1 of 3 reached' }).waitFor()
  await v.page.locator('#d2').getByRole('button', { name: 'Back to what I had' }).click()
  await v.page.waitForFunction(() => document.querySelector('#d2 .actions a')?.getAttribute('href') === '#d2?v=1')
  expect(await v.page.evaluate(() => localStorage.getItem('recurra-lesson'))).toContain('d2-rise')
  await close(v)
})

test('a diagram stands as it was left after a reload, and says so', async () => {
  const v = await visit()
  await live(v.page, 'd4')
  await v.page.locator('#d4').getByRole('slider', { name: 'Your own bias', exact: true }).focus()
  await v.page.keyboard.press('ArrowRight')
  await v.page.waitForFunction(() => document.querySelector('#d4 .actions a')?.getAttribute('href')?.includes('bf=1.1'))
  await v.page.reload()
  await live(v.page, 'd4')
  await v.page.locator('#d4 .note').filter({ hasText: 'As you left it' }).waitFor()
  expect(await link(v.page, 'd4')).toContain('bf=1.1')
  await close(v)
})

test('on a screen of 1280 × 900 every picture stands with its controls, and three whole diagrams', async () => {
  const v = await visit()
  const tall: Record<string, number> = {}
  for (const { id } of figures) {
    await live(v.page, id)
    await v.page.locator(`#${id}`).getByRole('button', { name: 'Just show me' }).click()
    await v.page.locator(`#${id} .diagram:not(.veiled)`).waitFor()
    const whole = ['thread', 'd5', 'd9'].includes(id)
    const { height } = (await v.page.locator(`#${id} ${whole ? '.diagram' : '.stage'}`).boundingBox())!
    if (height > 900) tall[id] = height
  }
  expect(tall).toEqual({})
  await close(v)
})

test('a tap reads a cell of a heat map', async () => {
  const v = await visit('', { viewport: { width: 360, height: 740 }, hasTouch: true })
  await live(v.page, 'd6')
  const map = v.page.locator('#d6 .heat').first()
  await map.scrollIntoViewIfNeeded()
  const cell = await map
    .locator('[role=gridcell]')
    .nth(2 * 12 + 6)
    .boundingBox()
  await v.page.touchscreen.tap(cell!.x + cell!.width / 2, cell!.y + cell!.height / 2)
  expect(await map.locator('.readout').textContent()).toContain('output 3 by input 7')
  await close(v)
})

test('a heat map is one tab stop with arrow keys', async () => {
  const v = await visit()
  await live(v.page, 'd6')
  const grid = v.page.locator('#d6 [role=grid]').first()
  await grid.focus()
  const at = () => grid.evaluate((g) => document.getElementById(g.getAttribute('aria-activedescendant')!)?.getAttribute('aria-label'))
  const first = await at()
  await v.page.keyboard.press('ArrowRight')
  await v.page.keyboard.press('ArrowUp')
  expect(await at()).toContain('output 11 by input 2')
  expect(first).toContain('output 12 by input 1')
  await v.page.keyboard.press('Tab')
  expect(await v.page.evaluate(() => document.activeElement?.getAttribute('role'))).not.toBe('gridcell')
  await close(v)
})

test('the transport steps, and plays only when asked', async () => {
  const v = await visit()
  await live(v.page, 'd3')
  const place = v.page.locator('#d3').getByRole('slider', { name: 'Character', exact: true })
  const position = () => place.inputValue()
  const before = await position()
  await v.page.waitForTimeout(700)
  expect(await position()).toBe(before)
  await v.page.locator('#d3').getByRole('button', { name: 'Forward one step' }).click()
  expect(Number(await position())).toBe(Number(before) + 1)
  await v.page.locator('#d3').getByRole('button', { name: 'Play' }).click()
  await v.page.waitForFunction((was) => Number((document.querySelector('#d3 .transport input') as HTMLInputElement).value) > was, Number(before) + 2)
  await v.page.locator('#d3').getByRole('button', { name: 'Pause' }).click()
  await close(v)
})

test.each(['#d2?g=%00%ff&T=1e400', '#d1?U=9,9,9', '#<script>', '#d9', '#?', '#d4?'.padEnd(5000, 'x')])(
  'a garbage fragment does no harm: %s',
  async (fragment) => {
    const v = await visit(fragment.slice(0, 3000))
    await live(v.page, 'd1')
    await close(v)
  },
)
