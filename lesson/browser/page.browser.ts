// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { accessible, close, setUp, visit } from './harness'

setUp()

test('the page has its head, its sections and its place in the contents', async () => {
  const v = await visit()
  expect(await v.page.title()).toBe('RNN, LSTM & GRU: sequence modelling')
  expect(await v.page.locator('main h2').count()).toBeGreaterThan(12)
  await v.page.locator('nav.contents a[data-place=gates]').click()
  await v.page.locator('a[data-place=gates][aria-current]').waitFor()
  await close(v)
})

test.each(['light', 'dark'] as const)('axe finds nothing in the %s page', async (colorScheme) => {
  const v = await visit('', { colorScheme })
  await accessible(v.page, colorScheme)
  await close(v)
})
