// SPDX-License-Identifier: Apache-2.0
import { hydrate } from 'svelte'
import Formulas from '../formulas/Formulas.svelte'
import { formulaNumbers, standard } from '../formulas/model'
import { connect } from './engine'
import { turn } from '../parts/turns'

export async function start(place: HTMLElement): Promise<void> {
  const engine = await connect()
  if (!engine) return
  const initial = await formulaNumbers(engine, standard)
  await turn(() => void hydrate(Formulas, { target: place, props: { initial, engine } }))
}
