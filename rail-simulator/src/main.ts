// The rail simulator as a program: runs when it is loaded.
import { readFlags } from './flags.ts'
import { type RailSimulatorOptions, startRailSimulator } from './rail-simulator.ts'

const read = readFlags(process.argv.slice(2))
if (read.ok) {
  await run(read.options)
} else {
  for (const error of read.errors) say(error)
  process.exitCode = 1
}

async function run(options: RailSimulatorOptions): Promise<void> {
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  try {
    const simulator = await startRailSimulator({ ...options, say })
    process.stdout.write(`ready ${simulator.url}\n`)
    await stopAsked
    await simulator.stop()
  } catch (error) {
    say(error instanceof Error ? `the rail simulator cannot run: ${error.message}` : String(error))
    process.exitCode = 1
  }
}

function say(sentence: string): void {
  process.stderr.write(`munim: ${sentence}\n`)
}
