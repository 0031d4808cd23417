// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { choice, defaults, digitString, flag, formatQuery, integer, key, list, number, parseQuery, splitFragment, text } from './fields'

const fields = {
  g: number(1.2, 0.5, 5),
  seed: integer(7, 0, 9999),
  init: choice('orthogonal', ['orthogonal', 'identity']),
  lstm: flag(true),
  words: text('he said', 10),
  U: list([1, 2], -2, 2),
  open: key(),
  source: digitString('271828', 30),
  at: integer(3, 1, 99),
}

describe('a link', () => {
  test('comes back as it went', () => {
    const values = { ...defaults(fields), g: 0.75, init: 'identity' as const, lstm: false, words: 'a&b=“c”', U: [0.5, -1], open: '0123456789abcdef' }
    const query = formatQuery(fields, values)
    expect(parseQuery(fields, query)).toEqual({ values, notes: [] })
    expect(query).toContain('v=1')
  })
  test('holds only what differs', () => {
    expect(formatQuery(fields, defaults(fields))).toBe('v=1')
  })
  test('is clamped, and says so', () => {
    const { values, notes } = parseQuery(fields, 'g=99&seed=1.5&U=9,0')
    expect(values).toEqual({ ...defaults(fields), g: 5, seed: 2, U: [2, 0] })
    expect(notes).toHaveLength(3)
    expect(notes[0]).toBe('g = 99 is outside 0.5 to 5; it is now 5')
  })
  test.each([
    ['g=', 'g is not a number'],
    ['g=1e999', 'g is not a number'],
    ['g=abc', 'g is not a number'],
    ['init=__proto__', 'init is none of orthogonal, identity'],
    ['lstm=yes', 'lstm is neither 0 nor 1'],
    ['words=', 'words is empty'],
    ['open=../../../../../e', 'open is not of its form'],
    ['open=0123456789abcdef0', 'open is not of its form'],
    ['U=1', 'U needs 2 numbers'],
    ['U=1,x', 'U holds something that is not a number'],
    ['__proto__=1', '“__proto__” is unknown here'],
    ['constructor=1', '“constructor” is unknown here'],
    ['source=abc', 'source holds something other than digits'],
    ['source=1a', 'source holds something other than digits'],
    ['v=2&g=3', 'the link is of version 2'],
  ])('of garbage (%s) keeps the defaults', (query, note) => {
    const { values, notes } = parseQuery(fields, query)
    expect(values).toEqual(defaults(fields))
    expect(notes[0]).toContain(note)
  })
  test('that names a field twice takes the first, and says so', () => {
    expect(parseQuery(fields, 'g=2&g=3')).toEqual({ values: { ...defaults(fields), g: 2 }, notes: ['“g” is given more than once; the first stands'] })
  })
  test('is held to what its other values allow, and says so', () => {
    const limits = (values: { words: string }) => ({ at: values.words.length })
    const { values, notes } = parseQuery(fields, 'words=abcd&at=9', limits)
    expect(values.at).toBe(4)
    expect(notes).toEqual(['at = 9 is more than 4, the most beside the other values; it is now 4'])
    expect(parseQuery(fields, 'words=a', limits).notes).toEqual([]) // what the link does not name needs no word
  })
  test('has two parts', () => {
    expect(splitFragment('#d2?g=1&v=1')).toEqual({ id: 'd2', query: 'g=1&v=1' })
    expect(splitFragment('#d2')).toEqual({ id: 'd2', query: '' })
    for (const hash of ['', '#', '#?g=1', '#2', '#d2/../x', '#<b>']) expect(splitFragment(hash)).toBeNull()
  })
})
