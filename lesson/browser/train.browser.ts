// SPDX-License-Identifier: Apache-2.0
// Diagram 8: training by hand, the reader's own CSV, bad CSVs, divergence, and model files to the command and back.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { asCsv, series } from '../figures/train/series'
import { accessible, close, command, kill, live, setUp, visit } from './harness'

setUp()

const small = '#d8?series=wave&hidden=4&layers=1&T=12&steps=20&v=1'
const train = (page: Page) => page.locator('#d8').getByRole('button', { name: /^Train / })
const csv = (name: string, content: Buffer | string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
const trained = (page: Page) => page.locator('#d8 .run').getByRole('button', { name: 'Download the model' }).and(page.locator(':enabled')).waitFor()
const summary = (page: Page) => page.locator('#d8 .summary').textContent()

test('trains, pauses, goes on, and a downloaded model gives the command the same numbers', async () => {
  const v = await visit(small)
  await live(v.page, 'd8')
  await train(v.page).click()
  await v.page.locator('#d8').getByRole('button', { name: 'Pause' }).click()
  await trained(v.page)
  const paused = await summary(v.page)
  await v.page.locator('#d8').getByRole('button', { name: 'One step' }).click()
  await v.page.waitForFunction((text) => document.querySelector('#d8 .summary')?.textContent !== text, paused)
  await trained(v.page)
  const [download] = await Promise.all([
    v.page.waitForEvent('download'),
    v.page.locator('#d8').getByRole('button', { name: 'Download the model' }).click(),
  ])

  const folder = mkdtempSync(join(tmpdir(), 'recurra-lesson-'))
  const model = join(folder, 'm.safetensors')
  writeFileSync(model, readFileSync(await download.path()))
  writeFileSync(join(folder, 'x.csv'), asCsv(series('wave', 1)))
  const [head, ...lines] = execFileSync(command, ['forecast', 'predict', model, join(folder, 'x.csv')], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const native = lines.map((line) => Number(line.split(',')[head!.split(',').indexOf('value')]))

  await v.page.locator('#d8').getByText('Check it, or open a model file').click()
  await v.page.locator('#d8-model').setInputFiles(model)
  const table = v.page.locator('#d8 table').filter({ hasText: 'Its forecast' })
  await table.waitFor({ timeout: 30_000 })
  const rows = await table.locator('tbody tr').all()
  const cells = (texts: string[]) => texts.map((text) => Number(text.replace('−', '-').replace(',', '')))
  const said = await Promise.all(rows.map(async (row) => cells(await row.locator('td').allTextContents())))
  const shown = said.map(([value]) => value!)
  for (const [i, [value, low, high]] of said.entries()) expect(low! < value! && value! < high!, `interval of step ${i + 1}`).toBe(true)
  expect(shown).toHaveLength(native.length)
  shown.forEach((x, i) => expect(Math.abs(x - native[i]!), `step ${i + 1}`).toBeLessThan(0.01))

  await v.page
    .locator('#d8-model')
    .setInputFiles({ name: 'x.safetensors', mimeType: '', buffer: Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123]) })
  await v.page.locator('#d8').getByText('This file was not opened').waitFor()
  await close(v)
})

test('reads the reader’s own CSV, and says what is wrong with a bad one', async () => {
  const v = await visit(small)
  await live(v.page, 'd8')
  const good = `time,load\n${Array.from({ length: 600 }, (_, t) => `${t},${(10 + Math.sin(t / 3)).toFixed(3)}`).join('\n')}\n`
  await v.page.locator('#d8-csv').setInputFiles(csv('mine.csv', good))
  await v.page.locator('#d8').getByText('mine.csv', { exact: true }).waitFor()
  await v.page.locator('#d8').getByRole('button', { name: 'Pause' }).click()
  await trained(v.page)
  const before = await summary(v.page)
  const dropped = await v.page.evaluateHandle((text) => {
    const data = new DataTransfer()
    data.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }))
    return data
  }, good)
  await v.page.locator('#d8').getByRole('group', { name: 'Your own CSV' }).dispatchEvent('drop', { dataTransfer: dropped })
  await v.page.locator('#d8').getByText('dropped.csv', { exact: true }).waitFor()
  await v.page.locator('#d8').getByRole('button', { name: 'Pause' }).click()
  await trained(v.page)
  for (const [name, content] of [
    ['empty.csv', ''],
    ['binary.csv', Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 37) % 256))],
    ['words.csv', 'a,b\nx,y\nz,w\n'],
  ] as const) {
    await v.page.locator('#d8-csv').setInputFiles(csv(name, content))
    await v.page.locator('#d8 .drawing [role=alert]').waitFor()
    expect((await v.page.locator('#d8 .drawing [role=alert]').textContent())!.length, name).toBeGreaterThan(10)
  }
  const huge = join(mkdtempSync(join(tmpdir(), 'recurra-lesson-')), 'huge.csv')
  writeFileSync(huge, Buffer.alloc(50 * 2 ** 20, '1\n'))
  await v.page.locator('#d8-csv').setInputFiles(huge)
  await v.page.locator('#d8 .drawing [role=alert]').filter({ hasText: 'reads up to 20 MB' }).waitFor()
  expect(before).toMatch(/\d/)
  await close(v)
})

test('a training outlives its worker: it goes on to the numbers of a run that was not disturbed', async () => {
  const v = await visit(small)
  await live(v.page, 'd8')
  await train(v.page).click()
  await v.page.locator('#d8').getByRole('button', { name: 'Pause' }).click()
  await trained(v.page)
  const steps = Number(/After (\d+) steps?/.exec((await summary(v.page))!)![1])
  await kill(v.page)
  await v.page.locator('#d8').getByRole('button', { name: 'One step' }).click()
  await v.page
    .locator('#d8 .summary')
    .filter({ hasText: `After ${steps + 1} steps` })
    .waitFor()
  const found = await summary(v.page)
  await close(v)

  const undisturbed = await visit(small.replace('steps=20', `steps=${steps + 1}`))
  await live(undisturbed.page, 'd8')
  await undisturbed.page
    .locator('#d8 .summary')
    .filter({ hasText: `After ${steps + 1} steps` })
    .waitFor()
  expect(found).toBe(await summary(undisturbed.page))
  await close(undisturbed)
})

test('a run that diverges says so, shows the gradient norm, and clipping mends it', async () => {
  const v = await visit('#d8?series=wave&hidden=8&layers=1&T=12&steps=40&lr=100&clip=0&v=1')
  await live(v.page, 'd8')
  const alert = v.page.locator('#d8 [role=alert]').filter({ hasText: 'diverged' })
  await alert.waitFor()
  expect(await alert.textContent()).toMatch(/gradient norm was \d/)
  await accessible(v.page, 'diverged')
  await alert.getByRole('button', { name: /^Clip at 1/ }).click()
  await alert.waitFor({ state: 'detached' })
  await v.page.locator('#d8').getByRole('button', { name: 'Pause' }).click()
  await trained(v.page)
  expect(await summary(v.page)).not.toContain('diverged')
  await close(v)
})

test('a net of diagram 7 trains here by its own settings, and other diagrams answer meanwhile', async () => {
  const v = await visit('#d7?H=8&tf=0.5&steps=40&v=1')
  await v.page.locator('#d7 .summary').filter({ hasText: 'It was trained here for 40 steps.' }).waitFor()
  await v.page.locator('#d7').getByRole('button', { name: 'Train 500 steps more' }).click()
  await v.page.locator('#d7 [role=status]').filter({ hasText: 'Training: step' }).waitFor()
  await v.page.locator('#d6').scrollIntoViewIfNeeded()
  await live(v.page, 'd6')
  const before = await v.page.locator('#d6 .summary').textContent()
  await v.page.locator('#d6').getByRole('slider', { name: 'Steps T', exact: true }).focus()
  await v.page.keyboard.press('ArrowLeft')
  await v.page.waitForFunction((text) => document.querySelector('#d6 .summary')?.textContent !== text, before)
  await v.page.locator('#d7').getByRole('button', { name: 'Stop', exact: true }).click()
  await v.page
    .locator('#d7 .summary')
    .filter({ hasText: /trained here for \d{2,3} steps/ })
    .filter({ hasNotText: 'for 40 steps' })
    .waitFor()
  await accessible(v.page, 'trained in the page')
  await v.page.locator('#d7').getByRole('button', { name: 'Reset' }).click()
  await v.page.locator('#d7').getByText('Shipped with the page').waitFor()
  await close(v)
})
