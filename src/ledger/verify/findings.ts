import { encodeId, idPrefix } from '#kernel'
import { plainArray, type SnapshotReader } from '#platform/postgres'

/**
 * The verifier's checks.
 * - conserved: money is neither created nor lost.
 * - once: one id, one transfer, one reference, one end of a hold.
 * - bounded: no balance passed its limit.
 * - account_chains: every account's balances follow from one another.
 * - holds: open holds add up to the pending balances.
 * - settings, backdated_entries, metadata_terms: rows kept twice agree.
 * - batch_hashes and block_chain: nothing was changed since it was written.
 * - sealed: no batch waits long for its block.
 */
const checkNames = [
  'conserved',
  'once',
  'bounded',
  'account_chains',
  'holds',
  'settings',
  'backdated_entries',
  'metadata_terms',
  'batch_hashes',
  'block_chain',
  'sealed',
] as const

type CheckName = (typeof checkNames)[number]

export type VerificationCheck = {
  readonly name: CheckName
  readonly ok: boolean
  /** Number of transfers, entries or batches, by the subject of the check. */
  readonly checked: number
  /** Only the first findings when there are many. */
  readonly findings: readonly string[]
}

/** Collects findings, with accounts and transfers as marks. */
export type Findings = {
  readonly count: (check: CheckName, things: number) => void
  readonly add: (check: CheckName, text: string) => void
  /** Replaces marks by names. */
  readonly conclude: (reader: SnapshotReader) => Promise<VerificationCheck[]>
}

const findingsMax = 20

export function accountMark(number: number | bigint): string {
  return `{account ${number}}`
}

export function transferMark(position: number | bigint): string {
  return `{transfer ${position}}`
}

export function createFindings(): Findings {
  const collected = new Map(checkNames.map((name) => [name, { checked: 0, total: 0, texts: [] as string[] }]))
  return {
    count: (check, things) => {
      const entry = collected.get(check)
      if (entry) entry.checked += things
    },
    add: (check, text) => {
      const entry = collected.get(check)
      if (!entry) return
      entry.total += 1
      if (entry.texts.length < findingsMax) entry.texts.push(text)
    },
    conclude: async (reader) => {
      const texts = [...collected.values()].flatMap((entry) => entry.texts)
      const names = new Map([...(await readAccountNames(reader, texts)), ...(await readTransferNames(reader, texts))])
      return [...collected].map(([name, { checked, total, texts: marked }]) => {
        const findings = marked.map((text) => text.replaceAll(anyMark, (mark) => names.get(mark) ?? plain(mark)))
        if (total > findingsMax) findings.push(`and ${total - findingsMax} more`)
        return { name, ok: total === 0, checked, findings }
      })
    },
  }
}

const anyMark = /\{(account|transfer) (-?\d+)\}/g

function plain(mark: string): string {
  return mark.slice(1, -1).replace('account', 'account number').replace('transfer', 'transfer at position')
}

function markedKeys(texts: readonly string[], kind: string): string[] {
  const keys = new Set<string>()
  for (const text of texts) {
    for (const [, of, key] of text.matchAll(anyMark)) if (of === kind && key !== undefined) keys.add(key)
  }
  return [...keys]
}

async function readAccountNames(reader: SnapshotReader, texts: readonly string[]): Promise<[string, string][]> {
  const keys = markedKeys(texts, 'account')
  if (keys.length === 0) return []
  const rows = await reader.query<{ number: bigint; id: string; code: string }>({
    text: 'select number, id, code from ledger.accounts where number = any ($1::bigint[])',
    values: [plainArray(keys)],
  })
  return rows.map(({ number, id, code }) => [
    accountMark(number),
    `account ${code} (${encodeId(idPrefix.account, id)})`,
  ])
}

async function readTransferNames(reader: SnapshotReader, texts: readonly string[]): Promise<[string, string][]> {
  const keys = markedKeys(texts, 'transfer')
  if (keys.length === 0) return []
  const rows = await reader.query<{ position: bigint; id: string }>({
    text: 'select position, id from ledger.transfers where position = any ($1::bigint[])',
    values: [plainArray(keys)],
  })
  return rows.map(({ position, id }) => [transferMark(position), `transfer ${encodeId(idPrefix.transfer, id)}`])
}
