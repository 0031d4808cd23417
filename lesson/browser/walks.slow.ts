// SPDX-License-Identifier: Apache-2.0
// Two walks through the page, filmed into build/lesson-walks: by keyboard alone on a wide screen, by thumb at 360 pixels.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { figures } from '../content/figures'
import { close, live, setUp, visit } from './harness'

setUp()

const film = fileURLToPath(new URL('../../build/lesson-walks/', import.meta.url))
mkdirSync(film, { recursive: true })
const shoot = (page: Page, name: string) => page.screenshot({ path: `${film}${name}.png` })

/** Presses Tab until what has the focus fits; says after how many presses. */
async function tabTo(page: Page, selector: string, most = 400): Promise<number> {
  for (let presses = 1; presses <= most; ++presses) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return presses
  }
  throw new Error(`${selector} is not reached within ${most} presses of Tab`)
}
/** What has the focus lies on the screen, whole or as much of it as fits. */
const onScreen = (page: Page) =>
  page.evaluate(() => {
    const { top, bottom } = document.activeElement!.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  })

test('by keyboard alone: the sentence, a guess, a slider, a way past, a question', async () => {
  const v = await visit()
  const { page } = v
  const frame = async (name: string) => {
    expect(await onScreen(page), name).toBe(true)
    await shoot(page, `keyboard-${name}`)
  }
  await page.locator('#try input:enabled, #try textarea:enabled').first().waitFor()
  await tabTo(page, '#try input[type=text], #try textarea')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('They cried "stop" and went on')
  await frame('1-sentence')
  await tabTo(page, '#d1 .skip-figure')
  await live(page, 'd1')
  await frame('2-way-past')
  await page.keyboard.press('Enter')
  await tabTo(page, '#d2 .skip-figure')
  await live(page, 'd2')
  await tabTo(page, '#d2 .guess button')
  await page.keyboard.press('Enter')
  expect(await page.locator('#d2 .verdict').textContent()).toMatch(/Yes\.|Not so:/)
  await frame('3-guess')
  await tabTo(page, '#d2 .main input[type=range]')
  const before = await page.locator('#d2 .summary').textContent()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((was) => document.querySelector('#d2 .summary')?.textContent !== was, before)
  await frame('4-slider')
  await page.keyboard.press('Shift+Tab')
  await tabTo(page, '[data-set=vanishing] .item .options button')
  await frame('5-question')
  await page.keyboard.press('Enter')
  expect(await page.locator('[data-set=vanishing] .verdict strong').first().textContent()).toMatch(/Right\.|Not quite\./)
  await frame('6-answer')
  await close(v)
})

/** Where the first picture is a list of bars. */
const pictures: Record<string, string> = { d8: 'ul[aria-label^="Mean absolute"]' }

test('by thumb at 360 pixels: in every diagram its main control and the picture share a screen', async () => {
  const v = await visit('', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
  const { page } = v
  const tall: Record<string, number> = {}
  for (const { id } of figures) {
    await live(page, id)
    await page.locator(`#${id}`).getByRole('button', { name: 'Just show me' }).tap()
    await page.locator(`#${id} [aria-busy=false]`).waitFor()
    await page.locator(`#${id} .stage > .main`).evaluate((control) => scrollTo(0, control.getBoundingClientRect().top + scrollY))
    await page.waitForTimeout(600)
    await shoot(page, `thumb-${id}`)
    const bottom = (await page
      .locator(`#${id} .drawing`)
      .locator(pictures[id] ?? 'svg[role=img], [role=grid]')
      .first()
      .boundingBox())!
    const span = bottom.y + bottom.height - (await page.locator(`#${id} .stage > .main`).boundingBox())!.y
    if (span > 740) tall[id] = Math.round(span)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), id).toBe(360)
  }
  expect(tall).toEqual({})
  await page.locator('[data-set=gates]').scrollIntoViewIfNeeded() // questions come alive when they are near
  await page.locator('[data-set=gates] .item .options button').first().tap()
  expect(await page.locator('[data-set=gates] .verdict strong').first().textContent()).toMatch(/Right\.|Not quite\./)
  await shoot(page, 'thumb-question')
  await close(v)
})
