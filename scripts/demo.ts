// `npm run demo [-- --seed N]`: a made-up trading day over the public API, on a server and a database
// of its own, and a summary of what came of it. It ends with 1 when anything was not as planned.
import { styleText } from 'node:util'
import { Munim } from '@munim/sdk'
import { type DaySummary, renderSummary } from './demo/day-summary.ts'
import { type DemoServer, startDemoServer } from './demo/demo-server.ts'
import { playDay } from './demo/play-day.ts'
import { createTally } from './demo/tally.ts'
import { dayAssets, planTradingDay } from './demo/trading-day.ts'

const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined
const seed = Number(process.argv[process.argv.indexOf('--seed') + 1] || 1893) || 1893
const startedAt = performance.now()

function say(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)
  console.log(`${colours ? styleText('dim', `${seconds} s`) : `${seconds} s`}  ${text}`)
}

async function play(server: DemoServer): Promise<DaySummary> {
  const admin = new Munim({ url: server.url, apiKey: server.adminKey })
  await admin.books.create({ code: 'bazaar', name: 'The bazaar' })
  const { key } = await admin.apiKeys.create({ book: 'bazaar', scope: 'write', name: 'demo' })
  const munim = new Munim({ url: server.url, apiKey: key })
  const day = planTradingDay(seed)
  const tally = createTally()
  await playDay({ munim, day, tally, say })
  say('The books are checked')
  const { totals } = await munim.trialBalance().totals()
  const verification = await admin.verification.run()
  return { accounts: day.accounts.length, ...tally.read(), books: totals, verification }
}

const nextSteps = `
Try next
  npm start                          the server for real, with its data in .munim
  open http://127.0.0.1:8080/docs    every request it takes, and every answer
  npx munim balance --help           the command line, on the same API
  npm run bench -- ledger            how fast it is on this machine
  README.md                          move money with curl, the SDK, or from a CSV file
`

async function main(): Promise<void> {
  console.log(`A trading day at the bazaar, made up from seed ${seed}; everything is real but the money.\n`)
  const server = await startDemoServer()
  const interrupted = () => void server.stop().then(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    say(`PostgreSQL and the server are ready at ${server.url}`)
    const summary = await play(server)
    const scales = new Map<string, number>(dayAssets.map(({ code, scale }) => [code, scale]))
    console.log(renderSummary(summary, { colours, scaleOf: (asset) => scales.get(asset) ?? 0 }))
    const balanced = summary.books.every((book) => book.debit === book.credit)
    if (!balanced || !summary.verification.ok) process.exitCode = 1
  } finally {
    await server.stop()
  }
  say('Stopped; nothing is left behind.')
  console.log(nextSteps)
}

await main().catch((error: Error) => {
  console.error(`\nThe demo failed: ${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`)
  process.exitCode = 1
})
