// SPDX-License-Identifier: Apache-2.0
// Every sentence that drives a diagram, and every "show me", leads to a state that the diagram can take as it is.
import { describe, expect, it } from 'vitest'
import * as d6 from '../figures/bidirectional/model'
import * as d1 from '../figures/bptt/model'
import * as d5 from '../figures/cells/model'
import * as d3 from '../figures/gates/model'
import * as d2 from '../figures/gradients/model'
import * as d9 from '../figures/heirs/model'
import * as d4 from '../figures/memory/model'
import * as thread from '../figures/quotation/model'
import * as d7 from '../figures/seq2seq/model'
import * as d8 from '../figures/train/model'
import { formatQuery, parseQuery, type Fields, type Limits } from '../state/fields'
import { figures } from './figures'
import { sections } from './lesson'

const models = { d1, d2, d3, d4, d5, d6, d7, d8, d9, thread } as unknown as Record<
  string,
  { model: { fields: Fields; limits?: Limits<Fields>; goals?: unknown[] } }
>
const inProse = sections.flatMap(({ text }) => [...text.matchAll(/\]\(#(d\d|thread)\?([^)]+)\)/g)].map((m) => [m[1]!, m[2]!] as const))
const shown = figures.flatMap(({ id, shows = [] }) => shows.map(({ query }) => [id, query] as const))

describe('links into the diagrams', () => {
  it.each([...inProse, ...shown])('%s?%s is taken as it is, and differs from the first state', (id, query) => {
    const { fields, limits } = models[id]!.model
    const { values, notes } = parseQuery(fields, query, limits)
    expect(notes).toEqual([])
    expect(formatQuery(fields, values)).not.toBe('v=1')
  })
  it('stand in the prose of every diagram, and each has two or three goals', () => {
    for (const { id } of figures) {
      expect(
        inProse.map(([figure]) => figure),
        id,
      ).toContain(id)
      expect([2, 3], id).toContain(models[id]!.model.goals?.length)
    }
  })
})
