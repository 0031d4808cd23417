// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { KeptStates } from './kept'

function memory() {
  const data = new Map<string, string>()
  return { data, getItem: (key: string) => data.get(key) ?? null, setItem: (key: string, value: string) => void data.set(key, value) }
}

test('each diagram finds what it was left with; one at its defaults finds nothing', () => {
  const storage = memory()
  const kept = new KeptStates(() => storage)
  kept.write('d2', 'g=1.5&v=1')
  kept.write('d4', 'bf=3&v=1')
  kept.write('d4', 'v=1')
  expect(['d1', 'd2', 'd4'].map((id) => new KeptStates(() => storage).read(id))).toEqual(['', 'g=1.5&v=1', ''])
})
test.each(['{', '[]', '7', 'null', '{"d2":7}'])('garbage in the storage (%s) is nothing', (text) => {
  const storage = memory()
  storage.setItem('recurra-lesson-states', text)
  const kept = new KeptStates(() => storage)
  expect(kept.read('d2')).toBe('')
  kept.write('d2', 'g=2&v=1')
  expect(kept.read('d2')).toBe('g=2&v=1')
})
test('blocked storage does no harm', () => {
  const kept = new KeptStates(() => {
    throw new Error('blocked')
  })
  kept.write('d2', 'g=2&v=1')
  expect(kept.read('d2')).toBe('')
})
