// `npm run check [-- --fix]`: checks a change without running it, in under 30 seconds.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findUntidy, formatFinding, readTree } from './tidy.ts'

const root = dirname(import.meta.dirname)
const fix = process.argv.includes('--fix')
const colors = process.stdout.isTTY ? ['--colors=force'] : ['--colors=off']
/** For what hangs: on a busy machine a step takes many times as long. */
const stepTimeoutMs = 600_000
const stepsAtOnce = 2

type Step = { readonly name: string; readonly run: () => Promise<Verdict> }
type Verdict = { readonly ok: boolean; readonly output: string }

function runNode(...args: readonly string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: stepTimeoutMs,
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `\nstopped by ${signal} (a step has ${stepTimeoutMs / 1000} s)`
      resolve({ ok: code === 0, output: `${Buffer.concat(chunks).toString('utf8').trim()}${ending}` })
    })
  })
}

function tool(path: string): string {
  return join(root, 'node_modules', path)
}

/** Without --fix, a generator only compares. */
function runGenerator(path: string): Promise<Verdict> {
  return runNode('--conditions=munim-source', join(root, path), ...(fix ? [] : ['--check']))
}

async function checkTidiness(): Promise<Verdict> {
  const findings = findUntidy(readTree(root), (path) => existsSync(join(root, path)))
  return { ok: findings.length === 0, output: findings.map(formatFinding).join('\n') }
}

/** The longest first, so that the last step to start is short. */
const steps: readonly Step[] = [
  { name: 'types', run: () => runNode(tool('typescript7/bin/tsc'), '--noEmit', '-p', '.') },
  { name: 'boundaries', run: () => runNode(join(root, 'scripts/check-boundaries.ts')) },
  // With these settings, knip maps the build output in dist to src.
  {
    name: 'dead code',
    run: () => runNode(tool('knip/bin/knip.js'), '--no-progress', '--tsConfig', 'tsconfig.knip.json'),
  },
  { name: 'generated files', run: () => runGenerator('scripts/generated.ts') },
  {
    name: 'format and lint',
    run: () => runNode(tool('@biomejs/biome/bin/biome'), ...(fix ? ['check', '--write'] : ['ci']), ...colors, '.'),
  },
  { name: 'tidiness', run: checkTidiness },
  { name: 'licenses', run: () => runNode(join(root, 'scripts/licenses.ts')) },
]

function paint(code: number, text: string): string {
  return process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text
}

async function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now()
  const verdict = await step.run().catch((error: Error) => ({ ok: false, output: error.stack ?? error.message }))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const mark = verdict.ok ? paint(32, 'ok    ') : paint(31, 'failed')
  console.log(`${mark} ${step.name.padEnd(16)} ${seconds.padStart(5)} s`)
  if (!verdict.ok) console.log(`${verdict.output}\n`)
  return verdict.ok
}

async function runSteps(): Promise<boolean> {
  // The formatter writes the files that the other steps read.
  const first = fix ? steps.filter((step) => step.name === 'format and lint') : []
  const queue = steps.filter((step) => !first.includes(step))
  const results = await Promise.all(first.map(runStep))
  const work = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) results.push(await runStep(step))
  }
  await Promise.all(Array.from({ length: stepsAtOnce }, work))
  return results.every(Boolean)
}

const startedAt = performance.now()
const ok = await runSteps()
console.log(`${ok ? 'all in order' : 'not in order'}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
process.exitCode = ok ? 0 : 1
