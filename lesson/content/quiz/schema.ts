// SPDX-License-Identifier: Apache-2.0
// What a question may be. Texts are plain, with `code` in backticks; every option says why it is right or wrong.
import { z } from 'zod'

const text = z.string().min(3).max(400)
const base = {
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Where it stands: under a section, under a refresher, or in the mixed set. */
  set: z.enum(['nn', 'optim', 'bptt', 'vanishing', 'gates', 'cell', 'gru', 'bilstm', 'seq2seq', 'forecasting', 'mixed']),
  /** The section to read again. */
  section: z.string(),
  question: text,
}

export const choice = z.strictObject({
  ...base,
  kind: z.literal('choice'),
  options: z
    .array(z.strictObject({ text: z.string().min(1).max(200), right: z.literal(true).optional(), why: text }))
    .min(3)
    .max(5)
    .refine((options) => options.filter((o) => o.right).length === 1, 'exactly one option is right'),
})

export const numeric = z.strictObject({
  ...base,
  kind: z.literal('numeric'),
  answer: z.number(),
  /** Absolute. */
  tolerance: z.number().positive(),
  unit: z.string().optional(),
  why: text,
})

export const order = z.strictObject({
  ...base,
  kind: z.literal('order'),
  /** In the right order; they are shown shuffled. */
  steps: z.array(z.string().min(3).max(160)).min(4).max(7),
  why: text,
})

export const bug = z.strictObject({
  ...base,
  kind: z.literal('bug'),
  lines: z.array(z.string()).min(3).max(16),
  /** Index of the faulty line. */
  wrong: z.number().int().nonnegative(),
  why: text,
})

/** The engine works out the answer for numbers drawn anew each time. */
export const predict = z.strictObject({
  ...base,
  kind: z.literal('predict'),
  /** One of quiz/predictions.ts. The question may name its drawn numbers as {name}. */
  experiment: z.enum(['half-life', 'flow', 'parameters', 'inputs', 'erase']),
  why: text,
})

export const item = z.discriminatedUnion('kind', [choice, numeric, order, bug, predict])
export type Item = z.infer<typeof item>
export type ItemSet = Item['set']
