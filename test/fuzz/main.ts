// `npm run fuzz -- --requests 20000 --seed S`: valid and broken requests to every operation of api/openapi.json, against
// the program in a process of its own. Ends with 0 if every answer is one that the document describes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatTable } from '@munim/cli'
import type { OpenApiDocument } from '#platform/openapi'
import { defaultCallbackSecret } from '#rail-simulator'
import { type FuzzPlace, openFuzzPlace } from './fuzz-place.ts'
import { type FuzzResult, runFuzz } from './fuzz-run.ts'
import { callbackSigner } from './sign-callback.ts'

/** EX_USAGE of sysexits.h. */
const usage = 64
const deadlineMs = 30_000
/** Caches and the heap have their size after this share of the requests. */
const warmUp = 0.4
/** How much the memory may grow from then on: by half, and never for less than this. */
const growth = { factor: 1.5, leastMb: 150 }

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } })
const [requests, seed] = [Number(values.requests ?? 20_000), Number(values.seed ?? Date.now() % 2_147_483_647)]
if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write('usage: npm run fuzz -- [--requests N] [--seed S], both whole numbers\n')
  process.exit(usage)
}
process.stdout.write(`seed ${seed}, ${requests} requests\n`)
const contract = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../api/openapi.json'), 'utf8'),
) as OpenApiDocument
const place = await openFuzzPlace()
try {
  process.exitCode = (await play(place)) ? 0 : 1
} finally {
  await place.stop()
}

async function play({ target, memoryMb, verify, hasEnded }: FuzzPlace): Promise<boolean> {
  const memory: { readonly sent: number; readonly mb: Promise<number | undefined> }[] = []
  const startedAt = performance.now()
  const result = await runFuzz({
    ...{ contract, target, requests, seed, deadlineMs },
    signCallback: callbackSigner(defaultCallbackSecret),
    onRound: (sent) => {
      if (sent % 960 !== 0 && sent !== requests) return
      memory.push({ sent, mb: memoryMb() })
      process.stderr.write(`${sent} of ${requests}, ${Math.round((performance.now() - startedAt) / 1000)} s\n`)
    },
  })
  const sizes = await Promise.all(memory.map(async ({ sent, mb }) => ({ sent, mb: (await mb) ?? 0 })))
  const { failures, counts } = result
  const wrong = [...failures, ...(hasEnded() ? ['the server has ended'] : []), ...grown(sizes)]
  if (!hasEnded() && (await fetch(`${target.url}/readyz`)).status !== 200) wrong.push('the server is not ready')
  if (!hasEnded() && (await verify()) !== 0) wrong.push('munim verify reports deviations')
  process.stdout.write(`${tableOf(counts)}\n`)
  process.stdout.write(`memory of the server in MB: ${sizes.map(({ mb }) => mb).join(' ')}\n`)
  for (const one of wrong) process.stdout.write(`- ${one}\n`)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  const verdict = wrong.length === 0 ? 'every answer is in the document' : `${wrong.length} kinds of failures`
  process.stdout.write(`seed ${seed}: ${requests} requests to ${counts.size} operations in ${seconds} s: ${verdict}\n`)
  return wrong.length === 0
}

function grown(sizes: readonly { readonly sent: number; readonly mb: number }[]): string[] {
  const warm = sizes.find(({ sent }) => sent >= requests * warmUp)?.mb ?? 0
  const last = sizes.at(-1)?.mb ?? 0
  const isGrown = last > Math.max(warm * growth.factor, warm + growth.leastMb)
  return isGrown ? [`the memory of the server has grown from ${warm} to ${last} MB`] : []
}

function tableOf(counts: FuzzResult['counts']): string {
  const kinds = ['2xx', '3xx', '4xx', '429', '5xx', '503', 'none']
  const rows = [...counts].map(([name, of]) => {
    const all = Object.values(of).reduce((sum, one) => sum + one, 0)
    return [name, ...[all, ...kinds.map((kind) => of[kind] ?? 0)].map(String)]
  })
  const columns = ['operation', 'all', ...kinds].map((title, at) => ({ title, right: at > 0 }))
  return formatTable(process.stdout, columns, rows).trimEnd()
}
