import { amountText, type Timestamp } from '#kernel'
import type { TransferCommand } from '#ledger'
import type { RailCredit } from '#rails'
import type { PaymentsCaseChange } from '../../cases/subject.ts'
import type { Credit } from '../../credit.ts'
import type { CaseReason, MachineContext } from '../../machine.ts'
import { transfer } from '../booking/bookings.ts'

export type CreditReport = Pick<Credit, 'book' | 'rail' | 'reference' | 'asset'> & {
  readonly at: Timestamp
  readonly said: ({ readonly kind: 'incoming' } & RailCredit) | { readonly kind: 'retracted'; readonly why: string }
}

export type CreditStep = {
  readonly credit?: Credit
  readonly commands?: readonly TransferCommand[]
  readonly cases?: readonly PaymentsCaseChange[]
  /** Why nothing follows. */
  readonly ignored?: string
}

type CreditContext = Pick<MachineContext, 'newId' | 'derivedId' | 'accounts'>

/**
 * A credit is booked once by its reference, from the rail's clearing account to suspense, and back when the rail
 * retracts it. It may be received again after that. Reports count by the time at which they happened, whatever order
 * they come in. A retraction of an unknown credit is undefined here: its report may still come.
 */
export function onCreditReport(
  known: Credit | undefined,
  report: CreditReport,
  context: CreditContext,
): CreditStep | undefined {
  const { said, at } = report
  if (known === undefined) return said.kind === 'incoming' ? firstReceived(report, said, context) : undefined
  if (said.kind === 'incoming' && (said.amount !== known.amount || report.asset !== known.asset)) {
    return otherwise(known, report, said.amount, context)
  }
  if (at <= known.reportedAt && !(said.kind === 'retracted' && at === known.reportedAt)) {
    return { ignored: 'a later report is known' }
  }
  if (said.kind === 'incoming') return receivedAgain({ ...known, reportedAt: at }, context)
  return retracted({ ...known, reportedAt: at }, said.why, context)
}

function firstReceived(report: CreditReport, { amount, to, text }: RailCredit, context: CreditContext): CreditStep {
  const { book, rail, reference, asset, at } = report
  const credit: Credit = {
    ...{ id: context.newId(), book, rail, reference, amount, asset, state: 'received', reportedAt: at },
    ...{ isSettled: false, mayBeMoved: false, transfers: [] },
    ...(to !== undefined && { to }),
  }
  const words = text === undefined ? '' : ` The payer wrote: “${text}”.`
  const step = moved(credit, 'in', context)
  return { ...step, cases: [opened(credit, 'incoming_credit', `${named(credit)}${words} ${inSuspense}`)] }
}

const inSuspense = 'It is in suspense: book it to its owner.'

function receivedAgain(credit: Credit, context: CreditContext): CreditStep {
  if (credit.state === 'received') return { credit }
  // While the case of the retraction was open, its money may have been booked back, or not.
  const mayBeMoved = credit.isSettled || credit.mayBeMoved
  const step = moved({ ...credit, state: 'received', isSettled: false, mayBeMoved }, 'in', context)
  const detail = `${named(credit)} ${mayBeMoved ? inSuspenseAgain : inSuspense}`
  return { ...step, cases: [over(credit, 'credit_retracted'), opened(credit, 'incoming_credit', detail)] }
}

const inSuspenseAgain =
  'It was retracted, and has come again. It is in suspense, unless its owner still has it from before: book it there once.'

function retracted(credit: Credit, why: string, context: CreditContext): CreditStep {
  if (credit.state === 'retracted') return { credit }
  const { isSettled } = credit
  const step = moved({ ...credit, state: 'retracted', mayBeMoved: !isSettled }, 'out', context)
  const text = `${named(credit)} It has retracted that (${why}), and`
  if (isSettled) {
    const detail = `${text} the money had been booked out of suspense, which is short of it now: book it back.`
    return { ...step, cases: [opened(credit, 'credit_retracted', detail)] }
  }
  const detail = `${text} it is out of suspense. If the money had been booked to its owner before, suspense is short of it: book it back.`
  return { ...step, cases: [over(credit, 'incoming_credit'), opened(credit, 'credit_retracted', detail)] }
}

/** An operator has booked it out of suspense, or back into it after a retraction if it was out. */
export function settledByHand(credit: Credit): Credit {
  return { ...credit, isSettled: credit.state === 'received', mayBeMoved: false }
}

function moved(credit: Credit, way: 'in' | 'out', context: CreditContext): CreditStep & { readonly credit: Credit } {
  const { rail, asset, amount, transfers } = credit
  const clearing = context.accounts.clearing({ rail, asset })
  const suspense = context.accounts.suspense(asset)
  const [source, destination] = way === 'in' ? [clearing, suspense] : [suspense, clearing]
  const command = transfer(credit, { source, destination, amount }, context)
  return { credit: { ...credit, transfers: [...transfers, command.id] }, commands: [command] }
}

/** Nothing of it is booked. The same report again is the same case. */
function otherwise(credit: Credit, report: CreditReport, amount: bigint, context: CreditContext): CreditStep {
  const written = amountText(amount, report.asset)
  const id = context.derivedId(credit.id, JSON.stringify(['credit', report.asset, amount.toString()]))
  const detail = `${named(credit)} Now it reports ${written} under that reference, which is not booked.`
  return { cases: [{ ...opened(credit, 'unmatched_event', detail), subject: { kind: 'event', id } }] }
}

function named({ rail, amount, asset, to, reference }: Credit): string {
  const where = to === undefined ? '' : ` to ${to}`
  return `Rail ${rail} reported a credit of ${amountText(amount, asset)}${where} that nothing had asked for, with reference ${reference}.`
}

function opened({ id, book, amount, asset }: Credit, reason: CaseReason, detail: string) {
  const subject = { kind: 'event', id } as const
  return { subject, book, change: 'open', reason, detail, about: { amount, asset } } as const
}

function over({ id, book }: Credit, reason: CaseReason) {
  return { subject: { kind: 'event', id }, book, change: 'resolve', reason } as const
}
