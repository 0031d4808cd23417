// SPDX-License-Identifier: Apache-2.0
// The wiring of the three cells on one grid of 640 x 292, from x = -64: where each wire runs and which signal it carries.
import type { Quantity } from './quantities'

export interface Wire {
  path: string
  /** Which number sets its width and sign. */
  signal: string
  quantity: Quantity | ''
}

export interface CellDrawing {
  title: string
  wires: Wire[]
  /** Small layers: a letter over its function. */
  gates: { x: number; y: number; letter: string; bends: 'σ' | 'tanh'; quantity: Quantity }[]
  ops: { x: number; y: number; sign: '×' | '+' | '1−' }[]
  /** Values beside their wires. */
  labels: { x: number; y: number; signal: string; name: string; quantity: Quantity | ''; anchor?: 'start' | 'end' }[]
}

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
      { x: 130, y: 198, letter: 'f', bends: 'σ', quantity: 'f' },
      { x: 220, y: 198, letter: 'i', bends: 'σ', quantity: 'i' },
      { x: 290, y: 198, letter: 'g', bends: 'tanh', quantity: 'g' },
      { x: 400, y: 198, letter: 'o', bends: 'σ', quantity: 'o' },
      { x: 470, y: 101, letter: '', bends: 'tanh', quantity: 'c' },
    ],
    ops: [
      { x: 130, y: 60, sign: '×' },
      { x: 290, y: 130, sign: '×' },
      { x: 290, y: 60, sign: '+' },
      { x: 470, y: 150, sign: '×' },
    ],
    labels: [
      { x: -62, y: 44, signal: 'cBefore', name: 'c before', quantity: 'c', anchor: 'start' },
      { x: 574, y: 44, signal: 'c', name: 'c', quantity: 'c', anchor: 'end' },
      { x: -62, y: 238, signal: 'hBefore', name: 'h before', quantity: 'h', anchor: 'start' },
      { x: 574, y: 238, signal: 'h', name: 'h', quantity: 'h', anchor: 'end' },
      { x: 120, y: 130, signal: 'f', name: '', quantity: 'f', anchor: 'end' },
      { x: 210, y: 160, signal: 'i', name: '', quantity: 'i', anchor: 'end' },
      { x: 302, y: 168, signal: 'g', name: '', quantity: 'g', anchor: 'start' },
      { x: 390, y: 165, signal: 'o', name: '', quantity: 'o', anchor: 'end' },
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
    gates: [
      { x: 130, y: 198, letter: 'z', bends: 'σ', quantity: 'f' },
      { x: 230, y: 198, letter: 'r', bends: 'σ', quantity: 'i' },
      { x: 370, y: 198, letter: 'n', bends: 'tanh', quantity: 'g' },
    ],
    ops: [
      { x: 130, y: 60, sign: '×' },
      { x: 280, y: 106, sign: '1−' },
      { x: 370, y: 232, sign: '×' },
      { x: 430, y: 106, sign: '×' },
      { x: 430, y: 60, sign: '+' },
    ],
    labels: [
      { x: -62, y: 44, signal: 'hBefore', name: 'h before', quantity: 'h', anchor: 'start' },
      { x: 574, y: 44, signal: 'h', name: 'h', quantity: 'h', anchor: 'end' },
      { x: 120, y: 150, signal: 'z', name: '', quantity: 'f', anchor: 'end' },
      { x: 220, y: 165, signal: 'r', name: '', quantity: 'i', anchor: 'end' },
      { x: 382, y: 168, signal: 'n', name: '', quantity: 'g', anchor: 'start' },
    ],
  },
  rnn: {
    title: 'RNN cell',
    wires: [
      { path: 'M-60 150H232M120 286V150', signal: 'hBefore', quantity: 'h' },
      { path: 'M288 150H572', signal: 'h', quantity: 'h' },
    ],
    gates: [{ x: 260, y: 150, letter: 'h', bends: 'tanh', quantity: 'h' }],
    ops: [{ x: 120, y: 150, sign: '+' }],
    labels: [
      { x: -62, y: 132, signal: 'hBefore', name: 'h before', quantity: 'h', anchor: 'start' },
      { x: 574, y: 132, signal: 'h', name: 'h', quantity: 'h', anchor: 'end' },
    ],
  },
}
