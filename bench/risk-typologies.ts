import {
  createDetector,
  type Detector,
  defaultBounds,
  type FlowTransfer,
  type Pattern,
  slowPatterns,
  starterPatterns,
} from '#risk'
import { measureAmlsim } from './amlsim-folder.ts'
import { type BenchOptions, type Latencies, summarize, table, wholeNumber } from './bench.ts'
import { detect, type Found, perSecond, rateText } from './detect-flows.ts'
import { ordinaryTraffic } from './flow-traffic.ts'
import { day, type Scheme, type Traffic } from './flow-writing.ts'
import { stepTraffic } from './step-traffic.ts'

const benchPatterns = starterPatterns({ asset: 'USD', reportingLimit: 10_000_00n, notable: 1_000_00n })
const stepPatterns: readonly Pattern[] = [
  ...benchPatterns.filter(({ kind }) => kind === 'cycle'),
  ...slowPatterns({ asset: 'USD' }),
]

/**
 * What is found of schemes among ordinary traffic, and how fast. `--seed N`, `--schemes N` of each kind;
 * `--amlsim FOLDER` with nodes.csv and transactions.csv of AMLSim reads that as well.
 */
export function measureTypologies(options: BenchOptions): void {
  const seed = wholeNumber(options, 'seed', 1)
  const schemes = wholeNumber(options, 'schemes', 40)
  const ordinary = ordinaryTraffic(seed, { days: 150, schemes })
  const results = {
    ordinary: report('months of ordinary life', ordinary, benchPatterns),
    ordinary_by_slow_patterns: report(
      'the same, by patterns for slow schemes',
      ordinary,
      slowPatterns({ asset: 'USD' }),
    ),
    whole_days: report('whole days, schemes of five months', stepTraffic({ seed, schemes }), stepPatterns),
    hub: reportHub(),
    cut_searches: reportCutSearches(),
  }
  const folder = options.values.get('amlsim')
  if (folder === undefined) process.stdout.write('\n--amlsim FOLDER: not given, so no files of AMLSim are read\n')
  else measureAmlsim(folder, stepPatterns)
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`)
}

type Quality = { readonly schemes: number; readonly found: number; readonly findings: number; readonly right: number }

type Report = Latencies & { readonly typologies: Readonly<Record<string, Quality>> }

function report(title: string, traffic: Traffic, patterns: readonly Pattern[]): Report {
  const result = detect(traffic.transfers, patterns)
  const planted = new Set(traffic.schemes.flatMap(({ transfers }) => transfers.map(({ id }) => id)))
  const isRight = ({ finding }: Found) =>
    finding.transfers.filter(([id]) => planted.has(id)).length * 2 >= finding.transfers.length
  const typologies: Record<string, Quality> = {}
  for (const kind of new Set(patterns.map((pattern) => pattern.kind))) {
    const ofKind = traffic.schemes.filter((scheme) => scheme.kind.startsWith(kind))
    const findings = result.found.filter(({ finding }) => finding.kind === kind && finding.revision === 1)
    typologies[kind] = {
      schemes: ofKind.length,
      found: ofKind.filter((scheme) => isFound(scheme, { found: result.found, places: result.places })).length,
      findings: findings.length,
      right: findings.filter(isRight).length,
    }
  }
  const latencies = { ...summarize(result.latenciesMs), per_s: perSecond(result) }
  const rows = Object.entries(typologies).map(([kind, { schemes, found, findings, right }]) => [
    kind,
    schemes,
    found,
    percent({ part: found, whole: schemes }),
    findings,
    percent({ part: right, whole: findings }),
  ])
  process.stdout.write(
    `\n${title}: ${traffic.transfers.length} transfers, ${rateText(result)}, p99 ${latencies.p99_ms} ms\n`,
  )
  process.stdout.write(
    `${table([['typology', 'schemes', 'found when they closed', 'recall', 'findings', 'precision'], ...rows])}\n`,
  )
  process.stdout.write(`${result.findings} findings in ${result.opened} alerts; cut: ${cutText(result.detector)}\n`)
  return { ...latencies, typologies }
}

/** Of its kind, about its accounts, and no later than the transfer that completes the scheme. */
function isFound(
  scheme: Scheme,
  { found, places }: { readonly found: readonly Found[]; readonly places: ReadonlyMap<string, number> },
): boolean {
  const known = scheme.transfers.flatMap(({ id }) => places.get(id) ?? [])
  const closing = Math.max(...known)
  const opening = Math.min(...known)
  const needed = scheme.kind.startsWith('cycle') ? scheme.subjects.length : 1
  return found.some(({ finding, place }) => {
    if (!scheme.kind.startsWith(finding.kind) || place > closing || place < opening) return false
    return scheme.subjects.filter((account) => finding.subjects.includes(account)).length >= needed
  })
}

function cutText(detector: Detector): string {
  const { patterns } = detector.counts()
  const rows = Object.entries(patterns).filter(([, { cutSearches, skippedHubs }]) => cutSearches + skippedHubs > 0)
  return (
    rows.map(([id, counts]) => `${id} ${counts.cutSearches} searches, ${counts.skippedHubs} hubs`).join('; ') || 'none'
  )
}

function percent({ part, whole }: { readonly part: number; readonly whole: number }): string {
  return whole === 0 ? '-' : `${((part * 100) / whole).toFixed(1)}%`
}

/** An account with 100,000 counterparties on each side, all of them active. */
function reportHub(): Latencies {
  const detector = createDetector({ patterns: benchPatterns, lateSeconds: 3_600, bounds: defaultBounds })
  const latenciesMs: number[] = []
  const count = 200_000
  for (let number = 0; number < count; number += 1) {
    const other = `other-${number % 100_000}`
    const isIn = number < 100_000
    const transfer: FlowTransfer = {
      id: `${number}`,
      at: Math.floor((number * 10 * day) / count),
      source: isIn ? other : 'hub',
      destination: isIn ? 'hub' : other,
      amount: BigInt(100_00 + ((number * 7_919) % 5_000_00)),
      asset: 'USD',
    }
    const started = performance.now()
    detector.observe(transfer)
    latenciesMs.push(performance.now() - started)
  }
  const latencies = summarize(latenciesMs)
  const { per_s, p50_ms, p99_ms, max_ms } = latencies
  process.stdout.write(
    `\na hub with 100,000 counterparties: ${per_s} a second, p50 ${p50_ms} ms, p99 ${p99_ms} ms, max ${max_ms} ms; cut: ${cutText(detector)}\n`,
  )
  return latencies
}

/** Accounts that all pay each other within the bands: every search for cycles looks at as much as it may. */
function reportCutSearches(): Latencies {
  const detector = createDetector({ patterns: benchPatterns, lateSeconds: 3_600, bounds: defaultBounds })
  const latenciesMs: number[] = []
  const count = 3_000
  for (let number = 0; number < count; number += 1) {
    const source = number % 110
    const destination = (source + 1 + (Math.floor(number / 110) % 109)) % 110
    const transfer: FlowTransfer = {
      id: `${number}`,
      at: Math.floor((number * 10 * day) / count),
      source: `${source}`,
      destination: `${destination}`,
      amount: 250_00n,
      asset: 'USD',
    }
    const started = performance.now()
    detector.observe(transfer)
    if (number >= count / 2) latenciesMs.push(performance.now() - started)
  }
  const latencies = summarize(latenciesMs)
  process.stdout.write(
    `\nall pay all, so that searches are cut: ${latencies.per_s} a second, p50 ${latencies.p50_ms} ms, p99 ${latencies.p99_ms} ms; cut: ${cutText(detector)}\n`,
  )
  return latencies
}
