// SPDX-License-Identifier: Apache-2.0
// The page's one engine: started when first needed, and a plain sentence where it cannot run.
import figures from '../../build/wasm/wasm/recurra-figures.wasm?url'
import sequences from '../../build/wasm/wasm/recurra-sequences.wasm?url'
import training from '../../build/wasm/wasm/recurra-training.wasm?url'
import { EngineError } from '../engine/api'
import { WorkerEngine } from '../engine/client'
import type { Port } from '../engine/protocol'

const engine = new WorkerEngine({
  createWorker: () => new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' }) as unknown as Port,
  wasm: {
    figures: new URL(figures, import.meta.url).href,
    training: new URL(training, import.meta.url).href,
    sequences: new URL(sequences, import.meta.url).href,
  },
})

function refuse(reason: string): void {
  const notice = document.getElementById('engine-notice')
  if (!notice) return
  notice.hidden = false
  notice.textContent = `The engine cannot run in this browser, so the diagrams stand still with the numbers they were built with. (${reason})`
}

/** The engine once it answers; null where it cannot run, after saying so on the page. */
export async function connect(): Promise<WorkerEngine | null> {
  try {
    await engine.ready()
    return engine
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    refuse(error.message)
    return null
  }
}
