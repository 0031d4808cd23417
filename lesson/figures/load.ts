// SPDX-License-Identifier: Apache-2.0
// The diagrams by the names that links use; each folder holds model.ts (numbers and words) and View.svelte (the drawing).
import type { Component } from 'svelte'
import type { Fields } from '../state/fields'
import type { FigureModel, FigureState } from '../state/figure.svelte'

/** The parts of a figure, with its own types laid aside. */
export interface Loaded {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  model: FigureModel<Fields, any>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  View: Component<{ figure: FigureState<Fields, any> }>
}

export const folders: Record<string, string> = {
  d1: 'bptt',
  d2: 'gradients',
  d3: 'gates',
  d4: 'memory',
  d5: 'cells',
  d6: 'bidirectional',
  d7: 'seq2seq',
  d8: 'train',
  d9: 'heirs',
  thread: 'quotation',
}

const models = import.meta.glob<{ model: Loaded['model'] }>('./*/model.ts')
const views = import.meta.glob<{ default: Loaded['View'] }>('./*/View.svelte')

/** Whether a diagram has been drawn yet. */
export const hasFigure = (id: string): boolean => `./${folders[id]}/View.svelte` in views

export async function loadFigure(id: string): Promise<Loaded> {
  const folder = folders[id]
  const [model, view] = [models[`./${folder}/model.ts`], views[`./${folder}/View.svelte`]]
  if (!model || !view) throw new Error(`no figure ${id}`)
  const [{ model: loaded }, { default: View }] = await Promise.all([model(), view()])
  return { model: loaded, View }
}
