// SPDX-License-Identifier: Apache-2.0
// The wiring of the three cells on one grid of 640 x 292, from x = -64: where each wire runs and which signal it carries.
import type { Quantity } from './quantities'

export interface Wire {
  path: string
  /** Which number sets its width and sign. */
  signal: string
  quantity: Quantity | ''
}

interface Gate {
  x: number
  y: number
  letter: string
  bends: 'σ' | 'tanh'
  quantity: Quantity
}

interface Label {
  x: number
  y: number
  signal: string
  name: string
  quantity: Quantity | ''
  anchor?: 'start' | 'end'
}

export interface CellDrawing {
  title: string
  wires: Wire[]
  /** Small layers: a letter over its function. */
  gates: Gate[]
  ops: { x: number; y: number; sign: '×' | '+' | '1−' }[]
  /** Values beside their wires. */
  labels: Label[]
}

/** A gate on the common row. */
const gate = (x: number, letter: string, bends: Gate['bends'], quantity: Quantity): Gate => ({ x, y: 198, letter, bends, quantity })
/** A state that runs through the cell: its value at the left edge, as it was, and at the right edge, as it is. */
const through = (state: 'c' | 'h', y: number): Label[] => [
  { x: -62, y, signal: `${state}Before`, name: `${state} before`, quantity: state, anchor: 'start' },
  { x: 574, y, signal: state, name: state, quantity: state, anchor: 'end' },
]
/** The value of a gate, left or right of its wire. */
const beside = (x: number, y: number, signal: string, quantity: Quantity, anchor: 'start' | 'end' = 'end'): Label => ({
  x,
  y,
  signal,
  name: '',
  quantity,
  anchor,
})

export const drawings: Record<'rnn' | 'lstm' | 'gru', CellDrawing> = {
  lstm: {
    title: 'LSTM cell',
    wires: [
      { path: 'M-60 60H118', signal: 'cBefore', quantity: 'c' },
      { path: 'M142 60H278', signal: 'kept', quantity: 'c' },
      { path: 'M302 60H572', signal: 'c', quantity: 'c' },
      { path: 'M-60 250H400M60 286V250M130 250V216M220 250V216M290 250V216M400 250V216', signal: 'hBefore', quantity: 'h' },
      { path: 'M130 180V72', signal: 'f', quantity: 'f' },
      { path: 'M220 180V130H278', signal: 'i', quantity: 'i' },
      { path: 'M290 180V142', signal: 'g', quantity: 'g' },
      { path: 'M290 118V72', signal: 'written', quantity: 'g' },
      { path: 'M400 180V150H458', signal: 'o', quantity: 'o' },
      { path: 'M470 60V88M470 114V138', signal: 'c', quantity: 'c' },
      { path: 'M470 162V250H572', signal: 'h', quantity: 'h' },
    ],
    gates: [
      gate(130, 'f', 'σ', 'f'),
      gate(220, 'i', 'σ', 'i'),
      gate(290, 'g', 'tanh', 'g'),
      gate(400, 'o', 'σ', 'o'),
      { x: 470, y: 101, letter: '', bends: 'tanh', quantity: 'c' },
    ],
    ops: [
      { x: 130, y: 60, sign: '×' },
      { x: 290, y: 130, sign: '×' },
      { x: 290, y: 60, sign: '+' },
      { x: 470, y: 150, sign: '×' },
    ],
    labels: [
      ...through('c', 44),
      ...through('h', 238),
      beside(120, 130, 'f', 'f'),
      beside(210, 160, 'i', 'i'),
      beside(302, 168, 'g', 'g', 'start'),
      beside(406, 141, 'o', 'o', 'start'),
    ],
  },
  gru: {
    title: 'GRU cell',
    wires: [
      { path: 'M-60 60H118', signal: 'hBefore', quantity: 'h' },
      { path: 'M142 60H418', signal: 'kept', quantity: 'h' },
      { path: 'M442 60H572', signal: 'h', quantity: 'h' },
      { path: 'M60 60V250H370M60 286V250M130 250V216M230 250V216M370 250V244', signal: 'hBefore', quantity: 'h' },
      { path: 'M130 180V72', signal: 'z', quantity: 'f' },
      { path: 'M130 106H268M292 106H418', signal: 'zRest', quantity: 'f' },
      { path: 'M230 180V140H310V232H358', signal: 'r', quantity: 'i' },
      { path: 'M370 180V150H430V118', signal: 'n', quantity: 'g' },
      { path: 'M430 94V72', signal: 'written', quantity: 'g' },
    ],
    gates: [gate(130, 'z', 'σ', 'f'), gate(230, 'r', 'σ', 'i'), gate(370, 'n', 'tanh', 'g')],
    ops: [
      { x: 130, y: 60, sign: '×' },
      { x: 280, y: 106, sign: '1−' },
      { x: 370, y: 232, sign: '×' },
      { x: 430, y: 106, sign: '×' },
      { x: 430, y: 60, sign: '+' },
    ],
    labels: [...through('h', 44), beside(120, 150, 'z', 'f'), beside(220, 165, 'r', 'i'), beside(382, 168, 'n', 'g', 'start')],
  },
  rnn: {
    title: 'RNN cell',
    wires: [
      { path: 'M-60 150H232M120 286V150', signal: 'hBefore', quantity: 'h' },
      { path: 'M288 150H572', signal: 'h', quantity: 'h' },
    ],
    gates: [{ x: 260, y: 150, letter: 'h', bends: 'tanh', quantity: 'h' }],
    ops: [{ x: 120, y: 150, sign: '+' }],
    labels: [...through('h', 132)],
  },
}
