// SPDX-License-Identifier: Apache-2.0
// The first thing on the page: alive at once, by key and by thumb, on one screen of a phone.
import { expect, test } from 'vitest'
import { accessible, close, setUp, visit } from './harness'

setUp()

test.each([
  ['by key', { viewport: { width: 1280, height: 900 } }],
  ['by thumb', { viewport: { width: 360, height: 740 }, hasTouch: true }],
] as const)('a sentence is read, its memory erased and given back: %s', async (how, options) => {
  const v = await visit('', options)
  await v.page.locator('#try[data-live]').waitFor()
  const says = v.page.locator('#try .says')
  const button = v.page.locator('#try button')
  expect(await says.textContent()).toContain('It is right after each of 31 characters')
  const box = (await button.boundingBox())!
  expect(box.y + box.height).toBeLessThan(options.viewport.height)
  if (how === 'by key') {
    await v.page.locator('#try-text').focus()
    await v.page.keyboard.press('Tab')
    await v.page.keyboard.press('Enter')
  } else await button.tap()
  await says.filter({ hasText: 'takes the closing mark for an opening one' }).waitFor()
  await accessible(v.page, 'erased')
  await button.click()
  await says.filter({ hasText: 'It is right' }).waitFor()
  await v.page.locator('#try-text').fill('Nothing is said here.')
  await says.filter({ hasText: 'It sees no quotation' }).waitFor()
  await close(v)
})

test('it stands there without JavaScript', async () => {
  const v = await visit('', { javaScriptEnabled: false })
  expect(await v.page.locator('#try .says').textContent()).toContain('It is right after each of 31 characters')
  await close(v)
})
