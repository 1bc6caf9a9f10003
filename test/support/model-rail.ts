import {
  type DisputeStage,
  inquiriesAfter,
  outcomeOfReversal,
  type RailCapabilities,
  type RailDecline,
  type RailOperation,
  type RailOutcome,
  reversed,
  type UnknownRule,
} from '#rails'
import { createModelCredits, type ModelCredits } from './model-credits.ts'
import { giveBack, takeAgain } from './model-rail-amounts.ts'
import type { ModelCall, ModelOperation, ModelReturn, RailPlan } from './model-rail-plan.ts'
import { createModelReversals } from './model-rail-reversals.ts'

export type { ModelCall, ModelOperation, ModelReturn, RailPlan } from './model-rail-plan.ts'

/** A dispute that the rail reports by stages, with all that it has reported of it. */
export type ModelDispute = {
  readonly reference: string
  readonly rail: string
  readonly operation: ModelOperation
  readonly amount: bigint
  readonly reports: { readonly stage: DisputeStage; readonly at: number }[]
  isTaken: boolean
}

/** A rail in memory that keeps its own record of the money that really moved. */
export type ModelRail = {
  readonly name: string
  readonly capabilities: RailCapabilities
  isUp: boolean
  /** Munim may have lost an answer of the rail: it may submit once more what it must not. */
  isAfterLoss: boolean
  readonly submit: (call: ModelCall) => RailOutcome
  readonly inquire: (call: ModelCall) => RailOutcome
  readonly reverse: (call: ModelCall) => RailOutcome
  readonly tell: (operation: ModelOperation) => RailOutcome
  readonly operations: () => readonly ModelOperation[]
  readonly settle: (operation: ModelOperation, isGood: boolean) => void
  readonly surface: () => void
  readonly dispute: (operation: ModelOperation, amount: bigint) => bigint
  /** At most what is not disputed; undefined when that is nothing. */
  readonly openDispute: (
    operation: ModelOperation,
    opening: { readonly amount: bigint; readonly stage: DisputeStage; readonly at: number },
  ) => ModelDispute | undefined
  readonly moveDispute: (dispute: ModelDispute, report: { readonly stage: DisputeStage; readonly at: number }) => void
  readonly disputes: () => readonly ModelDispute[]
  /** Money of a success comes back: at most what has not been disputed or returned. Undefined: nothing could. */
  readonly comeBack: (operation: ModelOperation, amount: bigint) => ModelReturn | undefined
  readonly credits: ModelCredits
  /** It knows now what became of everything so far, and says so when it is asked. */
  readonly speak: () => void
  /** From now on, it answers every inquiry and performs new operations at once. */
  readonly recover: () => void
  /** The amount taken minus the amount returned. */
  readonly net: () => bigint
}

export const declined: RailDecline = { code: 'do_not_honor', remedy: 'instrument', message: 'Do not honor.' }
const beyond: RailDecline = { code: 'already_refunded', remedy: 'never', message: 'Beyond what is left.' }
const nothingHeld: RailDecline = { code: 'declined', remedy: 'never', message: 'Nothing is held.' }
const released: RailDecline = { code: 'duplicate', remedy: 'never', message: 'Nothing is left to release.' }

const allOperations = new Set<RailOperation>(['authorize', 'charge', 'capture', 'void', 'refund', 'payout'])

const untaken: ReadonlySet<DisputeStage> = new Set(['inquiry', 'won'])
const ends: ReadonlySet<DisputeStage> = new Set(['won', 'lost', 'accepted', 'expired'])

type ModelRailOptions = { readonly takesMoney?: 'at_opening' | 'at_end'; readonly onUnknown?: UnknownRule }

export function createModelRail(
  name: string,
  plan: (call: ModelCall) => RailPlan,
  { takesMoney = 'at_opening', onUnknown = 'inquire' }: ModelRailOptions = {},
): ModelRail {
  const known = new Map<string, ModelOperation>()
  const forgotten = new Set<string>()
  const latent = new Map<string, ModelCall>()
  const notYet = new Set<string>()
  const saidNotYet = new Set<string>()
  const disputes: ModelDispute[] = []
  const credits = createModelCredits(name)
  const plans = new Map<string, RailPlan>()
  let net = 0n
  let count = 0
  let isWell = false

  const find = (reference: string | undefined) => [...known.values()].find((one) => one.reference === reference)

  const perform = (operation: ModelOperation, done: bigint) => {
    const original = find(operation.originalReference)
    // A release says how much was held.
    const isRelease = operation.operation === 'void' && done === operation.amount
    const moved = isRelease ? (original?.left ?? 0n) : done
    const refusal = effects[operation.operation](operation, done, original)
    operation.status = refusal === undefined ? 'succeeded' : 'failed'
    operation.decline = refusal
    operation.done = moved
  }

  type Effect = (
    operation: ModelOperation,
    done: bigint,
    original: ModelOperation | undefined,
  ) => RailDecline | undefined

  const effects: Record<RailOperation, Effect> = {
    authorize: (operation, done, original) => {
      if (operation.originalReference !== undefined && (original?.left ?? 0n) === 0n) return nothingHeld
      if (original !== undefined) original.left += done
      operation.left = done
      return undefined
    },
    charge: (operation, done) => {
      operation.left = done
      operation.undisputed = done
      net += done
      return undefined
    },
    capture: (operation, done, original) => {
      if (original === undefined || original.left < operation.amount) return nothingHeld
      original.left -= operation.amount
      operation.left = done
      operation.undisputed = done
      net += done
      return undefined
    },
    void: (_, __, original) => {
      if (original === undefined || original.left === 0n) return released
      original.left = 0n
      return undefined
    },
    refund: (operation, done, original) => {
      if (!giveBack(original === undefined ? [] : takenFrom(original), operation.amount)) return beyond
      net -= done
      return undefined
    },
    payout: (_, done) => {
      net -= done
      return undefined
    },
  }

  const takenFrom = (original: ModelOperation) =>
    original.operation === 'authorize'
      ? [...known.values()].filter(
          (one) =>
            one.operation === 'capture' && one.status === 'succeeded' && one.originalReference === original.reference,
        )
      : [original]

  const add = (call: ModelCall, { isMute = false, isPartial = false }: Partial<RailPlan> = {}): ModelOperation => {
    count += 1
    const operation: ModelOperation = {
      ...call,
      status: 'pending',
      reference: `${name}_${count}`,
      done: 0n,
      decline: undefined,
      isMute,
      isPartial,
      willTurn: false,
      left: 0n,
      undisputed: 0n,
      reserved: 0n,
      returns: [],
    }
    known.set(call.id, operation)
    return operation
  }

  const tell = (operation: ModelOperation): RailOutcome => {
    const { status, reference, done, decline = declined } = operation
    if (status === 'succeeded') {
      const { returns, isPartial, amount } = operation
      return {
        ...{ kind: 'succeeded', railReference: reference, amount: done },
        ...(returns.length > 0 && { returns }),
        ...(isPartial && done < amount && { isPartial: true }),
      }
    }
    if (status === 'failed') return { kind: 'failed', decline, railReference: reference }
    return { kind: 'pending', railReference: reference }
  }

  const first = (call: ModelCall, planned: RailPlan): RailOutcome => {
    plans.set(call.id, planned)
    if (planned.effect === 'nothing' || planned.effect === 'latent') {
      forgotten.add(call.id)
      if (planned.effect === 'latent') latent.set(call.id, call)
      if (planned.isNotYet === true) notYet.add(call.id)
      return { kind: 'unknown', why: 'timeout' }
    }
    const operation = add(call, planned)
    if (planned.effect === 'done') perform(operation, call.amount + (planned.excess ?? 0n))
    if (planned.effect === 'declined' || planned.effect === 'turned') {
      operation.status = 'failed'
      operation.decline = planned.decline ?? declined
      operation.willTurn = planned.effect === 'turned'
    }
    return planned.isTold ? tell(operation) : { kind: 'unknown', why: 'timeout' }
  }

  const reversals = createModelReversals({
    ...{ known, latent, find, takenFrom },
    planOf: (id) => plans.get(id),
    add: (amount) => {
      net += amount
    },
    isUp: () => rail.isUp,
    isWell: () => isWell,
  })

  const rail: ModelRail = {
    name,
    capabilities: {
      onUnknown,
      ...{ operations: allOperations, inquiries: inquiriesAfter(1_000), authorizationMs: 7 * 86_400_000 },
      disputes: { takesMoney },
    },
    isUp: true,
    isAfterLoss: false,
    submit: (call) => {
      const operation = known.get(call.id)
      if (operation !== undefined) return tell(operation)
      if (!rail.isUp) return { kind: 'unavailable', why: 'outage' }
      if (reversals.isRefused(call.id) && rail.isAfterLoss) return { kind: 'failed', decline: reversed }
      if (reversals.isRefused(call.id)) throw new Error('it was reversed, and is submitted again')
      if (saidNotYet.has(call.id) && !isWell && !rail.isAfterLoss)
        throw new Error('it may still happen, and is submitted again')
      if (!forgotten.has(call.id)) return first(call, isWell ? { effect: 'done', isTold: true } : plan(call))
      latent.delete(call.id)
      const again = add(call)
      perform(again, call.amount)
      return tell(again)
    },
    inquire: (call) => {
      const operation = known.get(call.id)
      if (!rail.isUp || (operation?.isMute === true && !isWell)) return { kind: 'unknown', why: 'no_answer' }
      if (operation !== undefined) return tell(operation)
      if (!notYet.has(call.id) || isWell) return { kind: 'not_found' }
      saidNotYet.add(call.id)
      return { kind: 'not_found', finality: 'not_yet' }
    },
    reverse: (call) => outcomeOfReversal(reversals.reverse(call)),
    tell,
    operations: () => [...known.values()],
    settle: (operation, isGood) => {
      if (operation.status === 'pending' && isGood) perform(operation, operation.amount)
      else if (operation.status === 'pending') {
        operation.status = 'failed'
        operation.decline = declined
      } else if (operation.willTurn) {
        operation.willTurn = false
        perform(operation, operation.amount)
      }
    },
    surface: () => {
      for (const call of latent.values()) perform(add(call), call.amount)
      latent.clear()
    },
    dispute: (operation, amount) => {
      const free = operation.undisputed - operation.reserved
      const taken = amount < free ? amount : free
      operation.undisputed -= taken
      net -= taken
      return taken
    },
    openDispute: (operation, { amount: wanted, stage, at }) => {
      const free = operation.undisputed - operation.reserved
      const amount = wanted < free ? wanted : free
      if (amount <= 0n) return undefined
      operation.reserved += amount
      const reference = `${name}_dispute_${disputes.length + 1}`
      const dispute: ModelDispute = { reference, rail: name, operation, amount, reports: [], isTaken: false }
      disputes.push(dispute)
      rail.moveDispute(dispute, { stage, at })
      return dispute
    },
    moveDispute: (dispute, report) => {
      const { operation, amount } = dispute
      dispute.reports.push(report)
      const isTaken = !untaken.has(report.stage) && (takesMoney === 'at_opening' || ends.has(report.stage))
      if (isTaken === dispute.isTaken) return
      dispute.isTaken = isTaken
      const moved = isTaken ? amount : -amount
      operation.undisputed -= moved
      operation.reserved -= moved
      net -= moved
    },
    disputes: () => disputes,
    comeBack: (operation, amount) => {
      const isIn = operation.operation === 'charge' || operation.operation === 'capture'
      const left = isIn ? operation.undisputed - operation.reserved : operation.done - returnedBy(operation)
      const back = amount < left ? amount : left
      if (operation.status !== 'succeeded' || back <= 0n) return undefined
      net += isIn ? -back : back
      if (isIn) operation.undisputed -= back
      const original = operation.operation === 'refund' ? find(operation.originalReference) : undefined
      if (original !== undefined) takeAgain(takenFrom(original), back)
      const reason = { code: 'R01', message: 'It could not be delivered.' }
      const railReference = `${operation.reference}_r${operation.returns.length + 1}`
      const made = { railReference, amount: back, reason, occurredAt: 0 }
      operation.returns = [...operation.returns, made]
      return made
    },
    credits,
    speak: () => {
      for (const operation of known.values()) operation.isMute = false
      notYet.clear()
      saidNotYet.clear()
    },
    recover: () => {
      isWell = true
    },
    net: () => net + credits.net(),
  }
  return rail
}

export function returnedBy({ returns }: ModelOperation): bigint {
  return returns.reduce((sum, { amount }) => sum + amount, 0n)
}
