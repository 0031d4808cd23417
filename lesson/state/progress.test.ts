// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { due, empty, kKey, merge, parse, ProgressError, ProgressStore, type Store } from './progress'

class Memory implements Store {
  data = new Map<string, string>()
  getItem = (key: string) => this.data.get(key) ?? null
  setItem = (key: string, value: string) => void this.data.set(key, value)
}

describe('progress', () => {
  test('survives a reload', () => {
    const memory = new Memory()
    new ProgressStore(memory, () => 5).answer('a', true)
    expect(new ProgressStore(memory).progress.answers).toEqual({ a: { at: 5, right: true, first: true, box: 1 } })
  })
  test('of two tabs: the newest answer to each item wins', () => {
    const memory = new Memory()
    const one = new ProgressStore(memory, () => 1)
    const two = new ProgressStore(memory, () => 2)
    one.answer('a', true)
    two.answer('a', false)
    one.answer('b', true)
    one.refresh()
    expect(one.progress.answers).toMatchObject({ a: { at: 2, right: false }, b: { at: 1, right: true } })
    expect(merge(one.progress, two.progress)).toEqual(merge(two.progress, one.progress))
  })
  test.each(['{', '[]', '{"version":1}', '{"version":1,"answers":{"a":{"at":"x"}},"read":{},"settings":{"at":0}}', '{"version":99}'])(
    'that cannot be read is set aside: %s',
    (text) => {
      const memory = new Memory()
      memory.setItem(kKey, text)
      const store = new ProgressStore(memory, () => 7)
      expect(store.notice).toContain('set aside, not erased')
      expect(memory.getItem(`${kKey}-set-aside-7`)).toBe(text)
      store.answer('a', true)
      expect(new ProgressStore(memory).progress.answers.a?.right).toBe(true)
    },
  )
  test('without storage lives in memory, and says so', () => {
    const store = new ProgressStore(null)
    store.answer('a', true)
    expect(store.progress.answers.a?.right).toBe(true)
    expect(store.notice).toContain('until you close it')
  })
  test('with a full storage says so', () => {
    const full: Store = {
      getItem: () => null,
      setItem: () => {
        throw new Error('quota')
      },
    }
    const store = new ProgressStore(full)
    store.answer('a', true)
    expect(store.notice).toContain('no room left')
  })
  test('with a full storage shows what is there', () => {
    const full = new Memory()
    new ProgressStore(full, () => 5).answer('a', true)
    full.setItem = () => {
      throw new Error('quota')
    }
    const store = new ProgressStore(full, () => 6)
    expect(store.progress.answers.a?.right).toBe(true)
    store.answer('b', true)
    expect(Object.keys(store.progress.answers)).toEqual(['a', 'b'])
  })
  test('that can be neither read nor set aside stays as it is, and the page works on', () => {
    const memory = new Memory()
    const large = 'x'.repeat(3_000_000)
    memory.setItem(kKey, large)
    memory.setItem = () => {
      throw new Error('quota')
    }
    const store = new ProgressStore(memory, () => 7)
    expect(store.notice).toContain('no room to set it aside')
    store.answer('a', true)
    store.theme('dark')
    store.refresh()
    expect(store.progress.answers.a?.right).toBe(true)
    expect(store.progress.settings.theme).toBe('dark')
    expect(memory.getItem(kKey)).toBe(large)
  })
  test('stamped in the future gives way to what is done now', () => {
    const stamped = { version: 1, answers: { a: { at: 9e15, right: false } }, read: { cell: 9e15 }, settings: { theme: 'dark', at: 9e15 } }
    const memory = new Memory()
    memory.setItem(kKey, JSON.stringify(stamped))
    const store = new ProgressStore(memory, () => 1000)
    expect(store.progress.settings.theme).toBe('dark')
    store.theme('light')
    store.answer('a', true)
    expect(store.progress.settings.theme).toBe('light')
    expect(new ProgressStore(memory, () => 2000).progress.answers.a).toMatchObject({ at: 1000, right: true })
    store.import(JSON.stringify(stamped))
    expect(store.progress.answers.a?.right).toBe(true)
    expect(store.progress.settings.theme).toBe('light')
  })
  test('remembers the first answer, and lets what is known rest longer each time', () => {
    const memory = new Memory()
    const day = 24 * 60 * 60 * 1000
    let now = 0
    const store = new ProgressStore(memory, () => now)
    store.answer('a', false)
    expect(due(store.progress.answers.a!, now)).toBe(true)
    now = 1
    store.answer('a', true)
    expect(store.progress.answers.a).toEqual({ at: 1, right: true, first: false, box: 1 })
    const rests: number[] = []
    for (let times = 0; times < 5; ++times) {
      let days = 0
      while (!due(store.progress.answers.a!, now + days * day)) ++days
      rests.push(days)
      now += days * day
      store.answer('a', true)
    }
    expect(rests).toEqual([1, 3, 7, 21, 21])
    now += 1
    store.answer('a', false)
    expect(due(store.progress.answers.a!, now)).toBe(true)
    expect(new ProgressStore(memory, () => now).progress.answers.a).toEqual({ at: now, right: false, first: false, box: 0 })
  })
  test('keeps guesses and goals, and leaves out what is none', () => {
    const memory = new Memory()
    const store = new ProgressStore(memory, () => 5)
    store.guess('d2', { option: 1 })
    store.guess('d4', { drawn: [1, 0.5] })
    store.goal('d2-vanish')
    store.goal('d2-vanish')
    const { guesses, goals } = new ProgressStore(memory).progress
    expect(guesses).toEqual({ d2: { at: 5, option: 1 }, d4: { at: 5, drawn: [1, 0.5] } })
    expect(goals).toEqual({ 'd2-vanish': 5 })
    const old = { version: 1, answers: {}, read: {}, settings: { at: 0 } }
    expect(parse(JSON.stringify(old)).guesses).toEqual({})
    const odd = { ...old, guesses: { a: 7, b: { at: 1, option: 'x' }, c: { at: 1, drawn: ['x'] } }, goals: { d: 'x' } }
    expect(parse(JSON.stringify(odd))).toMatchObject({ guesses: {}, goals: {} })
  })
  test('is exported and imported', () => {
    const from = new ProgressStore(new Memory(), () => 3)
    from.answer('a', true)
    const to = new ProgressStore(new Memory(), () => 4)
    to.answer('b', false)
    to.import(from.export())
    expect(Object.keys(to.progress.answers).sort()).toEqual(['a', 'b'])
    expect(() => to.import('nonsense')).toThrow(ProgressError)
  })
  test('of an older version is brought up step by step', () => {
    const old = JSON.stringify({ version: 1, done: ['a'] })
    const migrations = {
      1: (data: Record<string, unknown>) => ({ ...data, version: 2 }),
      2: (data: Record<string, unknown>) => ({ ...empty(), answers: { [(data.done as string[])[0]!]: { at: 1, right: true } } }),
    }
    expect(parse(old, migrations, 3).answers).toEqual({ a: { at: 1, right: true } })
    expect(() => parse(old, {}, 3)).toThrow('no longer reads')
  })
})
