import { caseSteps, noBook } from '#cases'
import type { Uuid } from '#kernel'
import type { Ledger } from '#ledger'
import { Fault, faultPoint } from '#platform/faults'
import { newUuid, repeatableUuid } from '#platform/ids'
import type { Queryable, Transaction } from '#platform/postgres'
import type { RailEvent } from '#rails'
import { paymentsQueue } from '../../cases/queue.ts'
import { chartOfAccounts } from '../../chart-of-accounts.ts'
import type { Credit } from '../../credit.ts'
import {
  type CreditReport,
  type CreditStep,
  onCreditReport,
  settledByHand,
} from '../../machines/credits/credit-machine.ts'
import type { ChartAccounts } from '../acceptance/chart-accounts.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { lockCreditStep, lockCreditsSteps, toCredit, writeCreditsStep } from '../rows/credit-store.ts'
import type { Taken } from './event-message.ts'

export type CreditDependencies = {
  readonly ledger: Pick<Ledger, 'postAll'>
  readonly chart: ChartAccounts
  /** The book that gets the credits of a rail. Undefined: nobody has said which. */
  readonly bookOfCredits: (on: Queryable, rail: string) => Promise<number | undefined>
}

type Booked = {
  /** Retractions of credits that are not known yet, and reports without an asset. */
  readonly unknown: readonly Taken[]
  /** Call it after the commit. */
  readonly keep: () => void
}

/** What cannot be booked now becomes a dead letter, which an operator retries. */
export async function bookCredits(deps: CreditDependencies, tx: Transaction, taken: readonly Taken[]): Promise<Booked> {
  if (taken.length === 0) return { unknown: [], keep: () => undefined }
  const { reports, unread } = await readReports(deps, tx, taken)
  const known = await lockCredits(tx, reports)
  const context = { newId: newUuid, derivedId: repeatableUuid, accounts: chartOfAccounts }
  const unknown = [...unread]
  const steps: CreditStep[] = []
  for (const { report, one } of reports.toSorted((a, b) => a.report.at - b.report.at)) {
    const before = known.get(nameOf(report))
    if (before === undefined && report.said.kind === 'incoming' && report.book === noBook) throw bookMissing(report)
    const step = onCreditReport(before, report, context)
    if (step === undefined) unknown.push(one)
    else steps.push(step)
    if (step?.credit !== undefined) known.set(nameOf(report), step.credit)
  }
  const opening = deps.chart.within()
  await book(deps, tx, { steps, opening })
  const credits = new Map(steps.flatMap(({ credit }) => (credit === undefined ? [] : [[credit.id, credit] as const])))
  const changes = steps.flatMap(({ cases = [] }) => cases)
  faultPoint('payments.credits.before')
  await tx.burst([
    ...(credits.size > 0 ? [writeCreditsStep([...credits.values()])] : []),
    ...caseSteps(paymentsQueue, changes),
  ])
  return { unknown, keep: opening.keep }
}

async function book(
  { ledger }: CreditDependencies,
  tx: Transaction,
  { steps, opening }: { readonly steps: readonly CreditStep[]; readonly opening: ReturnType<ChartAccounts['within']> },
): Promise<void> {
  const booking = steps.flatMap(({ credit, commands = [] }) => (credit === undefined ? [] : [{ credit, commands }]))
  const groups = booking.filter(({ commands }) => commands.length > 0)
  if (groups.length === 0) return
  await opening.open(
    tx,
    groups.flatMap(({ credit: { book: owner, rail, asset } }) =>
      [chartOfAccounts.clearing({ rail, asset }), chartOfAccounts.suspense(asset)].map((code) => {
        return { book: owner, code, asset }
      }),
    ),
  )
  const outcomes = await ledger.postAll(
    tx,
    groups.map(({ commands }) => ({ commands, atomic: true })),
  )
  const refused = outcomes.flat().find((outcome) => !outcome.ok)
  if (refused === undefined || refused.ok) return
  const message = `The books refused a credit that a rail reported (${refused.refusal.code}).`
  throw new Fault({ code: 'booking_refused', message, retryable: false })
}

type Read = { readonly report: CreditReport; readonly one: Taken }

async function readReports(
  { bookOfCredits }: CreditDependencies,
  tx: Transaction,
  taken: readonly Taken[],
): Promise<{ readonly reports: readonly Read[]; readonly unread: readonly Taken[] }> {
  const books = new Map<string, number | undefined>()
  const reports: Read[] = []
  const unread: Taken[] = []
  for (const one of taken) {
    const { rail } = one.event
    if (!books.has(rail)) books.set(rail, await bookOfCredits(tx, rail))
    const said = saidIn(one.event)
    const { railReference: reference, asset, occurredAt: at } = one.event
    if (said === undefined || (asset === undefined && said.kind === 'incoming')) unread.push(one)
    else
      reports.push({ one, report: { book: books.get(rail) ?? noBook, rail, reference, asset: asset ?? '', at, said } })
  }
  return { reports, unread }
}

/** What becomes of a known credit is booked where that was, whatever has been set since. */
function bookMissing({ rail }: CreditReport): Fault {
  const message = `No book is named for the credits that the rail ${rail} reports: set credits_book.`
  return new Fault({ code: 'credits_book_missing', message, retryable: false })
}

function saidIn({ outcome }: RailEvent): CreditReport['said'] | undefined {
  if (outcome.kind === 'incoming') return outcome
  if (outcome.kind !== 'retracted') return undefined
  const { code, message } = outcome.reason
  return { kind: 'retracted', why: message === '' ? code : `${code} ${message}` }
}

async function lockCredits(tx: Transaction, reports: readonly Read[]): Promise<Map<string, Credit>> {
  if (reports.length === 0) return new Map()
  const [locking, reading] = lockCreditsSteps(reports.map(({ report }) => report))
  if (locking === undefined || reading === undefined) return new Map()
  // In a statement of its own: a wait must not leave an old snapshot.
  await tx.burst([indexPlansStep, locking])
  const [found] = await tx.burst([reading])
  return new Map((found?.rows ?? []).map(toCredit).map((credit) => [nameOf(credit), credit]))
}

function nameOf({ rail, reference }: { readonly rail: string; readonly reference: string }): string {
  return `${rail} ${reference}`
}

/** Of an operator's action on the case of a credit. False: there is no such credit. */
export async function settleCredit(tx: Transaction, id: Uuid): Promise<boolean> {
  const [found] = await tx.burst([lockCreditStep(id)])
  const [credit] = (found?.rows ?? []).map(toCredit)
  if (credit === undefined) return false
  await tx.burst([writeCreditsStep([settledByHand(credit)])])
  return true
}
