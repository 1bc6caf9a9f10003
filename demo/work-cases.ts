import { setTimeout as sleep } from 'node:timers/promises'
import { type Case, MunimError, type TimelineAttempt } from '@munim/sdk'
import type { RailOperation } from './demo-rails.ts'
import { undecidedReference } from './mishaps.ts'
import { type PaymentsStage, until } from './payments-stage.ts'

export type Decided = {
  readonly id: string
  readonly subject: string
  readonly reason: string
  readonly detail: string
  readonly decision: string
  readonly evidence: string | null
  readonly state: Case['state']
}

/** Bounds the rounds: an action may raise further cases. */
const roundsMax = 6
const againMs = 500
const decisionMs = 10_000

/** Works the cases as an operator would: checks the rail's records, and acts. */
export async function workCases(stage: PaymentsStage): Promise<readonly Decided[]> {
  const decided = new Map<string, Decided>()
  for (let round = 0; round < roundsMax; round += 1) {
    const open: Case[] = []
    for await (const entry of stage.admin.cases.list()) if (!entry.waiting) open.push(entry)
    const acted: Case[] = []
    let isBusy = false
    for (const entry of open.reverse()) {
      const decision = await decide(stage, entry)
      isBusy ||= decision === null
      if (decision === undefined || decision === null) continue
      acted.push(entry)
      const after = await waitForDecision(stage, entry)
      const { id, subject, reason, detail } = entry
      const { evidence, state } = after
      decided.set(id, { id, subject: subject.id, reason, detail, decision, evidence, state })
      stage.say(`  ${reason.replaceAll('_', ' ')}: ${decision}`)
    }
    if (isBusy) await sleep(againMs)
    else if (acted.length === 0) break
  }
  return [...decided.values()]
}

export async function listOpen({ admin }: PaymentsStage): Promise<readonly Case[]> {
  const open: Case[] = []
  for await (const entry of admin.cases.list()) open.push(entry)
  return open
}

/** Returns undefined when the case is left to other operators, and null when its state is changing. */
async function decide(stage: PaymentsStage, entry: Case): Promise<string | undefined | null> {
  const { cases } = stage.admin
  const { id, reason, actions } = entry
  try {
    if (reason === 'outcome_unknown') return await settleUnknown(stage, entry)
    if (reason === 'wrong_amount') return await settleWrongAmount(stage, entry)
    if (actions.includes('retry')) {
      await cases.retry(id)
      return 'tried again'
    }
    if (reason !== 'dispute_after_refund') return undefined
    await cases.force(id, { outcome: 'succeeded', evidence: 'Written off as a loss, decided by the head of accounts.' })
    return 'written off as a loss'
  } catch (error) {
    // Another operator, or the rail itself, was faster.
    if (error instanceof MunimError && error.status === 409) return null
    throw error
  }
}

async function settleUnknown(stage: PaymentsStage, entry: Case): Promise<string | undefined> {
  const { admin, rails } = stage
  const { attempt, instrument } = await lastAttempt(stage, entry)
  if (attempt === undefined) return undefined
  const operation = await findOperation(stage, attempt, instrument)
  if (operation?.status === 'pending') {
    // A call to the bank: it investigates, and has the money.
    await rails.control('complete', { operation: operation.id, outcome: 'succeeded' })
    await admin.cases.inquire(entry.id)
    return 'the bank was called and has completed it; the rail was asked once more'
  }
  const outcome = operation?.status === 'succeeded' ? 'succeeded' : 'failed'
  const seen = operation === undefined ? 'nothing of it' : `operation ${operation.id}, ${operation.status}`
  const evidence = `Records of the rail ${attempt.rail}: ${seen}, seen by asha at the end of the day.`
  await admin.cases.force(entry.id, { outcome, evidence })
  if (operation !== undefined) await rails.control('complete', { operation: operation.id, outcome })
  return `stated as ${outcome}, with the rail's records as evidence`
}

async function settleWrongAmount(stage: PaymentsStage, entry: Case): Promise<string | undefined> {
  const { cases, payments } = stage.admin
  if (entry.subject.type !== 'payment') return undefined
  const payment = await payments.get(entry.subject.id)
  if (payment.reference === undecidedReference) {
    if (entry.owner === null) await cases.reassign(entry.id, { owner: 'asha' })
    return undefined
  }
  const { attempt, instrument } = await lastAttempt(stage, entry)
  const operation = attempt && (await findOperation(stage, attempt, instrument))
  if (operation !== undefined && BigInt(operation.amount) > BigInt(operation.requested_amount)) {
    const evidence = `Records of the rail ${attempt?.rail}: ${operation.id} took ${operation.amount}, more than was asked for.`
    await cases.force(entry.id, { outcome: 'succeeded', evidence })
    return 'accepted as paid; what came too much goes back'
  }
  await cases.reverse(entry.id)
  return 'all of it goes back to the payer'
}

async function lastAttempt({ admin }: PaymentsStage, { subject }: Case) {
  const root = await rootOf({ admin }, subject)
  if (root === undefined) return { attempt: undefined, instrument: '' }
  const timeline = 'payout' in root ? admin.payouts.timeline(root.payout.id) : admin.payments.timeline(root.payment.id)
  let attempt: TimelineAttempt | undefined
  for await (const item of timeline) if (item.subject === subject.id) attempt = item.attempt ?? attempt
  if ('payout' in root) return { attempt, instrument: root.payout.instrument }
  const { source } = root.payment
  return { attempt, instrument: 'rail' in source ? source.instrument : '' }
}

async function rootOf({ admin }: Pick<PaymentsStage, 'admin'>, { type, id }: Case['subject']) {
  if (type === 'payment') return { payment: await admin.payments.get(id) }
  if (type === 'payout') return { payout: await admin.payouts.get(id) }
  if (type === 'refund') return { payment: await admin.payments.get((await admin.refunds.get(id)).payment) }
  return undefined
}

async function findOperation(
  { rails }: PaymentsStage,
  { rail, operation, amount, rail_reference }: TimelineAttempt,
  instrument: string,
): Promise<RailOperation | undefined> {
  const operations = await rails.operations(rail)
  return operations.find(
    (one) =>
      one.id === rail_reference ||
      (one.operation === operation && one.instrument === instrument && BigInt(one.requested_amount) === amount),
  )
}

async function waitForDecision({ admin }: PaymentsStage, { id }: Case): Promise<Case> {
  await until(async () => !(await admin.cases.get(id)).acting, decisionMs)
  return admin.cases.get(id)
}
