// SPDX-License-Identifier: Apache-2.0
// What a screen reader is given: Chromium's accessibility tree, read in its order. Whatever takes commands has a name, headings
// descend by one, and each diagram can be left by its first link.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { figures } from '../content/figures'
import { close, everyFigure, live, setUp, unfold, visit } from './harness'

setUp()

interface Node {
  role: string
  name: string
  level: number | undefined
}

/** The nodes that are not ignored, in the order in which they are read. */
async function tree(page: Page): Promise<Node[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const out: Node[] = []
  const walk = (id: string) => {
    const node = byId.get(id)
    if (!node) return
    const level = node.properties?.find(({ name }) => name === 'level')?.value.value as number | undefined
    if (!node.ignored) out.push({ role: String(node.role?.value), name: String(node.name?.value ?? '').trim(), level })
    node.childIds?.forEach(walk)
  }
  walk(nodes[0]!.nodeId)
  return out
}

const commands = /^(button|link|slider|checkbox|radio|textbox|spinbutton|combobox|switch|tab|grid|gridcell|img|image|group|region|navigation)$/

test('whatever takes commands or shows a picture has a name; headings descend by one', async () => {
  const v = await visit()
  await everyFigure(v.page)
  await unfold(v.page)
  await v.page.evaluate(() => {
    const sheet = new CSSStyleSheet() // what is far from the screen is in no tree
    sheet.replaceSync('* { content-visibility: visible !important }')
    document.adoptedStyleSheets = [sheet]
  })
  const nodes = await tree(v.page)
  const nameless = nodes.filter(({ role, name }) => commands.test(role) && name === '' && role !== 'group')
  expect(nameless).toEqual([])
  expect(nodes.filter(({ role }) => role === 'slider').length).toBeGreaterThan(40)

  const headings = nodes.filter(({ role }) => role === 'heading')
  headings.forEach(({ name, level }, i) => {
    expect(name).not.toBe('')
    expect(level! - (headings[i - 1]?.level ?? 0), `“${name}” after “${headings[i - 1]?.name}”`).toBeLessThanOrEqual(1)
  })

  // Each diagram: the way past it, its title, the guess, its end; in this order.
  for (const { title } of figures) {
    const at = nodes.findLastIndex(({ role, name }) => role === 'heading' && name === title)
    expect(at, title).toBeGreaterThan(0)
    const way = nodes.findLastIndex(({ role, name }, i) => i < at && role === 'link' && name === 'Skip this diagram')
    expect(way, title).toBeGreaterThan(0)
    expect(
      nodes.slice(way, at).some(({ role }) => role === 'heading'),
      title,
    ).toBe(false)
    const next = nodes.findIndex(({ role }, i) => i > at && (role === 'heading' || role === 'button'))
    expect(
      nodes.slice(at, next).some(({ name }) => name.startsWith('Guess first.')),
      title,
    ).toBe(true)
  }
  await close(v)
})

test('one key leads past a diagram', async () => {
  const v = await visit()
  await live(v.page, 'd1')
  await v.page.locator('#d1 .skip-figure').focus()
  expect(await v.page.locator('#d1 .skip-figure').evaluate((link) => link.getBoundingClientRect().height)).toBeGreaterThanOrEqual(24)
  await v.page.keyboard.press('Enter')
  await v.page.keyboard.press('Tab')
  expect(await v.page.evaluate(() => document.activeElement?.closest('#d1'))).toBeNull()
  expect(await v.page.evaluate(() => document.activeElement !== document.body)).toBe(true)
  await close(v)
})

test('a frame shows one diagram alone, alive, with a way to the whole', async () => {
  const v = await visit('?embed=d4')
  await v.page.locator('#d4[data-live]').waitFor()
  expect(await v.page.locator('.figure-place:visible').count()).toBe(1)
  expect(await v.page.locator(':is(.masthead, .hero, .colophon, .prose):visible').count()).toBe(0)
  expect(await v.page.locator('.from-lesson a').getAttribute('target')).toBe('_top')
  await close(v)
})

test('a link to a claim lifts the veil from it', async () => {
  const v = await visit('#d4-claim')
  await v.page.locator('#d4[data-live]').waitFor()
  expect(await v.page.locator('#d4-claim').evaluate((claim) => getComputedStyle(claim).visibility)).toBe('visible')
  await close(v)
})
