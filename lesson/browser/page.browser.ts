// SPDX-License-Identifier: Apache-2.0
// The page as a whole: its parts, its looks, its reading without JavaScript, on paper, on a small screen, in every mode.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { figures } from '../content/figures'
import { accessible, close, everyFigure, everyIsland, kill, live, setUp, visit } from './harness'

setUp()

test('the page has its head, its sections, and marks the place in the contents', async () => {
  const v = await visit()
  expect(await v.page.title()).toBe('RNN, LSTM & GRU: sequence modelling')
  expect(await v.page.locator('main h2').count()).toBeGreaterThan(12)
  await v.page.locator('nav.contents a[data-place=gates]').click()
  await v.page.locator('a[data-place=gates][aria-current]').waitFor()
  await close(v)
})

test.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { forcedColors: 'active' }],
  ['a small screen', { viewport: { width: 320, height: 640 } }],
] as const)('axe finds nothing, before the figures wake and after: %s', async (name, options) => {
  const v = await visit('', options)
  await accessible(v.page, `${name}, asleep`)
  await everyFigure(v.page)
  await accessible(v.page, `${name}, awake and veiled`)
  for (const { id } of figures) await v.page.locator(`#${id}`).getByRole('button', { name: 'Just show me' }).click()
  for (const summary of await v.page.locator('.foot summary').all()) await summary.click()
  await accessible(v.page, `${name}, awake and unfolded`)
  await close(v)
})

test.each([
  ['320 pixels', { viewport: { width: 320, height: 640 } }],
  ['200 % zoom', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
])('nothing is cut off sideways at %s', async (_, options) => {
  const v = await visit('', options)
  await everyFigure(v.page)
  expect(await v.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  await close(v)
})

test('on a tall screen nothing counts as read before it is laid out', async () => {
  const v = await visit('', { viewport: { width: 1280, height: 2400 } })
  await v.page.evaluate(() => window.scrollTo(0, 500))
  await v.page.locator('nav [aria-current=location]').waitFor({ state: 'attached' })
  const marks = () => v.page.locator('[data-mark]').evaluateAll((marks) => marks.filter((mark) => mark.textContent).length)
  const before = await marks()
  await v.page.evaluate(() => {
    document.documentElement.dataset.until = 'head' // public/early.js
    window.dispatchEvent(new Event('scroll'))
  })
  await v.page.waitForTimeout(500)
  expect(await marks()).toBe(before)
  expect(before).toBeLessThan(3)
  await close(v)
})

test('the page reads without JavaScript: figures with numbers, formulas, code, questions with answers', async () => {
  const v = await visit('', { javaScriptEnabled: false })
  for (const { id } of figures) {
    if ((await v.page.locator(`#${id}`).count()) === 0) continue
    expect(await v.page.locator(`#${id} svg`).count(), id).toBeGreaterThan(0)
    expect(await v.page.locator(`#${id} .summary`).textContent(), id).toMatch(/\d/)
    expect(await v.page.locator(`#${id} table`).count(), id).toBeGreaterThan(0)
    expect(await v.page.locator(`#${id} input:enabled, #${id} select:enabled`).count(), id).toBe(0)
  }
  expect(await v.page.locator('.katex').count()).toBeGreaterThan(20)
  expect(await v.page.locator('#listing pre').count()).toBeGreaterThanOrEqual(2)
  const question = v.page.locator('[data-set=mixed] .question-item').first() // the refreshers are folded
  await question.locator('summary').click()
  expect(await question.textContent()).toContain('Right:')
  await close(v)
})

test('on paper there are no controls, and the questions lie open', async () => {
  const v = await visit()
  await v.page.locator('[data-set=gates]').scrollIntoViewIfNeeded()
  await v.page.locator('[data-set=gates] .score').waitFor()
  await v.page.emulateMedia({ media: 'print' })
  expect(await v.page.locator('[data-set=gates] .item').first().isVisible()).toBe(false)
  for (const set of ['gates', 'mixed'])
    expect(
      await v.page
        .locator(`[data-set=${set}] .question-item li`)
        .first()
        .evaluate((e) => e.getBoundingClientRect().height),
    ).toBeGreaterThan(10)
  expect(await v.page.locator('.contents').isVisible()).toBe(false)
  expect(await v.page.locator('.controls').first().isVisible()).toBe(false)
  await close(v)
})

test('nothing moves unasked', async () => {
  const v = await visit('', { reducedMotion: 'reduce' })
  await everyFigure(v.page)
  expect(await v.page.evaluate(() => document.getAnimations().length)).toBe(0)
  expect(await v.page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)).toBe('auto')
  await close(v)
})

test('every control has a name, and every target 24 pixels', async () => {
  const v = await visit()
  await everyFigure(v.page)
  const small = await v.page.evaluate(() =>
    [...document.querySelectorAll('button, input:not([type=radio]):not([hidden]), select, summary')]
      .filter((e) => e.checkVisibility())
      .map((e) => ({ name: e.outerHTML.slice(0, 90), box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < 20 || (box.width < 24 && box.height < 24)))
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  )
  expect(small).toEqual([])
  const nameless = await v.page.evaluate(() =>
    [...document.querySelectorAll('svg')]
      .filter((s) => !s.closest('[aria-hidden=true]') && !(s.getAttribute('aria-label') ?? '').trim())
      .map((s) => s.outerHTML.slice(0, 90)),
  )
  expect(nameless).toEqual([])
  await close(v)
})

test('the Tab key goes through the page in the order in which it reads, and always shows where it is', async () => {
  const v = await visit()
  await everyIsland(v.page)
  const faults: string[] = []
  let count = 0
  for (;;) {
    await v.page.keyboard.press('Tab')
    const { end, fault } = await v.page.evaluate(() => {
      const w = window as unknown as { tabbedFirst?: Element; tabbedBefore?: Element } // ids are names of window too
      const here = document.activeElement!
      if (here === document.body || here === w.tabbedFirst) return { end: true, fault: '' }
      w.tabbedFirst ??= here
      const after = !w.tabbedBefore || (w.tabbedBefore.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
      w.tabbedBefore = here
      const marked = [here, here.closest('label')].some((e) => {
        const style = e && getComputedStyle(e)
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      })
      return { end: false, fault: after && marked ? '' : `${after ? 'no ring around' : 'back to'} ${here.outerHTML.slice(0, 90)}` }
    })
    if (end) break
    if (fault) faults.push(fault)
    if (++count > 2000) throw new Error('the Tab key goes round in circles')
  }
  expect(faults).toEqual([])
  expect(count).toBeGreaterThan(150)
  await close(v)
})

test('every link within the page leads somewhere, and one to what is folded up unfolds it', async () => {
  const v = await visit()
  await everyIsland(v.page)
  const lost = await v.page.evaluate(() =>
    [...document.querySelectorAll('a[href^="#"]')]
      .map((link) => link.getAttribute('href')!.slice(1).split('?')[0]!)
      .filter((id) => !document.getElementById(id)),
  )
  expect(lost).toEqual([])
  await v.page.evaluate(() => void (location.hash = '#optim'))
  await v.page.locator('#optim[open]').waitFor()
  await close(v)
})

test('a link lands where it says, although what lies between was not laid out yet', async () => {
  const top = (page: Page, id: string) => page.locator(`#${id}`).evaluate((e) => Math.round(e.getBoundingClientRect().top))
  const lands = (page: Page, id: string) => expect.poll(() => top(page, id), { message: id, timeout: 10_000 }).toSatisfy((y) => y > -50 && y < 150)
  const v = await visit()
  for (const id of ['gru', 'forecasting', 'cell', 'sequences', 'references', 'formulas']) {
    await v.page.locator(`nav.contents a[href="#${id}"]`).click()
    await lands(v.page, id)
    await v.page.locator(`a[data-place=${id}][aria-current]`).waitFor()
  }
  await close(v)
  for (const [fragment, id] of [
    ['#seq2seq', 'seq2seq'],
    ['#d6?T=8&v=1', 'd6'],
    ['#term-clipping', 'term-clipping'],
  ] as const) {
    const deep = await visit(fragment)
    await lands(deep.page, id)
    await close(deep)
  }
})

test('each tab of the listing is there, in colours once it is chosen, with the phases of a training', async () => {
  const v = await visit('#listing')
  for (const name of ['C++ with Recurra', 'Python with Recurra', 'PyTorch']) {
    await v.page.locator('#listing').getByRole('tab', { name, exact: true }).click()
    const panel = v.page.locator('#listing .panel:not([hidden])')
    await panel.locator('pre.shiki [data-phase=evaluate]').first().waitFor()
    expect(await panel.locator('pre').textContent()).toContain('week ago')
  }
  await close(v)
})

test('a choice of light or dark is kept', async () => {
  const v = await visit('', { colorScheme: 'light' })
  await v.page.getByRole('button', { name: 'Dark' }).click()
  await v.page.reload()
  expect(await v.page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  expect(await v.page.evaluate(() => getComputedStyle(document.body.parentElement!).backgroundColor)).toBe('rgb(20, 22, 27)')
  await close(v)
})

test('where the engine cannot run the page says so and keeps its figures', async () => {
  const v = await visit('', {}, async (page) => page.route('**/*.wasm', (route) => route.abort()))
  await v.page.locator('#d1').scrollIntoViewIfNeeded()
  await v.page.locator('#engine-notice').waitFor()
  expect(await v.page.locator('#engine-notice').textContent()).toContain('cannot run in this browser')
  expect(await v.page.locator('#d1 svg').count()).toBeGreaterThan(0)
  await v.context.close()
})

test('a module that the browser cannot compile is refused in a plain sentence', async () => {
  const broken = Buffer.from([0, 97, 115, 109, 9, 0, 0, 0])
  const v = await visit('', {}, async (page) => page.route('**/*.wasm', (route) => route.fulfill({ body: broken, contentType: 'application/wasm' })))
  await v.page.locator('#d1').scrollIntoViewIfNeeded()
  await v.page.locator('#engine-notice').filter({ hasText: 'the diagrams stand still with the numbers they were built with' }).waitFor()
  expect(await v.page.locator('#d1 .summary').textContent()).toMatch(/\d/)
  await close(v)
})

test('a worker that dies is replaced, and the next move of a slider is answered', async () => {
  const v = await visit()
  await live(v.page, 'd4')
  const before = await v.page.locator('#d4 .summary').textContent()
  await kill(v.page)
  await v.page.locator('#d4').getByRole('slider', { name: 'Steps', exact: true }).focus()
  await v.page.keyboard.press('ArrowLeft')
  await v.page.waitForFunction((text) => document.querySelector('#d4 .summary')?.textContent !== text, before)
  expect(await v.page.locator('#d4 [role=alert]').count()).toBe(0)
  await close(v)
})

test('offline after one visit', async () => {
  const v = await visit()
  await v.page.evaluate(() => navigator.serviceWorker.ready)
  await v.page.waitForFunction(
    async () => (await caches.keys()).length > 0 && (await (await caches.open((await caches.keys())[0]!)).keys()).length > 20,
  )
  await v.page.reload()
  await v.context.setOffline(true)
  await v.page.reload()
  await v.page.locator('#d1').scrollIntoViewIfNeeded()
  await v.page.locator('#d1[data-live]').waitFor()
  await v.context.close()
})
