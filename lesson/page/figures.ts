// SPDX-License-Identifier: Apache-2.0
// The figures as the page first shows them: computed by the same module, drawn by the same views.
import { readFileSync } from 'node:fs'
import { render } from 'svelte/server'
import { DirectEngine } from '../engine/direct'
import Formulas from '../formulas/Formulas.svelte'
import Hero from '../hero/Hero.svelte'
import { believe, standard as heroStandard } from '../hero/model'
import { formulaNumbers, standard } from '../formulas/model'
import { folders, hasFigure, loadFigure } from '../figures/load'
import { server } from '../parts/pieces'
import { FigureState } from '../state/figure.svelte'
import type { Prerendered } from './prerendered'

export async function prerenderedFigures(root: string): Promise<Omit<Prerendered, 'listing' | 'date'>> {
  const engine = new DirectEngine((name) => readFileSync(`${root}/build/wasm/wasm/recurra-${name}.wasm`))
  const version = /VERSION ([\d.]+)/.exec(readFileSync(`${root}/CMakeLists.txt`, 'utf8').split('project(')[1] ?? '')?.[1] ?? ''
  const figures: Record<string, string> = {}
  let pieces = 0
  server.html = (component, options) => render(component, { ...options, idPrefix: `p${++pieces}` }).body
  for (const id of Object.keys(folders).filter(hasFigure)) {
    const { model, View } = await loadFigure(id)
    const result = await model.compute(engine, FigureState.defaults(model))
    figures[id] = render(View, { props: { figure: new FigureState(model, result) }, idPrefix: id }).body
  }
  const formulas = render(Formulas, { props: { initial: await formulaNumbers(engine, standard), engine: null }, idPrefix: 'formulas' }).body
  const hero = render(Hero, { props: { initial: await believe(engine, heroStandard), engine: null }, idPrefix: 'hero' }).body
  return { version, figures, formulas, hero }
}
