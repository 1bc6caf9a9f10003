import { type CaseCommand, createCases } from '#cases'
import type { Result } from '#kernel'
import { createLanes, type Lanes } from '#lanes'
import { createLedger } from '#ledger'
import {
  type CaseReason,
  createCaseHandler,
  createDisputeCaseHandler,
  createPayments,
  disputesQueue,
  type Ended,
  type Machines,
  type NewPayment,
  type Payment,
  type Payments,
  type PaymentsDependencies,
  paymentsQueue,
  type Share,
  type SubjectKind,
} from '#payments'
import { newUuid } from '#platform/ids'
import { type Database, openDatabase, type Transaction } from '#platform/postgres'
import {
  type BatchOutcome,
  inquiriesAfter,
  type Rail,
  type RailCall,
  type RailCapabilities,
  type RailOutcome,
  type Rails,
} from '#rails'
import type { Sagas } from '#sagas'
import { patience, until } from './patience.ts'
import { firstBook, startTestBooks, type TestBooks } from './test-books.ts'

export type TestEngine = {
  readonly payments: Payments
  readonly lanes: Lanes
  readonly database: Database
  readonly stop: () => Promise<void>
}

/** Payments on a database of their own, with a scripted rail `card` and shortcuts for tests. */
export type TestPayments = Omit<TestBooks, 'startAnother'> &
  TestEngine & {
    readonly rail: ScriptedRail
    readonly startAnother: () => Promise<TestEngine>
    readonly pay: (request: Partial<NewPayment>) => Promise<Payment>
    readonly end: (kind: SubjectKind, id: string) => Promise<Ended>
    /** In a transaction; wakes the lanes after it. Throws the code of a refusal. */
    readonly ask: <Value>(
      work: (payments: Payments, tx: Parameters<Payments['acceptPayment']>[0]) => Promise<Asked<Value>>,
    ) => Promise<Value>
    readonly payment: (id: string) => Promise<Payment>
    /** Cases that are acted on first come before those that wait for them. */
    readonly openCases: () => Promise<OpenCase[]>
    /** In a transaction of its own; wakes the lanes after it. */
    readonly act: (id: string, command: CaseCommand, options?: ActOptions) => Promise<Result<string>>
    /** Waits until the lanes and the rail calls are empty, apart from timers. */
    readonly settled: () => Promise<void>
  }

export type OpenCase = {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly reason: CaseReason
  readonly detail: string
  readonly revision: number
  readonly isActing: boolean
}

export type ActOptions = {
  readonly revision?: number | undefined
  /** Default: another person each time. */
  readonly actor?: string
  readonly before?: (tx: Transaction) => Promise<unknown>
  readonly sagas?: Pick<Sagas, 'decide' | 'resume'>
}

type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: { code: string } }

/** A call without an answer succeeds. */
export type ScriptedRail = {
  readonly calls: (RailCall & { readonly ask: 'submit' | 'inquire' })[]
  answer: (call: RailCall, ask: 'submit' | 'inquire') => Promise<RailOutcome> | RailOutcome | undefined
  prepare?: Rail['prepare']
  /** Calls at once. Default: the rail does not limit them. */
  callsMax?: number
  /** Needs `batches` of the capabilities. */
  readonly files: (readonly RailCall[])[]
  answerFile: (calls: readonly RailCall[]) => Promise<BatchOutcome> | BatchOutcome
  recall?: Rail['recall']
  reverse?: Rail['reverse']
  prepareReversal?: Rail['prepareReversal']
}

/** Inquiries come after the end of a test: for tests that act between a rail's answer and the inquiry. */
export const noTimers = 3_600_000

/** Inquiries come soon: for tests that wait for them. */
export const soon = 400

const cardCapabilities: RailCapabilities = {
  operations: new Set(['authorize', 'charge', 'capture', 'void', 'refund', 'payout']),
  inquiries: inquiriesAfter(noTimers),
  authorizationMs: 60_000,
}

export function scriptedRails(
  inquireAfterMs = noTimers,
  also: Partial<RailCapabilities> = {},
): {
  readonly rails: Pick<Rails, 'rail' | 'health'>
  readonly script: ScriptedRail
} {
  const done = (call: RailCall): RailOutcome => ({
    ...{ kind: 'succeeded', railReference: `card-${call.id}`, amount: call.amount },
  })
  const script: ScriptedRail = {
    ...{ calls: [], files: [], answer: () => undefined },
    answerFile: (calls) => ({ kind: 'each', outcomes: new Map(calls.map((call) => [call.id, done(call)])) }),
  }
  const decide = async (call: RailCall, ask: 'submit' | 'inquire'): Promise<RailOutcome> => {
    script.calls.push({ ...call, ask })
    const answered = await script.answer(call, ask)
    return answered ?? done(call)
  }
  const card: Rail = {
    name: 'card',
    capabilities: { ...cardCapabilities, inquiries: inquiriesAfter(inquireAfterMs), ...also },
    prepare: (call) => script.prepare?.(call) ?? { handle: {} },
    recall: async (call) => (await script.recall?.(call)) ?? { kind: 'accepted' },
    reverse: async (reversal) => (await script.reverse?.(reversal)) ?? { kind: 'reversed' },
    prepareReversal: (reversal) => script.prepareReversal?.(reversal) ?? {},
    submit: (call) => decide(call, 'submit'),
    inquire: (call) => decide(call, 'inquire'),
    submitBatch: async (calls) => {
      script.files.push(calls)
      return script.answerFile(calls)
    },
  }
  const since = 0
  return {
    script,
    rails: {
      rail: (name) => (name === 'card' ? limited(card, script) : undefined),
      health: (rail) => ({ rail, state: 'up', since }),
    },
  }
}

function limited(card: Rail, { callsMax }: ScriptedRail): Rail {
  return callsMax === undefined ? card : { ...card, callsMax: () => callsMax }
}

const program = { createLedger, createLanes, createPayments, openDatabase }

export type TestPaymentsOptions = {
  readonly machines?: Machines
  readonly inquireAfterMs?: number
  readonly capabilities?: Partial<RailCapabilities>
  readonly bookOfCredits?: PaymentsDependencies['bookOfCredits']
  readonly waitingMax?: number
  readonly program?: typeof program
  readonly join?: (parts: Pick<TestEngine, 'payments' | 'lanes'>) => void
  readonly sql?: string
  /** What the engines get instead of their database. */
  readonly watch?: (database: Database) => Database
}

export async function startTestPayments(options: TestPaymentsOptions = {}): Promise<TestPayments> {
  const books = await startTestBooks()
  if (options.sql !== undefined) await books.database.query({ text: options.sql })
  const made = options.program ?? program
  const faults: unknown[] = []
  const { rails, script } = scriptedRails(options.inquireAfterMs, options.capabilities)
  const engines: TestEngine[] = []
  const start = async (): Promise<TestEngine> => {
    const opened = made.openDatabase({ ...books.connection, connectionsMax: 12 })
    const database = options.watch?.(opened) ?? opened
    const onFault = (fault: unknown) => faults.push(fault)
    const ledger = made.createLedger({ database, onFault })
    const lanes = made.createLanes({ database, onFault, lookIntervalMs: 20 })
    const payments = made.createPayments({
      ...{ database, ledger, lanes, rails, onFault, bookOfCredits: options.bookOfCredits ?? (async () => firstBook) },
      ...(options.machines && { machines: options.machines }),
      ...(options.waitingMax !== undefined && { waitingMax: options.waitingMax }),
    })
    options.join?.({ payments, lanes })
    await ledger.start()
    await payments.start()
    await lanes.start()
    await lanes.lettersPassed()
    const engine: TestEngine = {
      ...{ payments, lanes, database },
      stop: async () => {
        await lanes.stop(patience(5_000))
        await payments.stop(patience(5_000))
        await ledger.stop(patience(5_000))
        await database.close()
      },
    }
    engines.push(engine)
    return engine
  }
  const engine = await start()
  const { payments, database } = engine
  return {
    ...books,
    ...engine,
    rail: script,
    startAnother: start,
    pay: async (request) => {
      const accepted = await payments.createPayment({ ...defaults, ...request })
      if (accepted.kind !== 'done' || !accepted.value.ok) throw new Error(JSON.stringify(accepted))
      return accepted.value.value
    },
    end: async (kind, id) => {
      const ended = await payments.waitForEnd({ kind, id, book: firstBook }, patience(10_000))
      if (ended === undefined) throw new Error(`${kind} ${id} did not end`)
      return ended
    },
    ask: async (work) => {
      const result = await database.transaction((tx) => work(payments, tx))
      payments.wake()
      if (!result.ok) throw new Error(result.refusal.code)
      return result.value
    },
    payment: async (id) => {
      const found = await database.transaction((tx) => payments.lockPayment(tx, { book: firstBook, payment: id }))
      if (found === undefined) throw new Error(`there is no payment ${id}`)
      return found
    },
    openCases: () =>
      database.query<OpenCase>({
        text: `select replace(id::text, '-', '') as id, subject_kind as kind, replace(subject_id::text, '-', '') as subject,
            reason, detail, revision, is_acting as "isActing"
          from cases.cases where resolved_at is null order by rank desc, id`,
      }),
    act: async (id, command, { revision, before, sagas = noSagas, actor = newUuid() } = {}) => {
      const cases = createCases()
      cases.register(paymentsQueue, createCaseHandler({ payments, sagas, lanes: engine.lanes }))
      cases.register(disputesQueue, createDisputeCaseHandler({ payments }))
      const done = await database.transaction(async (tx) => {
        await before?.(tx)
        return cases.act(tx, {
          books: [firstBook],
          id,
          actor: { kind: 'key', id: actor },
          command,
          revision,
          record: async () => undefined,
        })
      })
      payments.wake()
      return done
    },
    settled: async () => {
      // The consequences of a commit begin a moment after it.
      let quietLooks = 0
      await until(async () => {
        const [row] = await database.query<{ count: bigint }>({ text: 'select count(*) as count from lanes.messages' })
        const { railCallsQueued, railCallsUnderWay, railAnswersWaiting } = payments.statistics()
        quietLooks =
          row?.count === 0n && railCallsQueued + railCallsUnderWay + railAnswersWaiting === 0 ? quietLooks + 1 : 0
        return quietLooks === 3
      })
    },
    stop: async () => {
      for (const one of engines) await one.stop()
      await books.stop()
      if (faults.length > 0) throw new AggregateError(faults, 'background work of payments met faults')
    },
  }
}

const noSagas = { decide: async () => false, resume: async () => {} }

const defaults: NewPayment = {
  ...{ book: firstBook, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
  source: { kind: 'wallet', account: 'payer' },
  destinations: [{ account: 'shop', amount: 100n }],
}

export const byCard = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] } as const

export function share(account: string, amount: bigint): Share {
  return { account, amount }
}
