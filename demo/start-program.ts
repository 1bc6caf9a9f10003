import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export type Program = {
  readonly url: string
  readonly stop: () => Promise<void>
}

const munim = join(dirname(import.meta.dirname), 'bin/munim.js')
const startTimeoutMs = 60_000

/** Starts `munim …` as a user would, and waits for its ready line. Throws with its log when none comes. */
export async function startProgram(args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, ['--conditions=munim-source', munim, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const log: string[] = []
  const note = (text: string) => {
    if (log.push(text) > logLinesMax) log.shift()
  }
  child.stderr.on('data', (chunk: Buffer) => note(chunk.toString('utf8')))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  const url = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), startTimeoutMs)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^ready (http:\S+)$/.exec(line)
      if (ready?.[1] !== undefined) resolve(ready[1])
      else note(`${line}\n`)
    })
    void ended.then(() => resolve(undefined)).finally(() => clearTimeout(timer))
  })
  if (url !== undefined) return { url, stop }
  await stop()
  throw new Error(`munim ${args[0]} did not start:\n${log.join('').slice(-4000)}`)
}

const logLinesMax = 1000
