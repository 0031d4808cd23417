// SPDX-License-Identifier: Apache-2.0
// Makes the npm package in build/npm of the built WebAssembly modules (the wasm preset), the client in lesson/engine and what
// lies in src/: node packaging/npm/build.mjs. It compiles with the lesson's TypeScript. `npm pack build/npm` then packs it.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const out = `${root}build/npm`
const client = ['api', 'client', 'direct', 'module', 'modules', 'protocol', 'sessions', 'worker']
const modules = ['figures', 'training', 'sequences', 'stream']

const header = readFileSync(`${root}recurra/base/version.h`, 'utf8')
const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`RECURRA_VERSION_${part} (\\d+)`).exec(header)[1]).join('.')

rmSync(out, { recursive: true, force: true })
mkdirSync(`${out}/dist/wasm`, { recursive: true })
cpSync(`${here}src`, `${out}/src`, { recursive: true })
cpSync(`${here}tsconfig.json`, `${out}/tsconfig.json`)
for (const name of client) cpSync(`${root}lesson/engine/${name}.ts`, `${out}/src/engine/${name}.ts`)
for (const name of modules) cpSync(`${root}build/wasm/wasm/recurra-${name}.wasm`, `${out}/dist/wasm/recurra-${name}.wasm`)
execFileSync(process.execPath, [`${root}lesson/node_modules/typescript/bin/tsc`, '-p', out, '--typeRoots', `${root}lesson/node_modules/@types`], { stdio: 'inherit' })
// The compiler rewrites the extensions of imports in programs, not in declarations.
for (const file of readdirSync(`${out}/dist`, { recursive: true }).filter((each) => each.endsWith('.d.ts'))) {
  const path = `${out}/dist/${file}`
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from|import|module) '(\.[^']*)\.ts'/g, "$1 '$2.js'"))
}

const { name, ...rest } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'))
writeFileSync(`${out}/package.json`, JSON.stringify({ name, version, ...rest }, null, 2))
for (const [from, to] of [[`${root}LICENSE`, 'LICENSE'], [`${root}packaging/NOTICES`, 'NOTICES'], [`${here}README.md`, 'README.md']]) cpSync(from, `${out}/${to}`)
console.log(`recurra ${version} is in ${out}`)
