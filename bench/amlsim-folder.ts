import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FlowTransfer, Pattern } from '#risk'
import { summarize, table } from './bench.ts'
import { type Detection, detect, type Found, rateText } from './detect-flows.ts'
import { day } from './flow-writing.ts'

/** Accounts that the files label, and their transfers with each other that belong to schemes. */
type Labels = { readonly accounts: ReadonlySet<string>; readonly planted: readonly FlowTransfer[] }

/**
 * Reads nodes.csv (nodeid, isFraud) and transactions.csv (sourceNodeId, targetNodeId, value, time in days). The files
 * label accounts only. Transfers of schemes are recognized by their amounts: far below those of ordinary ones.
 */
export function measureAmlsim(folder: string, patterns: readonly Pattern[]): void {
  const labeled = new Set<string>()
  for (const [account = '', isFraud] of rowsOf(join(folder, 'nodes.csv'))) if (isFraud !== '0') labeled.add(account)
  const transfers = rowsOf(join(folder, 'transactions.csv')).map(
    ([source = '', destination = '', value, time], at) => ({
      id: `${at}`,
      at: Number(time) * day,
      source,
      destination,
      amount: BigInt(Math.round(Number(value) * 100)),
      asset: 'USD',
    }),
  )
  const amounts = transfers.map(({ amount }) => amount).sort((one, other) => (one < other ? -1 : 1))
  const median = amounts[amounts.length >> 1] ?? 0n
  const planted = transfers.filter(
    ({ source, destination, amount }) => labeled.has(source) && labeled.has(destination) && amount * 4n < median,
  )
  const result = detect(transfers, patterns)
  const active = new Set(planted.flatMap(({ source, destination }) => [source, destination]))
  process.stdout.write(
    `\n${folder}: ${transfers.length} transfers, ${rateText(result)}, p99 ${summarize(result.latenciesMs).p99_ms} ms; ${labeled.size} labeled accounts, ${active.size} of them in transfers of schemes\n`,
  )
  reportPrecision(result, labeled)
  reportCycles(result, { accounts: labeled, planted })
  for (const kind of ['fan_in', 'fan_out'] as const) reportFans(result, { accounts: labeled, planted }, kind)
}

function rowsOf(path: string): string[][] {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => line.trim().split(','))
}

function reportPrecision({ found }: Detection, labeled: ReadonlySet<string>): void {
  const ids = [...new Set(found.map(({ finding }) => finding.pattern.id))]
  const rows = ids.map((id) => {
    const ofPattern = found.filter(({ finding }) => finding.pattern.id === id)
    const accounts = new Set(ofPattern.flatMap(({ finding }) => finding.accounts))
    const right = [...accounts].filter((account) => labeled.has(account)).length
    return [id, ofPattern.length, accounts.size, right, `${((right * 100) / accounts.size).toFixed(1)}%`]
  })
  process.stdout.write(`${table([['pattern', 'findings', 'accounts', 'labeled', 'precision'], ...rows])}\n`)
}

/** The cycles of equal amounts among transfers of schemes, found here by trying all paths. */
function reportCycles(result: Detection, { accounts: labeled, planted }: Labels): void {
  const cycles = closedCycles(planted)
  const accounts = new Set(cycles.flatMap((cycle) => cycle.accounts))
  const inTime = cycles.filter((cycle) => {
    const isIt = ({ finding }: Found) =>
      finding.kind === 'cycle' && [...finding.subjects].sort().join() === [...cycle.accounts].sort().join()
    return result.found.some((found) => isIt(found) && found.place === result.places.get(cycle.closedBy))
  })
  const foundAccounts = new Set(inTime.flatMap((cycle) => cycle.accounts)).size
  const share = (whole: number) => (whole === 0 ? '-' : `${((foundAccounts * 100) / whole).toFixed(1)}%`)
  process.stdout.write(
    `cycles that close in the file: ${cycles.length} with ${accounts.size} accounts; found at the closing transfer: ${inTime.length} with ${foundAccounts}, recall ${share(accounts.size)} (${share(labeled.size)} of all labeled accounts, also of schemes that do not close)\n`,
  )
}

type ClosedCycle = { readonly accounts: readonly string[]; readonly closedBy: string }

function closedCycles(planted: readonly FlowTransfer[]): ClosedCycle[] {
  const next = new Map<string, Map<string, FlowTransfer>>()
  for (const transfer of planted) {
    const key = `${transfer.source}/${transfer.amount}`
    const hops = next.get(key) ?? new Map<string, FlowTransfer>()
    if (!hops.has(transfer.destination)) hops.set(transfer.destination, transfer)
    next.set(key, hops)
  }
  const order = new Map(planted.map((transfer, at) => [transfer, at]))
  const cycles = new Map<string, ClosedCycle>()
  const visit = (path: readonly FlowTransfer[]) => {
    const [first, last] = [path[0] as FlowTransfer, path.at(-1) as FlowTransfer]
    if (last.destination === first.source) {
      const accounts = path.map(({ source }) => source)
      const latest = path.reduce((one, other) => ((order.get(one) ?? 0) > (order.get(other) ?? 0) ? one : other))
      const key = [...accounts].sort().join()
      // A hop that is repeated later closes nothing.
      const known = cycles.get(key)
      if (known === undefined || Number(latest.id) < Number(known.closedBy))
        cycles.set(key, { accounts, closedBy: latest.id })
      return
    }
    if (path.length === 6 || path.some(({ source }) => source === last.destination)) return
    for (const hop of next.get(`${last.destination}/${first.amount}`)?.values() ?? []) visit([...path, hop])
  }
  for (const transfer of planted) visit([transfer])
  return [...cycles.values()].filter(({ accounts }) => accounts.length > 2)
}

/** Labeled accounts that three others pay, or that pay three others, by transfers of schemes. */
function reportFans({ found }: Detection, { planted }: Labels, kind: 'fan_in' | 'fan_out'): void {
  const others = new Map<string, Set<string>>()
  for (const { source, destination } of planted) {
    const [subject, other] = kind === 'fan_in' ? [destination, source] : [source, destination]
    others.set(subject, (others.get(subject) ?? new Set()).add(other))
  }
  const fans = [...others].filter(([, sides]) => sides.size >= 3)
  const subjects = new Set(found.flatMap(({ finding }) => (finding.kind === kind ? finding.subjects : [])))
  const seen = fans.filter(([subject]) => subjects.has(subject))
  process.stdout.write(`${kind} of three and more in the file: ${fans.length}; found: ${seen.length}\n`)
}
