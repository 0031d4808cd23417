// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { turn } from './turns'

test('pieces of work run one after the other, each in a task of its own, and one that fails holds up none', async () => {
  const seen: string[] = []
  const first = turn(() => {
    seen.push('a')
    void Promise.resolve().then(() => seen.push('what follows a'))
  })
  const broken = turn(() => {
    throw new Error('broken')
  })
  const last = turn(() => void seen.push('b'))
  expect(seen).toEqual([])
  await first
  await expect(broken).rejects.toThrow('broken')
  await last
  expect(seen).toEqual(['a', 'what follows a', 'b'])
})
