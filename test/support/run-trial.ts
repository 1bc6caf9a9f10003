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
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  const result = JSON.parse(await readFile(out, 'utf8')) as TrialResult
  await rm(folder, { recursive: true, force: true })
  return { code, result }
}
