// `npm run redline [-- --engine postgres --steps 1,2,5,10 --normal 40 --seconds 20 --out DIR --json]`: raises the load on
// the whole system until an SLA breaks, and writes what broke and why. Everything is on this machine.
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { showProgress } from '../bench.ts'
import { createLoad } from './load.ts'
import { type RedlineOptions, readRedlineOptions } from './options.ts'
import { renderReport } from './report.ts'
import { adviceOn, breachesOf, type RedlineResult, type StepResult } from './result.ts'
import { countStatements, readTopStatements } from './statements.ts'
import { type System, startSystem } from './system.ts'
import { startWatch } from './watch.ts'

const drainSecondsMax = 120
/** Before the first step, so that it finds compiled code and open connections. */
const warmSecondsMax = 5

const options = readRedlineOptions(process.argv.slice(2))
const result = await measure(options)
await mkdir(options.out, { recursive: true })
await writeFile(join(options.out, 'redline.html'), renderReport(result))
await writeFile(join(options.out, 'redline.json'), `${JSON.stringify(result)}\n`)
report(result, options)
process.exitCode = result.findings.length === 0 ? 0 : 1

async function measure(asked: RedlineOptions): Promise<RedlineResult> {
  const begunAt = new Date().toISOString()
  const system = await startSystem(asked, say)
  process.once('SIGINT', () => void system.remove().finally(() => process.exit(130)))
  const watch = startWatch(system, (fault) => say(`${fault}`))
  const load = createLoad(system)
  try {
    await load.prepare()
    await load.run({ perSecond: asked.normal, seconds: Math.min(warmSecondsMax, asked.secondsAStep) })
    await countStatements(system.database)
    const steps: StepResult[] = []
    for (const multiple of asked.steps) {
      const perSecond = Math.round(asked.normal * multiple)
      say(`${perSecond} requests a second`)
      await watch.begin()
      steps.push(await watch.end({ multiple, perSecond }, await load.run({ perSecond, seconds: asked.secondsAStep })))
      const last = steps.at(-1)
      if (last !== undefined && breachesOf(last).length > 0) break
    }
    const top = await readTopStatements(system.database)
    const drainedSeconds = await drain(system)
    await watch.stop()
    const findings = await verify(system)
    await load.close()
    const stages = Object.fromEntries(await system.end())
    const last = steps.at(-1)
    const held = steps.filter((step) => breachesOf(step).length === 0).at(-1)
    return {
      ...{ engine: asked.engine, begunAt, machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'processors'}` },
      ...{ cores: availableParallelism(), normal: asked.normal, secondsAStep: asked.secondsAStep },
      ...{ railLatencyMs: asked.railLatencyMs, steps, heldPerSecond: held?.perSecond ?? 0, drainedSeconds, findings },
      breaches: last === undefined ? [] : breachesOf(last),
      ...{ stages, statements: watch.statements(), top },
      advice:
        last === undefined || held === last
          ? ['Nothing broke: raise --steps.']
          : adviceOn(last, { cores: availableParallelism(), stages, top }),
    }
  } finally {
    await watch.stop()
    await system.remove()
  }
}

/** Until every payment has ended: none may be lost. */
async function drain({ database }: System): Promise<number> {
  const begunMs = performance.now()
  const text = `select (select count(*) from payments.payments where state = 'processing')
    + (select count(*) from payments.refunds where state = 'processing') as count`
  for (;;) {
    const seconds = (performance.now() - begunMs) / 1000
    const [left] = await database.query<{ count: bigint }>({ text })
    if (left?.count === 0n) return seconds
    if (seconds > drainSecondsMax) throw new Error(`${left?.count} payments and refunds have not ended`)
    await sleep(200)
  }
}

async function verify({ url, key }: System): Promise<string[]> {
  const answer = await fetch(`${url}/v1/verification`, { headers: { authorization: `Bearer ${key}` } })
  const lines = (await answer.text()).trim().split('\n')
  const { result: verified } = JSON.parse(lines.at(-1) ?? '{}') as {
    result?: { checks: readonly { findings: readonly string[] }[] }
  }
  return verified?.checks.flatMap(({ findings }) => [...findings]) ?? ['the verification did not end']
}

function report(measured: RedlineResult, { out, json }: RedlineOptions): void {
  const [first] = measured.breaches
  const broke = first === undefined ? 'nothing broke' : `then ${first.what}`
  process.stdout.write(`held ${measured.heldPerSecond} requests/s, ${broke}; see ${join(out, 'redline.html')}\n`)
  for (const each of measured.advice) process.stdout.write(`- ${each}\n`)
  if (json) process.stdout.write(`${JSON.stringify(measured)}\n`)
}

function say(sentence: string): void {
  showProgress(sentence)
}
