// SPDX-License-Identifier: Apache-2.0
// `recurra inspect MODEL DATA --open`: diagram 8 with a model of the command on the reader's data.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asCsv, series } from '../figures/train/series'
import { address, builtPage, close, command, setUp, visit } from './harness'

setUp()

test('the page shows what the command serves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recurra-lesson-'))
  const [data, model] = [join(folder, 'x.csv'), join(folder, 'm.safetensors')]
  writeFileSync(data, asCsv(series('wave', 1)))
  const options = ['--target', 'value', '--horizon', '3', '--lookback', '12', '--hidden', '4', '--epochs', '1', '--no-follow-errors', '--quiet']
  execFileSync(command, ['forecast', 'train', data, ...options, '--out', model])
  const [head, ...predicted] = execFileSync(command, ['forecast', 'predict', model, data], { encoding: 'utf8' }).trim().split('\n')
  const columns = ['value', 'value-lo-80', 'value-hi-80'].map((name) => head!.split(',').indexOf(name))
  const server = spawn(command, ['inspect', model, data, '--open', '--dir', builtPage], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const link = new URL(await address(server))
    const v = await visit(link.hash, {}, undefined, `${link.origin}/`)
    const table = v.page.locator('#d8 table').filter({ hasText: 'Its forecast' })
    await table.waitFor()
    const rows = await table.locator('tbody tr').all()
    expect(rows).toHaveLength(predicted.length)
    for (const [i, row] of rows.entries()) {
      const shown = (await row.locator('td').allTextContents()).map((text) => Number(text.replace('−', '-')))
      const wanted = columns.map((column) => Number(predicted[i]!.split(',')[column]))
      wanted.forEach((value, k) => expect(Math.abs(shown[k]! - value), `step ${i + 1}, column ${k}`).toBeLessThan(0.01))
    }
    await v.page.locator('#d8 .chart').filter({ hasText: 'should hold' }).locator('path.band').waitFor()
    await v.page.locator('#d8').getByText('data.csv', { exact: true }).waitFor()
    await v.page
      .locator('#d8')
      .getByText(/Half-life of each unit/)
      .first()
      .waitFor()
    await close(v)
  } finally {
    server.kill()
  }
})

test('a link whose model is gone says so', async () => {
  const v = await visit('#d8?open=0123456789abcdef&v=1')
  await v.page.locator('#d8 [role=alert]').filter({ hasText: 'no longer served' }).waitFor()
  expect(v.complaints.splice(0)).toEqual([expect.stringContaining('404'), expect.stringContaining('404')])
  await close(v)
})
