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

const text = sections.map((s) => s.text).join('\n')

describe('content', () => {
  test.each(items.map((i) => [i.id, i] as const))('question %s keeps the schema', (_, i) => {
    expect(item.parse(i)).toEqual(i)
    if (i.kind === 'bug') expect(i.wrong).toBeLessThan(i.lines.length)
    expect([...sections, ...refreshers].map((part) => part.id)).toContain(i.section)
  })
  test('the quiz has its size: 24 to 30 items, 3 or 4 a concept, every kind', () => {
    expect(new Set(items.map((i) => i.id)).size).toBe(items.length)
    const lesson = items.filter((i) => i.set !== 'nn' && i.set !== 'optim')
    expect(lesson.length).toBeGreaterThanOrEqual(24)
    expect(lesson.length).toBeLessThanOrEqual(30)
    for (const set of ['nn', 'optim', 'bptt', 'vanishing', 'gates', 'cell', 'gru', 'bilstm', 'seq2seq'] as const) {
      const count = items.filter((i) => i.set === set).length
      expect(count, set).toBeGreaterThanOrEqual(3)
      expect(count, set).toBeLessThanOrEqual(4)
    }
    expect(new Set(items.map((i) => i.kind))).toEqual(new Set(['choice', 'numeric', 'order', 'bug', 'predict']))
  })
  test('the sections hold eight diagrams, seven concepts, seventy minutes', () => {
    const all = sections.flatMap((s) => blocks(s.text))
    expect(all.filter((b) => b.kind === 'figure').map((b) => b.kind === 'figure' && b.id)).toEqual(figures.map((f) => f.id))
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
