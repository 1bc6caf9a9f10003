// `npm run demo [-- --seed N] [--json]`: a simulated trading day over the public API, on its own server, database and
// rail simulator. It exits with 1 when a check fails.
import { parseArgs, styleText } from 'node:util'
import { Munim } from '@munim/sdk'
import { type BooksVerdict, type DaySummary, isBalanced, renderSummary, renderVerdict } from './day-summary.ts'
import { type DemoRails, startDemoRails } from './demo-rails.ts'
import { type DemoServer, startDemoServer } from './demo-server.ts'
import { isWell, renderPayments } from './payments-summary.ts'
import { playDay } from './play-day.ts'
import { type PaymentsSummary, playPayments } from './play-payments.ts'
import { createTally } from './tally.ts'
import { dayAssets, planTradingDay } from './trading-day.ts'

const startedAt = performance.now()
const options = readOptionsOrEnd()
const colors = !options.json && process.stdout.isTTY && process.env.NO_COLOR === undefined

type Options = { readonly seed: number; readonly json: boolean }

function readOptionsOrEnd(): Options {
  try {
    return readOptions()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nnpm run demo [-- --seed N] [--json]`)
    process.exit(1)
  }
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1893' }, json: { type: 'boolean', default: false } },
  })
  const seed = values.seed === '' ? Number.NaN : Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new RangeError('--seed must be a whole number below 2^32')
  return { seed, json: values.json }
}

function say(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)
  const line = `${colors ? styleText('dim', `${seconds} s`) : `${seconds} s`}  ${text}`
  if (options.json) process.stderr.write(`${line}\n`)
  else console.log(line)
}

/** Long, because a busy machine may need a while. */
const patience = { retries: 60, retryForMs: 80_000 } as const

type Day = { readonly transfers: DaySummary; readonly payments: PaymentsSummary; readonly verdict: BooksVerdict }

async function play({ url, adminKey }: DemoServer, rails: DemoRails): Promise<Day> {
  const { seed } = options
  const owner = new Munim({ url, apiKey: adminKey })
  await owner.books.create({ code: 'bazaar', name: 'The bazaar' })
  const { key } = await owner.apiKeys.create({ book: 'bazaar', scope: 'admin', name: 'demo' })
  const munim = new Munim({ url, apiKey: key, ...patience })
  const admin = new Munim({ url, apiKey: adminKey, book: 'bazaar', ...patience })
  const day = planTradingDay(seed)
  const tally = createTally()
  await playDay({ munim, day, tally, say })
  const payments = await playPayments({ seed, munim, admin, rails, say })
  say('The books are checked')
  const { totals } = await munim.trialBalance().totals()
  const verification = await admin.verification.run()
  return {
    transfers: { accounts: day.accounts.length, ...tally.read() },
    payments,
    verdict: { books: totals, verification },
  }
}

const nextSteps = `
Try next
  npm start                          the server for real, with its data in .munim
  npx munim rail-simulator           four rails to take payments over; npm start -- --rail-simulator URL
  open http://127.0.0.1:8080/docs    every request it takes, and every answer
  npx munim cases list               work for operators
  npm run demo -- --seed 7           another day; --json for machines
  README.md                          move money with curl, the SDK, or from a CSV file
`

function show({ transfers, payments, verdict }: Day): void {
  const scales = new Map<string, number>(dayAssets.map(({ code, scale }) => [code, scale]))
  const style = { colors, scaleOf: (asset: string) => scales.get(asset) ?? 0 }
  console.log(renderSummary(transfers, style))
  console.log(renderPayments(payments, style))
  console.log(renderVerdict(verdict, style))
}

function toJson(day: Day, isGood: boolean): string {
  const plain = (_: string, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value instanceof Map ? Object.fromEntries(value) : value
  const { seed } = options
  return JSON.stringify({ seed, ok: isGood, seconds: (performance.now() - startedAt) / 1000, ...day }, plain, 2)
}

async function main(): Promise<void> {
  const title = `A trading day at the bazaar, made up from seed ${options.seed}; everything is real but the money.\n`
  if (!options.json) console.log(title)
  const rails = await startDemoRails(options.seed)
  const stops = [rails.stop]
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  const interrupted = () => void stop().then(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    const server = await startDemoServer(rails.url)
    stops.push(server.stop)
    await rails.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
    say(`PostgreSQL and the server are ready at ${server.url}, three simulated rails at ${rails.url}`)
    const day = await play(server, rails)
    const isGood = isBalanced(day.verdict) && isWell(day.payments)
    if (!isGood) process.exitCode = 1
    if (options.json) console.log(toJson(day, isGood))
    else show(day)
  } finally {
    await stop()
  }
  say('Stopped; nothing is left behind.')
  if (!options.json) console.log(nextSteps)
}

await main().catch((error: Error) => {
  console.error(`\nThe demo failed: ${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`)
  process.exitCode = 1
})
