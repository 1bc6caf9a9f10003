import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrialResult } from '../trial/trial.ts'

const main = join(import.meta.dirname, '../trial/main.ts')

/** Runs `npm run trial` with these options; its report and its exit code. */
export async function runTrialProgram(...options: readonly string[]): Promise<{ code: unknown; result: TrialResult }> {
  const folder = await mkdtemp(join(tmpdir(), 'munim-trial-out-'))
  const out = join(folder, 'trial.json')
  const child = spawn(process.execPath, ['--conditions=munim-source', main, ...options, '--out', out], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  const report = await readFile(out, 'utf8').catch(() => {
    throw new Error(`the trial made no report:\n${said}`)
  })
  const result = JSON.parse(report) as TrialResult
  await rm(folder, { recursive: true, force: true })
  return { code, result }
}
