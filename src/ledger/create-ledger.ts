import { isoAsset } from '#kernel'
import type { Database, Transaction } from '#platform/postgres'
import { createAccountDirectory, type OpenedAccounts } from './accounts/account-directory.ts'
import { createStandingReader } from './accounts/account-standing.ts'
import { readCustomAssets } from './accounts/asset-store.ts'
import { changeAccount } from './accounts/change-account.ts'
import { createAccounts } from './accounts/create-accounts.ts'
import { createConfirmedBatches } from './booking/confirmed-batches.ts'
import { Flights } from './booking/flights.ts'
import { Heads } from './booking/heads.ts'
import { createHeldClock } from './booking/held-clock.ts'
import { createPostAll } from './booking/post-within.ts'
import { createWriter } from './booking/writer.ts'
import { createEndLapsedHolds } from './holds/end-lapsed-holds.ts'
import { createHoldExpiry } from './holds/hold-expiry.ts'
import { createHoldSumming } from './holds/hold-summing.ts'
import type { Ledger } from './ledger.ts'
import { createSealer } from './sealing/sealer.ts'

export type LedgerDependencies = {
  readonly database: Database
  /** Receives faults of background work that no caller waits for. */
  readonly onFault: (fault: Error) => void
  /** Codes of accounts that only the program opens and changes. Default: none. */
  readonly isReserved?: (code: string) => boolean
  readonly sealIntervalMs?: number
  /** Larger requests are booked beside the batches. Default: those larger than a batch. */
  readonly batchCommandsMax?: number
}

/** How long an account counts as busy after a posting, as more postings are likely. */
const expectPostingMs = 500

/** Creates the ledger. Call `start` first and `stop` last. */
export function createLedger({
  database,
  onFault,
  isReserved = () => false,
  sealIntervalMs,
  batchCommandsMax,
}: LedgerDependencies): Ledger {
  const directory = createAccountDirectory()
  const standing = createStandingReader()
  const heads = new Heads()
  const flights = new Flights()
  const confirmed = createConfirmedBatches(database, onFault)
  const forgetting = database.onNewEpoch(() => {
    heads.clear()
    directory.clear()
    standing.forget()
  })

  // Keyed by the transaction object, which lives as long as its connection.
  // Accounts opened in it are looked up again each time.
  const opened = new WeakMap<Transaction, Set<string>>()
  const openedIn = (tx: Transaction): OpenedAccounts => ({
    has: (book, name) => opened.get(tx)?.has(`${book} ${name}`) === true,
  })
  const directoryOf = (tx: Transaction) => directory.within(openedIn(tx))

  const posting = { database, heads, flights, confirmed, directoryOf }
  const { postAll, decideWithin } = createPostAll({ ...posting, expectMs: expectPostingMs })
  const apart = createPostAll({ ...posting, expectMs: 0 })
  const writer = createWriter({
    ...{ database, directory, heads, flights, confirmed, postAll: apart.postAll },
    ...{ heldClock: createHeldClock(onFault), besideFrom: batchCommandsMax },
  })
  const expiry = createHoldExpiry({ database, writer, onFault })
  const summing = createHoldSumming({ database, onFault })
  const sealer = createSealer({
    database,
    onFault,
    ...(sealIntervalMs !== undefined && { intervalMs: sealIntervalMs }),
  })

  const endLapsedHolds = createEndLapsedHolds({ postAll, writer })

  return {
    submit: writer.submit,
    submitOnce: writer.submitOnce,
    post: async (tx, group) => (await postAll(tx, [group]))[0] ?? [],
    postAll,
    standings: (accounts, { tx, maxAgeMs = 0 } = {}) => {
      if (tx === undefined) return standing.read(database, accounts, { directory, maxAgeMs })
      return standing.read(tx, accounts, { directory: directoryOf(tx), maxAgeMs })
    },
    knownAssets: async (assets, tx) => {
      const custom = assets.filter(({ asset }) => isoAsset(asset) === undefined)
      const known = custom.length === 0 ? new Set<string>() : await readCustomAssets(tx ?? database, custom)
      for (const { book, asset } of assets) if (isoAsset(asset) !== undefined) known.add(`${book} ${asset}`)
      return known
    },
    dryRun: async (group) => {
      const [outcomes] = await undone(database, (tx) => decideWithin(tx, [group]))
      return outcomes ?? []
    },
    createAccounts: (tx, commands, options) => {
      const names = opened.get(tx) ?? new Set()
      opened.set(tx, names)
      for (const { book, id, code } of commands) names.add(`${book} ${id}`).add(`${book} ${code}`)
      return createAccounts(tx, commands, options?.byProgram ? undefined : isReserved)
    },
    changeAccount: (tx, command, options) => {
      const reserved = options?.byProgram === true ? () => false : isReserved
      const within = { directory: directoryOf(tx), heads, flights, onLocked: options?.onLocked }
      const deps = { ...within, endLapsedHolds, onChanging: standing.changing, isReserved: reserved }
      return changeAccount(tx, deps, command)
    },
    statistics: writer.statistics,
    sealing: sealer.status,
    start: async () => {
      await writer.open()
      expiry.start()
      summing.start()
      sealer.start()
    },
    stop: async (timeoutMs) => {
      await Promise.all([expiry.stop(), summing.stop()])
      const drained = await Promise.race([writer.drain().then(() => true), after(timeoutMs)])
      if (!drained) onFault(new Error(`transfers were still being booked ${timeoutMs} ms after the stop`))
      await sealer.stop()
      await writer.close()
      await confirmed.stop()
      forgetting()
    },
  }
}

async function undone<Value>(database: Database, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  let value: { readonly is: Value } | undefined
  const rollBack = new Error('rolled back as intended')
  try {
    await database.transaction(async (tx) => {
      value = { is: await work(tx) }
      throw rollBack
    })
  } catch (error) {
    if (error !== rollBack) throw error
  }
  if (value === undefined) throw rollBack
  return value.is
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false).unref())
}
