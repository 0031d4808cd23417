// SPDX-License-Identifier: Apache-2.0
// A small net as a safetensors file with PyTorch's names, and the same net in plain JavaScript, from its formulas alone.
const sigmoid = (a) => 1 / (1 + Math.exp(-a))

/** Numbers between -0.5 and 0.5, the same each time. */
const drawn = (count, seed) => Array.from({ length: count }, (_, i) => Math.fround(Math.sin(12.9898 * (i + 1) + 78.233 * seed) / 2))

export function lstm(D, H, O) {
  const tensors = {
    'lstm.weight_ih_l0': [[4 * H, D], drawn(4 * H * D, 1)],
    'lstm.weight_hh_l0': [[4 * H, H], drawn(4 * H * H, 2)],
    'lstm.bias_ih_l0': [[4 * H], drawn(4 * H, 3)],
    'lstm.bias_hh_l0': [[4 * H], drawn(4 * H, 4)],
    'head.weight': [[O, H], drawn(O * H, 5)],
    'head.bias': [[O], drawn(O, 6)],
  }
  const of = (name) => tensors[name][1]
  const product = (w, x, row) => x.reduce((sum, value, i) => sum + w[row * x.length + i] * value, 0)
  let h = Array(H).fill(0)
  let c = Array(H).fill(0)
  const step = (x) => {
    const a = Array.from({ length: 4 * H }, (_, r) => product(of('lstm.weight_ih_l0'), x, r) + of('lstm.bias_ih_l0')[r] +
      product(of('lstm.weight_hh_l0'), h, r) + of('lstm.bias_hh_l0')[r])
    c = c.map((value, u) => sigmoid(a[H + u]) * value + sigmoid(a[u]) * Math.tanh(a[2 * H + u]))
    h = c.map((value, u) => sigmoid(a[3 * H + u]) * Math.tanh(value))
    return Array.from({ length: O }, (_, o) => product(of('head.weight'), h, o) + of('head.bias')[o])
  }
  return { bytes: safetensors(tensors), step }
}

export function safetensors(tensors) {
  let at = 0
  const header = {}
  for (const [name, [shape, numbers]] of Object.entries(tensors))
    header[name] = { dtype: 'F32', shape, data_offsets: [at, (at += 4 * numbers.length)] }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const out = new Uint8Array(8 + text.length + at)
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true)
  out.set(text, 8)
  out.set(new Uint8Array(Float32Array.from(Object.values(tensors).flatMap(([, numbers]) => numbers)).buffer), 8 + text.length)
  return out
}
