import { defaultThreshold, ofacName, ofacScore, ofacWhole, Screening, type Snapshot, search } from '#risk'
import { type BenchOptions, type Latencies, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { inventLists, inventName, pick, readLists, seeded } from './risk-lists.ts'

/**
 * Searches of the lists in a folder (`--lists` or MUNIM_SANCTIONS_LISTS), or of invented ones of the same size, against
 * a scan of all names with Jaro-Winkler.
 */
export async function benchScreening(options: BenchOptions): Promise<void> {
  const folder = options.values.get('lists') ?? process.env.MUNIM_SANCTIONS_LISTS
  const files = folder === undefined ? inventLists() : readLists(folder)
  const heapBefore = heapBytes()
  const screening = new Screening()
  const loading = measure(() => screening.load(files, { removedShareMax: 1 }))
  const heap = heapBytes() - heapBefore
  const snapshot = screening.current
  if (snapshot === undefined) throw new Error('nothing was loaded')
  const again = measure(() => screening.load(files))
  const searches = wholeNumber(options, 'searches', 4000)
  const results = Object.fromEntries(kinds.map((kind) => [kind, measureSearches(snapshot, kind, { count: searches })]))
  const mixed = summarize(Object.values(results).flatMap(({ times }) => times))
  const report = {
    lists: folder ?? 'invented',
    entities: snapshot.entities.length,
    names: snapshot.index.names.length,
    load: loading,
    load_again: again,
    heap_mb: Math.round(heap / 100_000) / 10,
    mixed,
    searches: Object.fromEntries(Object.entries(results).map(([kind, { times }]) => [kind, summarize(times)])),
    ofac_also: summarize(
      measureSearches(snapshot, 'misspelled', { count: Math.ceil(searches / 10), ofacThreshold: 85 }).times,
    ),
    scan: measureScan(snapshot, wholeNumber(options, 'scans', 30)),
  }
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
  else print(report)
}

function print(report: {
  readonly lists: string
  readonly entities: number
  readonly names: number
  readonly load: Measured
  readonly load_again: Measured
  readonly heap_mb: number
  readonly mixed: Latencies
  readonly searches: Readonly<Record<string, Latencies>>
  readonly ofac_also: Latencies
  readonly scan: Latencies
}): void {
  const row = (name: string, { per_s, p50_ms, p99_ms, max_ms }: Latencies) => [name, per_s, p50_ms, p99_ms, max_ms]
  const { entities, names, load, load_again: again } = report
  process.stdout.write(
    [
      `lists: ${report.lists}; ${entities} entities, ${names} names, ${report.heap_mb} MB`,
      `loaded in ${load.ms} ms (${load.cpu_ms} ms of CPU), again as a new version in ${again.ms} ms (${again.cpu_ms} ms)`,
      table([
        ['searches', 'per s', 'p50 ms', 'p99 ms', 'max ms'],
        row('all', report.mixed),
        ...Object.entries(report.searches).map(([kind, latencies]) => row(kind, latencies)),
        row('misspelled, by the score of OFAC too', report.ofac_also),
        row('baseline: Jaro-Winkler with every name', report.scan),
      ]),
      '',
    ].join('\n'),
  )
}

type Measured = { readonly ms: number; readonly cpu_ms: number }

function measure(work: () => unknown): Measured {
  const cpu = process.cpuUsage()
  const started = performance.now()
  work()
  const ms = Math.round(performance.now() - started)
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpu_ms: Math.round((user + system) / 1000) }
}

function heapBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const kinds = ['exact', 'misspelled', 'unrelated', 'long', 'one_letter', 'non_latin'] as const
type Kind = (typeof kinds)[number]

const scripts = [
  'Владимир Сергеев',
  'محمد علي حسن',
  '김정은',
  '习近平',
  'Ιωάννης Παπαδόπουλος',
  'בנימין כהן',
  'Иванов Иван',
  'أحمد عبد الله',
]

function queryOf(snapshot: Snapshot, kind: Kind, random: () => number): string {
  const entity = snapshot.entities[Math.floor(random() * snapshot.entities.length)]
  const name = entity?.names[Math.floor(random() * entity.names.length)]?.text ?? ''
  const letter = () => String.fromCharCode(97 + Math.floor(random() * 26))
  if (kind === 'exact') return name
  if (kind === 'misspelled') {
    const at = Math.floor(random() * name.length)
    return random() < 0.5 ? name.slice(0, at) + name.slice(at + 1) : name.slice(0, at) + letter() + name.slice(at + 1)
  }
  if (kind === 'unrelated') return inventName(random)
  if (kind === 'long') return Array.from({ length: 12 }, () => inventName(random)).join(' ')
  if (kind === 'one_letter') return letter()
  return pick(random, scripts)
}

type Searches = { readonly count: number; readonly ofacThreshold?: number }

function measureSearches(snapshot: Snapshot, kind: Kind, { count, ofacThreshold }: Searches): { times: number[] } {
  showProgress(`searches: ${kind}`)
  const random = seeded(kinds.indexOf(kind) + 1)
  const queries = Array.from({ length: count + 300 }, () => queryOf(snapshot, kind, random))
  const times = queries.map((name) => {
    const started = performance.now()
    search(
      snapshot,
      { names: [name] },
      { threshold: defaultThreshold, ...(ofacThreshold !== undefined && { ofacThreshold }) },
    )
    return performance.now() - started
  })
  return { times: times.slice(300) }
}

/** What a search costs without an index. */
function measureScan(snapshot: Snapshot, count: number): Latencies {
  const names = snapshot.entities.flatMap((entity) => entity.names.map(({ text }) => ofacName(ofacWhole(text))))
  const random = seeded(99)
  const times = Array.from({ length: count }, () => {
    const query = ofacName(ofacWhole(queryOf(snapshot, 'misspelled', random)))
    const started = performance.now()
    for (const name of names) ofacScore(query, name)
    return performance.now() - started
  })
  return summarize(times)
}
