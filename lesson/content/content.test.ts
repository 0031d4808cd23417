// SPDX-License-Identifier: Apache-2.0
// The lesson as data: every name that one part uses is defined by another, and the quiz keeps its schema.
import { describe, expect, test } from 'vitest'
import { concepts, sections } from './lesson'
import { figures } from './figures'
import { items } from './quiz'
import { item } from './quiz/schema'
import { references } from './references'
import { refreshers } from './refreshers'
import { blocks } from '../page/markdown'
import { inOrder } from '../quiz/shuffle'

const text = sections.map((s) => s.text).join('\n')

describe('content', () => {
  test.each(items.map((i) => [i.id, i] as const))('question %s keeps the schema', (_, i) => {
    expect(item.parse(i)).toEqual(i)
    if (i.kind === 'bug') expect(i.wrong).toBeLessThan(i.lines.length)
    expect([...sections, ...refreshers].map((part) => part.id)).toContain(i.section)
  })
  test('the quiz has its size: 3 or 4 a concept, 12 to 15 mixed, every kind', () => {
    expect(new Set(items.map((i) => i.id)).size).toBe(items.length)
    for (const set of ['nn', 'optim', 'bptt', 'vanishing', 'gates', 'cell', 'gru', 'bilstm', 'seq2seq'] as const) {
      const count = items.filter((i) => i.set === set).length
      expect(count, set).toBeGreaterThanOrEqual(3)
      expect(count, set).toBeLessThanOrEqual(4)
    }
    const mixed = items.filter((i) => i.set === 'mixed')
    expect(mixed.length).toBeGreaterThanOrEqual(12)
    expect(mixed.length).toBeLessThanOrEqual(15)
    for (const { section } of concepts)
      expect(
        mixed.map((i) => i.section),
        section,
      ).toContain(section)
    expect(mixed.filter((i) => i.kind === 'predict').length).toBeGreaterThanOrEqual(2)
    expect(new Set(items.map((i) => i.kind))).toEqual(new Set(['choice', 'numeric', 'order', 'bug', 'predict']))
  })
  test('no rule of place or length passes the quiz', () => {
    const choices = items.filter((i) => i.kind === 'choice')
    const score = (pick: (lengths: number[]) => number[]) => {
      const shares = choices.map(({ options }) => {
        const picked = pick(options.map((o) => o.text.length))
        return picked.filter((index) => options[index]?.right).length / picked.length
      })
      return shares.reduce((a, b) => a + b, 0) / shares.length
    }
    const extreme = (of: (...lengths: number[]) => number) =>
      score((lengths) => lengths.map((l, i) => (l === of(...lengths) ? i : -1)).filter((i) => i >= 0))
    expect(extreme(Math.max)).toBeLessThan(0.45)
    expect(extreme(Math.min)).toBeLessThan(0.45)
    for (const { id, options } of choices) {
      const right = options.find((o) => o.right)!.text.length
      const others = options.filter((o) => !o.right).map((o) => o.text.length)
      expect(right / Math.max(...others), id).toBeLessThanOrEqual(1.25)
    }
  })
  test('the options of a question take every place as often as another', () => {
    let state = 1
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647
    const counts = [0, 0, 0]
    for (let i = 0; i < 3000; ++i) ++counts[inOrder(3, random).indexOf(1)]!
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })
  test('the sections hold eight diagrams and two beside them, seven concepts, seventy minutes', () => {
    const all = sections.flatMap((s) => blocks(s.text))
    expect(all.filter((b) => b.kind === 'figure').map((b) => b.kind === 'figure' && b.id)).toEqual(figures.map((f) => f.id))
    expect(figures.map((f) => f.id).filter((id) => /^d[1-8]$/.test(id))).toHaveLength(8)
    for (const concept of concepts) expect(sections.map((s) => s.id)).toContain(concept.section)
    expect(concepts).toHaveLength(7)
    expect(sections.reduce((sum, s) => sum + s.minutes, 0)).toBeLessThanOrEqual(70)
  })
  test('every section opens with a question', () => {
    for (const s of sections) expect(s.question).toMatch(/\?$/)
  })
  test('every reference has a link of its own', () => {
    for (const { key, link } of references)
      expect(link, key).toMatch(/^https:\/\/(doi\.org\/10\.\d{4,5}\/\S+|arxiv\.org\/abs\/\d{4}\.\d{4,5}|proceedings\.mlr\.press\/\S+)$/)
    expect(new Set(references.map((r) => r.link)).size).toBe(references.length)
  })
  test('every reference is cited', () => {
    for (const { key } of references) expect(text.includes(`[@${key}]`), key).toBe(true)
  })
})
