// SPDX-License-Identifier: Apache-2.0
// A second language: what is translated is whole, also what a diagram and a question write later; a press goes back.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { languages } from '../content/languages'
import { accessible, close, live, setUp, visit } from './harness'

setUp()

/** Every string of a chapter beside its prose: texts and names. */
const strings = (page: Page, id: string) =>
  page.locator(`#${id}`).evaluate((section) => {
    const out: string[] = []
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
      if ((node instanceof Element ? node : node.parentElement)?.closest('.katex, code, .prose')) continue
      if (node instanceof Text) out.push(node.data)
      else for (const name of ['aria-label', 'aria-valuetext']) out.push((node as Element).getAttribute(name) ?? '')
    }
    return out.map((text) => text.trim().replace(/\s+/g, ' ')).filter((text) => /\p{L}{3}/u.test(text))
  })

test.each(languages.map(({ code }) => code))('%s: a translated chapter holds no English, before and after it is used', async (code) => {
  const language = languages.find((one) => one.code === code)!
  const said = Object.values(language.words).map((text) =>
    text
      .split('{}')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+?'),
  )
  const known = new RegExp(`^(${said.join('|')}|Keras|PyTorch)$`, 's')
  const v = await visit(`?lang=${code}`)
  for (const id of Object.keys(language.sections)) {
    await v.page.locator(`#${id}[lang=${code}]`).waitFor()
    const figure = await v.page.locator(`#${id} [data-figure]`).getAttribute('id')
    await live(v.page, figure!)
    const place = v.page.locator(`#${figure}`)
    await place.locator('.guess button').first().click()
    for (const summary of await place.locator('.foot summary').all()) await summary.click()
    await place.locator('.main input[type=range]').focus()
    await v.page.keyboard.press('ArrowRight')
    await v.page.waitForTimeout(500)
    await v.page.locator(`#${id} .questions`).scrollIntoViewIfNeeded()
    await v.page.locator(`#${id} .item .options button`).first().click()
    await v.page.waitForTimeout(300)
    expect((await strings(v.page, id)).filter((text) => !known.test(text))).toEqual([])
    expect(await v.page.locator(`#${id} .prose p`).first().textContent()).not.toContain(' the ')
  }
  for (const id of language.places) {
    const place = v.page.locator(`#${id}`)
    await place.scrollIntoViewIfNeeded()
    await v.page.locator(`#${id}[data-live]`).waitFor()
    await place.locator('textarea').fill('1 2')
    await place.locator('[type=submit]').click()
    await place.locator('[role=status]:not(:empty)').waitFor()
    expect((await strings(v.page, id)).filter((text) => !known.test(text))).toEqual([])
    await place.locator('textarea').fill([1, 5, 9, 2, 1, 5, 9, 3, 1, 6, 9, 2, 1, 5, 8, 2].join(' '))
    await place.locator('[type=submit]').click()
    await place.locator('svg.plot').waitFor()
    expect((await strings(v.page, id)).filter((text) => !known.test(text))).toEqual([])
  }
  await accessible(v.page, code)
  await v.page.getByRole('link', { name: 'English' }).click()
  await v.page.waitForURL((url) => url.search === '')
  await close(v)
})

test('a language that the page does not have leaves it in English', async () => {
  const v = await visit('?lang=x1')
  await live(v.page, 'd4')
  expect(await v.page.locator('#d4 .guess').textContent()).toContain('Guess first.')
  await close(v)
})
