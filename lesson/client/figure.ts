// SPDX-License-Identifier: Apache-2.0
// Brings one diagram to life: computes what the prerendered page shows, takes the drawing over, then follows the link.
import { hydrate } from 'svelte'
import { FigureState } from '../state/figure.svelte'
import { splitFragment } from '../state/fields'
import { KeptStates } from '../state/kept'
import { connect } from './engine'
import { loadFigure } from '../figures/load'
import { turn } from '../parts/turns'
import { progress } from './progress'

const kept = new KeptStates(() => sessionStorage)

export async function start(place: HTMLElement): Promise<void> {
  const { View, model } = await loadFigure(place.dataset.figure ?? '')
  const engine = await connect()
  if (!engine) return
  const initial = new FigureState(model, await model.compute(engine, FigureState.defaults(model)))
  await turn(() => void hydrate(View, { target: place, props: { figure: initial } }))
  await turn(() => initial.connect(engine))
  const follow = () => {
    const fragment = splitFragment(location.hash)
    if (fragment?.id === `${model.id}-claim`) initial.revealed = true
    const asked = fragment?.id === model.id && fragment.query !== ''
    if (asked) initial.restore(fragment.query)
    return asked
  }
  progress.subscribe(({ guesses, goals }) => {
    initial.guesses = guesses
    initial.goals = goals
  })
  initial.onguess = (id, guess) => progress.guess(id, guess)
  initial.ongoal = (id) => progress.goal(id)
  const left = kept.read(model.id)
  if (!follow() && left) {
    initial.restore(left)
    initial.returned = true
  }
  initial.onchange = (query) => kept.write(model.id, query)
  addEventListener('hashchange', follow)
  place.dataset.live = ''
}
