// SPDX-License-Identifier: Apache-2.0
// Trains the three nets of diagram 7 with the recurra command and writes them as modules: strings of 1 to 12 digits and the
// same turned round. Plain: everything through one vector. Sampled: the same with scheduled sampling. Attention: dot.
//   node lesson/tools/reversal.mjs build/release/cli/recurra
// Weights are rounded to bfloat16 (half the bytes; the engine reads them), and the whole file goes in as base64.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const recurra = process.argv[2]
const strings = fileURLToPath(new URL('../figures/seq2seq/strings.ts', import.meta.url))
const { trainingPairs } = (await runnerImport(strings)).module
const pairs = 24_000
const shared = '--hidden 16 --embedding 16 --unidirectional --epochs 10 --patience 0 --lr 0.01 --schedule cosine --seed 1 --threads 1'.split(' ')
const variants = {
  plain: ['--attention', 'none'],
  sampled: ['--attention', 'none', '--forcing', 'inverse-sigmoid', '--forcing-k', '400', '--forcing-floor', '0.2'],
  attention: ['--attention', 'dot'],
}

/** A safetensors file with its F32 tensors rounded to BF16, to the nearest, ties to even. */
function toBfloat16(file) {
  const headerBytes = Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerBytes))
  const chunks = []
  let at = 0
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const [begin, end] = tensor.data_offsets
    const halves = Buffer.alloc((end - begin) / 2)
    for (let i = 0; i < halves.length / 2; ++i) {
      const bits = file.readUInt32LE(8 + headerBytes + begin + 4 * i)
      halves.writeUInt16LE(((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff, 2 * i)
    }
    chunks.push(halves)
    header[name] = { ...tensor, dtype: 'BF16', data_offsets: [at, at + halves.length] }
    at += halves.length
  }
  let text = JSON.stringify(header)
  text += ' '.repeat((8 - (text.length % 8)) % 8)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(text)))
  return Buffer.concat([size, Buffer.from(text), ...chunks])
}

const folder = mkdtempSync(join(tmpdir(), 'recurra-reversal-'))
const target = fileURLToPath(new URL('../figures/seq2seq/models/', import.meta.url))
mkdirSync(target, { recursive: true })
try {
  writeFileSync(join(folder, 'pairs.tsv'), trainingPairs(pairs))
  for (const [name, options] of Object.entries(variants)) {
    const path = join(folder, `${name}.safetensors`)
    execFileSync(recurra, ['seq2seq', 'train', join(folder, 'pairs.tsv'), ...shared, ...options, '--out', path, '--quiet'], { stdio: 'inherit' })
    const bytes = toBfloat16(readFileSync(path))
    writeFileSync(
      join(target, `${name}.ts`),
      `// SPDX-License-Identifier: Apache-2.0\n// Written by lesson/tools/reversal.mjs; do not edit.\nexport const model =\n  '${bytes.toString('base64')}'\n`,
    )
    console.log(`${name}: ${bytes.length} bytes`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
