// SPDX-License-Identifier: Apache-2.0
// The questions by key and by pointer, and the reader's progress: kept, exported, merged, never lost.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessible, close, setUp, visit } from './harness'
import type { Page } from 'playwright-core'

setUp()

const item = (page: Page, question: string) => page.locator('.item').filter({ hasText: question }).first()
/** Brings a set of questions to the screen until it is alive: what lies above it may still be laid out, and push it away again. */
async function wake(page: Page, set: string): Promise<void> {
  const place = page.locator(`[data-set=${set}]`)
  await expect
    .poll(
      async () => {
        await place.scrollIntoViewIfNeeded()
        return place.locator('.score').count()
      },
      { timeout: 60_000 },
    )
    .toBe(1)
}

test('each kind of question is judged at once, with its reason', async () => {
  const v = await visit()
  const { page } = v
  await wake(page, 'gates')
  await item(page, 'how many are gates').getByRole('button', { name: 'four' }).click()
  expect(await item(page, 'how many are gates').locator('.verdict').textContent()).toContain('it is what gets written')
  // The reason stands there now: another question comes before a second try.
  expect(await item(page, 'how many are gates').getByRole('button', { name: 'three' }).isDisabled()).toBe(true)

  const numeric = item(page, 'What is c now?')
  await numeric.getByRole('textbox').fill('1,6')
  await page.keyboard.press('Enter')
  expect(await numeric.locator('.verdict').textContent()).toMatch(/^Right\./)
  await item(page, 'how many are gates').getByRole('button', { name: 'three' }).click()
  expect(await item(page, 'how many are gates').locator('.verdict').textContent()).toMatch(/^Right\./)
  await page.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor() // the first answer counts
  await numeric.getByRole('textbox').fill('x')
  await page.keyboard.press('Enter')
  expect(await numeric.locator('.verdict').textContent()).toContain('Please type a number')
  expect(await numeric.locator('.state').textContent()).toBe('✓') // what is no number is no answer

  await wake(page, 'bptt')
  const order = item(page, 'Put one training step')
  for (let place = 0; place < 6; ++place) {
    const wanted = ['take over the value', 'run forward', 'compute the loss', 'run backward', 'clip the gradient', 'let the optimiser'][place]!
    for (;;) {
      const rows = await order.locator('li > span').allTextContents()
      if (rows.findIndex((row) => row.startsWith(wanted)) === place) break
      await order.getByRole('button', { name: `Move up: ${wanted}` }).click()
    }
  }
  await order.getByRole('button', { name: 'Check the order' }).click()
  expect(await order.locator('.verdict').textContent()).toMatch(/^Right\./)

  await wake(page, 'bilstm')
  const bug = item(page, 'one half of its features')
  await bug.getByRole('button', { name: 'summary = out' }).click()
  expect(await bug.locator('.verdict').textContent()).toMatch(/^Right\./)

  await wake(page, 'cell')
  const predict = item(page, 'half of a memory left')
  await predict.getByRole('button', { name: 'Draw the numbers' }).click()
  await predict.getByRole('textbox').fill('1000')
  await page.keyboard.press('Enter')
  expect(await predict.locator('.verdict').textContent()).toContain('The engine measures')
  await accessible(page, 'answered')
  await close(v)
})

test('answers outlive a reload, go to a file and come back', async () => {
  const v = await visit()
  await wake(v.page, 'gates')
  await item(v.page, 'how many are gates').getByRole('button', { name: 'three' }).click()
  await v.page.reload()
  await wake(v.page, 'gates')
  await v.page.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor()
  await v.page.getByRole('button', { name: 'Export progress' }).focus()
  const [download] = await Promise.all([v.page.waitForEvent('download'), v.page.keyboard.press('Enter')])
  const path = await download.path()
  expect(JSON.parse(readFileSync(path, 'utf8')).answers['gates-tanh'].right).toBe(true)

  const other = await visit()
  await other.page.locator('#progress-file').setInputFiles(path)
  await other.page.locator('#tools-said').filter({ hasText: 'taken over' }).waitFor()
  await wake(other.page, 'gates')
  await other.page.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor()
  await other.page.locator('#progress-file').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{]') })
  await other.page.locator('#tools-said').filter({ hasText: 'was not taken over: it is not JSON' }).waitFor()
  await close(other)
  await close(v)
})

test('two tabs agree, and a missed question comes up for review', async () => {
  const v = await visit()
  const second = await v.context.newPage()
  await second.goto(v.page.url())
  await wake(second, 'gates')
  await wake(v.page, 'gates')
  await item(v.page, 'how many are gates').getByRole('button', { name: 'two' }).click()
  await item(second, 'What is c now?').getByRole('textbox').fill('1.6')
  await second.keyboard.press('Enter')
  await v.page.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor()
  await second.locator('#quiz').scrollIntoViewIfNeeded()
  await second.locator('[data-island=review]').scrollIntoViewIfNeeded()
  await second.getByRole('button', { name: 'Review what was missed' }).click()
  await second.locator('.review .item').getByRole('button', { name: 'three' }).click()
  await second.locator('.review').filter({ hasText: 'Nothing missed so far' }).waitFor()
  await second.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor()
  await close(v)
})

test('corrupt progress is set aside, not erased', async () => {
  const v = await visit()
  await v.page.locator('#tools-said').waitFor({ state: 'attached' }) // or this visit would be the one that sets it aside
  await v.page.evaluate(() => localStorage.setItem('recurra-lesson', '{"version":1,"answers":7}'))
  await v.page.reload()
  await v.page.locator('#tools-said').filter({ hasText: 'set aside, not erased' }).waitFor()
  const kept = await v.page.evaluate(() => Object.entries(localStorage).find(([key]) => key.includes('set-aside'))?.[1])
  expect(kept).toBe('{"version":1,"answers":7}')
  await close(v)
})

test('with storage blocked the page works and says that nothing is kept', async () => {
  const v = await visit('', { blockStorage: true })
  await v.page.locator('#tools-said').filter({ hasText: 'until you close it' }).waitFor()
  await wake(v.page, 'gates')
  await item(v.page, 'how many are gates').getByRole('button', { name: 'three' }).click()
  await v.page.locator('[data-set=gates] .score').filter({ hasText: '1 of 3' }).waitFor()
  await close(v)
})
