import { expect } from 'vitest'
import { capturedOf, offOf, type Payment, type Share, sumOf, takenBack } from '#payments'
import type { ModelRail } from './model-rail.ts'
import { clearingOf, feesOf, suspense, type World, writeOffs } from './payments-world.ts'
import { creditsInSuspense, creditsWithoutCase } from './payments-world-credits.ts'
import { lyingByAttempts, payoutsOf, tookBy, tookOf, unended } from './payments-world-sums.ts'

type Played = { readonly world: World; readonly rails: readonly ModelRail[] }

export const givenByHand = 100_000n

export function takenSharesOf(world: World, payment: Payment) {
  const refunds = [...world.refunds.values()].filter((refund) => refund.payment === payment.id)
  return takenBack(refunds, payment)
}

export function lastSteps(world: World): string {
  return world.steps
    .slice(-25)
    .map(({ subject, input, transition: { note, ignored } }) => `${subject} ${input}: ${note ?? ignored ?? ''}`)
    .join('\n')
}

/** Holds after every single input. */
export function check({ world }: Played): void {
  const { books } = world
  const total = books.codes().reduce((sum, code) => sum + books.posted(code), 0n)
  expect(total).toBe(0n)
  for (const code of ['shop', 'partner', 'fees', 'wallet'])
    expect(books.posted(code) - books.held(code) >= 0n).toBe(true)
  for (const payment of world.payments.values()) checkAmounts(world, payment)
  for (const { taken, amount } of world.disputes.values()) {
    if (taken === undefined) continue
    const suspended = taken.suspended.reduce((sum, one) => sum + one.amount, 0n)
    expect(sumOf(taken.parts) + suspended + taken.lost, lastSteps(world)).toBe(amount)
  }
}

/** Every report has come, and an operator has settled the rest: the rails have what the books show as taken. */
export function checkDisputes({ world, rails }: Played): void {
  for (const { reference, isTaken } of rails.flatMap((rail) => rail.disputes())) {
    const row = [...world.disputes.values()].find((one) => one.reference === reference)
    expect([reference, row?.taken !== undefined, row?.undelivered], lastSteps(world)).toEqual([
      reference,
      isTaken,
      undefined,
    ])
  }
}

function checkAmounts(world: World, payment: Payment): void {
  const { amount, amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded } = payment
  for (const one of [amountCapturable, amountCapturing, amountCaptured, amountRefunding, amountRefunded]) {
    expect(one >= 0n).toBe(true)
  }
  expect(amountCapturable + amountCapturing + amountCaptured <= amount).toBe(true)
  expect(amountRefunding + amountRefunded <= amountCaptured).toBe(true)
  const { amountSuspended = 0n, amountOwed = 0n, amountLost = 0n } = payment
  expect(lyingByAttempts(world, payment), lastSteps(world)).toBe(amountSuspended + amountOwed + amountLost)
  expect(sumOf(payment.destinations) + (payment.fee?.amount ?? 0n)).toBe(amount)
  expect(sumOf(capturedOf(payment))).toBe(amountCaptured)
  // No account returns more than it has received.
  const taken = takenSharesOf(world, payment)
  for (const { account, amount: got } of capturedOf(payment)) {
    const gave = sumOf(ofAccount(taken, account))
    const unpaid = sumOf(ofAccount([...(payment.owedBy ?? []), ...offOf(payment)], account))
    expect(gave <= got && unpaid <= gave, lastSteps(world)).toBe(true)
  }
  // A debt of the recipients is an operator's until it is paid.
  if (amountOwed > 0n) {
    const open = (world.matters.get(payment.id) ?? []).map(({ reason }) => reason)
    expect(open, lastSteps(world)).toContain('booking_refused')
  }
  const capturing = [...world.captures.values()].filter(
    (one) => one.payment === payment.id && one.state === 'processing',
  )
  expect(amountCapturing).toBe(capturing.reduce((sum, one) => sum + one.amount, 0n))
  const refunding = [...world.refunds.values()].filter(
    (one) => one.payment === payment.id && one.phase !== 'ended' && one.from[0]?.account !== suspense,
  )
  const done = ({ reason, holds }: { reason: string | undefined; holds: readonly string[] }) =>
    reason === 'wrong_amount' && holds.length === 0
  expect(amountRefunding).toBe(refunding.filter((one) => !done(one)).reduce((sum, one) => sum + one.amount, 0n))
}

/** Holds when everything has ended. */
export function checkEnd({ world, rails }: Played): void {
  const { books } = world
  for (const rail of rails) {
    const fees = -books.posted(feesOf(rail.name))
    expect(books.posted(clearingOf(rail.name)) - fees, `clearing of ${rail.name}:\n${lastSteps(world)}`).toBe(
      -rail.net(),
    )
    const ofDisputes = [...world.disputes.values()].filter((one) => one.rail === rail.name)
    expect(ofDisputes.reduce((sum, { fee = 0n }) => sum + fee, 0n)).toBe(fees)
  }
  for (const payment of world.payments.values()) {
    expect(tookOf(world, payment), `${payment.id}:\n${lastSteps(world)}`).toBe(tookBy(world, payment))
  }
  // Everything has ended or needs an operator.
  for (const [id, phase] of unended(world)) {
    const waits =
      world.openCases.has(id) ||
      (phase === 'reversing' && hasReviewedRefund(world, id)) ||
      (phase === 'held' && hasReviewedCapture(world, id))
    expect(waits, `${id} is ${phase}:\n${lastSteps(world)}`).toBe(true)
  }
  if (world.openCases.size === 0) expect(heldIn(world)).toBe(0n)
  // The rails repeated only true reports, so no two reports differ.
  expect([...world.reportedOtherwise.values()]).toEqual([])
  // The clawbacks of payouts are in suspense, too.
  const suspended = [...world.payments.values()].reduce((sum, one) => sum + (one.amountSuspended ?? 0n), 0n)
  if (world.payouts.size === 0) expect(books.posted(suspense)).toBe(suspended + creditsInSuspense(world))
  expect(creditsWithoutCase(world)).toEqual([])
}

/** Also holds when an operator has settled the rest. */
export function checkNothingOpen({ world }: Played): void {
  expect([...world.openCases.values()], lastSteps(world)).toEqual([])
  expect(world.waiting, lastSteps(world)).toEqual([])
  expect(unended(world), lastSteps(world)).toEqual([])
  expect(heldIn(world)).toBe(0n)
}

/** Money that an operator returned leaves suspense in the amount that the case showed, or not at all. */
export function checkReturned(world: World, id: string, decide: () => void): void {
  const { amount = 0n } = world.matters.get(id)?.[0]?.about ?? {}
  const before = world.books.posted(suspense)
  decide()
  expect([0n, amount], lastSteps(world)).toContain(before - world.books.posted(suspense))
}

/** Each account has the money that it received and did not return, as payments and refunds show. */
export function checkShares({ world }: Played): void {
  // Write-offs have lost what they paid for those who owed, and have not got back.
  const off = [...world.payments.values()].reduce((sum, payment) => sum + sumOf(offOf(payment)), 0n)
  expect(world.books.posted(writeOffs), lastSteps(world)).toBe(-off)
  for (const code of ['shop', 'partner', 'fees']) {
    const of = (shares: readonly Share[]) => sumOf(ofAccount(shares, code))
    const all = [...world.payments.values()]
    // What was written off of its debts is left to it, too.
    const left = all.map((payment) => of(capturedOf(payment)) - of(takenSharesOf(world, payment)) + of(offOf(payment)))
    const paidOut = left.reduce((sum, one) => sum + one, givenByHand) - world.books.posted(code)
    expect(code === 'shop' ? payoutsOf(world) : [0n], `${code}:\n${lastSteps(world)}`).toContain(paidOut)
  }
}

function ofAccount(shares: readonly Share[], code: string): Share[] {
  return shares.filter(({ account }) => account === code)
}

function hasReviewedRefund(world: World, id: string): boolean {
  return [...world.refunds.values()].some((one) => one.payment === id && world.openCases.has(one.id))
}

/** What is held is released once it is known what became of the capture. */
function hasReviewedCapture(world: World, id: string): boolean {
  return [...world.captures.values()].some((one) => one.payment === id && world.openCases.has(one.id))
}

function heldIn({ books }: World): bigint {
  return ['shop', 'partner', 'fees', 'wallet', suspense].reduce((sum, code) => sum + books.held(code), 0n)
}
