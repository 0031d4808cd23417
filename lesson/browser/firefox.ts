// SPDX-License-Identifier: Apache-2.0
// Debian's Firefox over WebDriver BiDi: as much of the protocol as a walk through the page needs.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'

export const firefoxPath = '/usr/bin/firefox-esr'
export const hasFirefox = existsSync(firefoxPath)

interface Answer {
  id?: number
  type: string
  result?: unknown
  message?: string
}

export class Firefox {
  #next = 1
  #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  #context = ''

  private constructor(
    private readonly process: ChildProcess,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer
      const waiting = this.#waiting.get(answer.id ?? 0)
      if (!waiting) return
      this.#waiting.delete(answer.id!)
      if (answer.type === 'success') waiting.resolve(answer.result)
      else waiting.reject(new Error(answer.message))
    })
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'recurra-firefox-'))
    const process = spawn(firefoxPath, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const address = await new Promise<string>((resolve, reject) => {
      let text = ''
      process.stderr.on('data', (data: Buffer) => {
        text += data.toString()
        const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(text)
        if (found) resolve(found[1]!)
      })
      process.on('exit', () => reject(new Error(`Firefox ended: ${text}`)))
    })
    const socket = new WebSocket(`${address}/session`)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const firefox = new Firefox(process, socket)
    await firefox.#send('session.new', { capabilities: {} })
    const { contexts } = (await firefox.#send('browsingContext.getTree', {})) as { contexts: { context: string }[] }
    firefox.#context = contexts[0]!.context
    return firefox
  }

  async go(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' })
  }

  /** The text that an expression gives; the expression may be a promise. */
  async text(expression: string): Promise<string> {
    const answer = (await this.#send('script.evaluate', { expression, target: { context: this.#context }, awaitPromise: true })) as {
      result?: { value?: string }
      exceptionDetails?: { text: string }
    }
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text)
    return answer.result?.value ?? ''
  }

  /** Waits until an expression gives a text that is not empty. */
  async until(expression: string, seconds = 40): Promise<string> {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end; await new Promise((wake) => setTimeout(wake, 100))) {
      const text = await this.text(expression)
      if (text) return text
    }
    throw new Error(`this never came: ${expression}`)
  }

  async press(key: string): Promise<void> {
    const actions = [
      {
        type: 'key',
        id: 'keys',
        actions: [
          { type: 'keyDown', value: key },
          { type: 'keyUp', value: key },
        ],
      },
    ]
    await this.#send('input.performActions', { context: this.#context, actions })
  }

  async end(): Promise<void> {
    this.socket.close()
    this.process.removeAllListeners('exit')
    this.process.kill()
  }

  #send(method: string, params: object): Promise<unknown> {
    const id = this.#next++
    this.socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }
}
