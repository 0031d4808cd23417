// SPDX-License-Identifier: Apache-2.0
import { hydrate } from 'svelte'
import Formulas from '../formulas/Formulas.svelte'
import { formulaNumbers, standard } from '../formulas/model'
import { connect } from './engine'

export async function start(place: HTMLElement): Promise<void> {
  const engine = await connect()
  if (engine) hydrate(Formulas, { target: place, props: { initial: await formulaNumbers(engine, standard), engine } })
}
