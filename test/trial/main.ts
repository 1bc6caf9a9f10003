// `npm run trial -- --payments N --seed S --lanes kafka|postgres`: kills and freezes processes and brokers while
// they work, and compares the end with that of an undisturbed run. Ends with 0 if nothing was lost, doubled or else.
import { writeFile } from 'node:fs/promises'
import { fetchKafka, missingForKafka } from '../../scripts/kafka.ts'
import { readTrialOptions, type TrialOptions } from './options.ts'
import { runTrial, type TrialResult } from './trial.ts'

/** EX_USAGE and EX_UNAVAILABLE of sysexits.h. */
const usage = 64
const unavailable = 69

const options = read()
if (options !== undefined && (await isPossible(options))) {
  const result = await runTrial(options, say)
  const text = reportOf(result)
  process.stdout.write(text)
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(result, null, 2)}\n`)
  process.exitCode = result.held ? 0 : 1
}

function read(): TrialOptions | undefined {
  try {
    return readTrialOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = usage
    return undefined
  }
}

async function isPossible({ lanes }: TrialOptions): Promise<boolean> {
  if (lanes === 'postgres') return true
  const missing = missingForKafka()
  if (missing.length === 0) {
    await fetchKafka()
    return true
  }
  process.stderr.write(`The trial needs Java 17 and Maven; missing: ${missing.join(', ')}.\n`)
  process.exitCode = unavailable
  return false
}

function reportOf(result: TrialResult): string {
  const { seed, payments, lanes, requests, held, findings, disturbances, ends } = result
  const lines = [
    `seed ${seed}, ${payments} payments, lanes on ${lanes}, ${requests} requests`,
    `undisturbed ${result.undisturbedSeconds} s, disturbed ${result.disturbedSeconds} s, ${result.repeatedRequests} requests repeated, ${result.failedStarts} starts failed`,
    Object.entries(ends)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
    ...disturbances.map(
      ({ second, answered, what, whom, seconds, wasRelay }) =>
        `at ${second} s, after ${answered} requests: ${what} ${whom} for ${seconds} s${wasRelay ? ' (it was the relay)' : ''}`,
    ),
    ...(held
      ? ['It held: nothing is lost or doubled, and the end is that of the undisturbed run.']
      : ['It did not hold:']),
    ...findings.map((one) => `- ${one}`),
  ]
  return `${lines.join('\n')}\n`
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
