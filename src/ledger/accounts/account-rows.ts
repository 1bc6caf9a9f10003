import type { Timestamp } from '#kernel'
import { type BurstStep, CopyEncoder } from '#platform/postgres'
import { insertBatchStep } from '../booking/batch-store.ts'
import type { CreateAccount, Metadata } from '../commands.ts'
import { createBatchHasher } from '../sealing/batch-hash.ts'
import { entryKind, entrySide, journalColumns } from '../sealing/journal.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import type { Head } from '../transfers/working-set.ts'

/** The settings from `version` on. `state` is a code of `accountState`. */
export type Settings = {
  readonly account: number
  readonly version: number
  readonly position: number
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  readonly state: number
  readonly metadata: Metadata
}

export class AccountRows {
  readonly position: number
  readonly #accounts = new CopyEncoder()
  readonly #settings = new CopyEncoder()
  readonly #entries = new CopyEncoder()
  readonly #terms = new CopyEncoder()

  constructor(position: number) {
    this.position = position
  }

  /** Encodes an opened account. Its row in `accounts` is already inserted, and is only hashed here. */
  opening(command: CreateAccount, settings: Settings, now: Timestamp): void {
    const row = this.#accounts
    row.tuple(7)
    row.int8(settings.account)
    row.int8(settings.position)
    row.int4(command.book)
    row.uuid(command.id)
    row.text(command.code)
    row.text(command.asset)
    row.timestamp(now)
    this.settings(settings, now)
    this.terms(settings.account, command)
  }

  settings(settings: Settings, now: Timestamp): void {
    const row = this.#settings
    row.tuple(8)
    row.int8(settings.account)
    row.int8(settings.version)
    row.int8(settings.position)
    limit(row, settings.minAvailable)
    limit(row, settings.maxBalance)
    row.int2(settings.state)
    row.timestamp(now)
    if (Object.keys(settings.metadata).length === 0) row.null()
    else row.text(JSON.stringify(settings.metadata))
  }

  terms(account: number, { book, metadata }: Pick<CreateAccount, 'book' | 'metadata'>): void {
    for (const pair of Object.entries(metadata)) {
      this.#terms.tuple(2)
      this.#terms.bigint8(metadataTerm(book, 'account', pair))
      this.#terms.int8(account)
    }
  }

  settingEntry(head: Head, position: number, now: Timestamp): void {
    const row = this.#entries
    row.tuple(12)
    row.int8(head.number)
    row.int8(head.version)
    row.int8(position)
    row.int8(position)
    row.bigint8(0n)
    row.bigint8(0n)
    row.bigint8(head.posted)
    row.bigint8(head.pendingOut)
    row.bigint8(head.pendingIn)
    row.timestamp(now)
    row.int2(entryKind.setting)
    row.int2(entrySide.neither)
  }

  steps(now: Timestamp): BurstStep[] {
    const steps: BurstStep[] = [copy({ table: 'account_settings', columns: settingsColumns }, this.#settings)]
    if (this.#entries.rows > 0) steps.push(copy({ table: 'entries', columns: entryColumns }, this.#entries))
    if (this.#terms.rows > 0) steps.push(copy({ table: 'metadata_terms', columns: 'term, position' }, this.#terms))
    const hasher = createBatchHasher()
    hasher.add('ledger.accounts', this.#accounts.rows, this.#accounts.tuples())
    hasher.add('ledger.account_settings', this.#settings.rows, this.#settings.tuples())
    hasher.add('ledger.entries', this.#entries.rows, this.#entries.tuples())
    steps.push(insertBatchStep({ position: this.position, operations: this.#settings.rows }, now, hasher.digest()))
    return steps
  }
}

const settingsColumns = journalColumns('ledger.account_settings')
const entryColumns = journalColumns('ledger.entries')

function copy({ table, columns }: { readonly table: string; readonly columns: string }, rows: CopyEncoder): BurstStep {
  return {
    name: `ledger-copy-${table}`,
    text: `copy ledger.${table} (${columns}) from stdin (format binary)`,
    copy: rows.stream(),
  }
}

function limit(row: CopyEncoder, value: bigint | null): void {
  if (value === null) row.null()
  else row.bigint8(value)
}
