// SPDX-License-Identifier: Apache-2.0
// The npm package as a stranger gets it: packed, installed into an empty folder, used in Node, in TypeScript and in a page that
// Vite built. Needs the wasm preset and the lesson's packages: node --test tests/npm/package.test.mjs
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const lesson = `${root}lesson/node_modules/`
const module = (path) => import(pathToFileURL(lesson + path).href)
const folder = mkdtempSync(join(tmpdir(), 'recurra-npm-'))
const run = (command, args, cwd = folder) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

function check(result) {
  assert.deepEqual(result.size, { cell: 'lstm', inputs: 2, hidden: 5, layers: 1, outputs: 3, parameters: 198 })
  assert.ok(result.difference < 1e-6, `differs from the formulas by ${result.difference}`)
  assert.ok(result.sameAfterReset)
  assert.deepEqual(result.refused, ['format', 'format', 'format'])
  assert.ok(result.learned < 0.5, `the loss fell to ${result.learned} of the first`)
  assert.ok(result.modelBytes > 1000)
}

before(() => {
  run(process.execPath, [`${root}packaging/npm/build.mjs`])
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], `${root}build/npm`))[0]
  console.log(`recurra ${packed.version}: ${packed.size} bytes packed, ${packed.unpackedSize} unpacked, ${packed.entryCount} files`)
  writeFileSync(join(folder, 'package.json'), '{"name": "host", "private": true, "type": "module"}')
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', join(folder, packed.filename)])
  for (const name of ['host.mjs', 'weights.mjs']) cpSync(here + name, join(folder, name))
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('holds what it should and nothing else', () => {
  const names = readdirSync(join(folder, 'node_modules/recurra'))
  assert.deepEqual(names.sort(), ['LICENSE', 'NOTICES', 'README.md', 'dist', 'package.json'])
  assert.equal(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')).length, 1) // no dependency
})

test('streams and trains in Node', () => {
  check(JSON.parse(run(process.execPath, ['-e', "import('./host.mjs').then(async ({ run }) => console.log(JSON.stringify(await run())))"])))
})

test('its types hold in a strict program', () => {
  writeFileSync(join(folder, 'host.ts'), `import { createEngine, openNet, type Net } from 'recurra'
const net: Net = await openNet(new Uint8Array())
const y: Float64Array = net.step([1, 2]).data
const { loss } = await createEngine().call('train.step', { session: 1, steps: 2 })
// @ts-expect-error there is no such operation
await createEngine().call('train.stop', {})
export { y, loss }
`)
  run(process.execPath, [`${lesson}typescript/bin/tsc`, '--strict', '--noEmit', '--module', 'esnext', '--target', 'es2022', '--moduleResolution', 'bundler',
    '--lib', 'es2022,dom', 'host.ts'])
})

test('streams and trains in a page that Vite built', { timeout: 120_000 }, async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>host</title><script type="module" src="./page.mjs"></script>')
  writeFileSync(join(folder, 'page.mjs'), `import { run } from './host.mjs'
run().then((result) => { document.title = JSON.stringify(result) }, (error) => { document.title = String(error) })`)
  const { build } = await module('vite/dist/node/index.js')
  await build({ root: folder, configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { target: 'es2022', outDir: 'out' } })
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }
  const server = createServer((request, response) => {
    try {
      const content = readFileSync(join(folder, 'out', request.url === '/' ? 'index.html' : new URL(request.url, 'http://x').pathname))
      response.writeHead(200, { 'Content-Type': types[extname(request.url)] ?? 'text/html' }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { chromium } = await module('playwright-core/index.mjs')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction(() => document.title !== 'host')
    check(JSON.parse(await page.title()))
  } finally {
    await browser.close()
    server.close()
  }
})
