import type { CaseReason, Dispute, Input, MachineContext, Payment, Share, Transition } from '#payments'
import type { Replacement } from './program-variant.ts'

type Matter = { readonly reason: CaseReason }
type Change = { readonly change: string; readonly reason?: CaseReason }
type Take = (payment: Payment, dispute: object, context: MachineContext) => unknown

const ofNoCharge = { originalReference: undefined, capture: undefined }
const ofNoStage = { stage: 'inquiry', stageAt: 0, taken: undefined, undelivered: undefined } as const

/** `of`: whose histories find it, by default those of payments. */
type PlantedFault = Replacement & { readonly of?: 'payments' | 'sagas' | 'failovers' }

/** Defects that Munim once had. Each is put back for a test, and the histories must find it. */
export const plantedFaults: Readonly<Record<string, PlantedFault>> = {
  'money that comes back after success is dropped': {
    file: 'payments/machines/returns/follow-return.ts',
    replace: () => ({ followReturn: (): Transition => ({ ignored: 'success is the end' }) }),
  },
  'refunds take more from a recipient than it still has': {
    file: 'payments/machines/booking/shares.ts',
    replace: ({ refundShares }) => ({
      refundShares: (payment: Payment, _: readonly Share[], amount: bigint) => refundShares(payment, [], amount),
    }),
  },
  'a dispute forgets its rail': {
    file: 'payments/machines/suspense/dispute.ts',
    replace: (original: { readonly takeBack: Take; readonly onDispute: Take }) => ({
      takeBack: (payment: Payment, dispute: object, context: MachineContext) =>
        original.takeBack(payment, { ...dispute, rail: payment.rail }, context),
      onDispute: (payment: Payment, dispute: object, context: MachineContext) =>
        original.onDispute(payment, { ...dispute, rail: payment.rail }, context),
    }),
  },
  'a dispute forgets its charge': {
    file: 'payments/machines/suspense/dispute.ts',
    replace: (original: { readonly takeBack: Take; readonly onDispute: Take }) => ({
      takeBack: (payment: Payment, dispute: object, context: MachineContext) =>
        original.takeBack(payment, { ...dispute, ...ofNoCharge }, context),
      onDispute: (payment: Payment, dispute: object, context: MachineContext) =>
        original.onDispute(payment, { ...dispute, ...ofNoCharge }, context),
    }),
  },
  'a dispute has no identity: each report of it is another one': {
    file: 'payments/machines/disputes/dispute-machine.ts',
    replace: ({ onDisputeNews }) => ({
      onDisputeNews: (payment: Payment, about: { readonly dispute: Dispute }, context: MachineContext) =>
        onDisputeNews(payment, { ...about, dispute: { ...about.dispute, ...ofNoStage } }, context),
    }),
  },
  'a subject has one case': {
    file: 'payments/cases/matters.ts',
    replace: ({ mattersAfter }) => ({
      mattersAfter: (open: readonly Matter[], change: Change) => {
        const after: readonly Matter[] = mattersAfter(open, change)
        return change.change === 'open' ? after.slice(0, 1) : after
      },
    }),
  },
  'a debt that was paid is claimed again': {
    file: 'payments/machines/suspense/dispute.ts',
    replace: ({ clawBack }) => ({
      clawBack: (payment: Payment, context: MachineContext) => {
        const step: Transition = clawBack(payment, context)
        return step.payment === undefined ? step : { ...step, payment }
      },
    }),
  },
  'what comes back of a debt that was written off goes to who had owed it': {
    file: 'payments/machines/booking/off-shares.ts',
    replace: () => ({
      offPartOf: () => [],
      backToOff: (row: Payment, rest: readonly Share[]) => ({ row, off: 0n, rest }),
    }),
  },
  'an inquiry by an operator strands what the rail accepts': {
    file: 'payments/machines/attempts/attempt-policy.ts',
    replace: () => ({ waitedForAgain: (attempt: object) => ({ attempt }) }),
  },
  'an inquiry by an operator submits': {
    file: 'payments/machines/attempts/follow-attempt.ts',
    replace: () => ({ isByPerson: () => false }),
  },
  'a credit that its rail retracts stays booked': {
    file: 'payments/machines/credits/credit-machine.ts',
    replace: ({ onCreditReport }) => ({
      onCreditReport: (...about: unknown[]) => {
        const step = onCreditReport(...about)
        return step?.credit?.state === 'retracted' ? { ...step, commands: [] } : step
      },
    }),
  },
  'a success that its rail undoes comes back in part': {
    file: 'payments/machines/attempts/returned.ts',
    replace: () => ({ returnedWhole: (_: object, returned: object) => ({ ...returned, amount: 1n }) }),
  },
  'who gets a share gets all of it, whatever the rail approved': {
    file: 'payments/machines/booking/shares.ts',
    replace: () => ({ withAmount: (payment: Payment, amount: bigint) => ({ ...payment, amount }) }),
  },
  'a success after a reversal is dropped': {
    file: 'payments/machines/attempts/reversal.ts',
    replace: ({ judgeReversal }) => ({
      judgeReversal: (...judged: readonly unknown[]) => {
        const verdict = judgeReversal(...judged)
        return verdict?.kind === 'reported_reversed' ? { kind: 'known', because: 'it was reversed' } : verdict
      },
    }),
  },
  'what a lost server may have submitted is not asked for': {
    of: 'failovers',
    file: 'payments/machines/attempts/lost-attempts.ts',
    replace: () => ({ askingElsewhere: (_: string, __: object, step: Transition) => step }),
  },
  'a saga that waits for a payment is not woken when a refund of it ends': {
    of: 'sagas',
    file: 'payments/ended.ts',
    replace: () => ({
      endedSubjects: (ended: readonly { readonly row: { readonly id: string } }[]) => ended.map(({ row }) => row.id),
    }),
  },
  'a report in another asset is a success': {
    file: 'payments/machines/attempts/reported-asset.ts',
    replace: () => ({ isOfAsset: () => true }),
  },
  'a payout of unknown outcome is sent over another rail': {
    file: 'payments/machines/payouts/payout-machine.ts',
    replace: ({ payoutMachine }) => ({ payoutMachine: overAnother(payoutMachine) }),
  },
}

type Payouts = (payout: { readonly otherRails: readonly string[] }, input: Input, context: MachineContext) => Transition

function overAnother(machine: Payouts): Payouts {
  return (payout, input, context) => {
    const step = machine(payout, input, context)
    const isAbsent = input.kind === 'outcome' && input.outcome.kind === 'not_found'
    const [rail] = payout.otherRails
    if (!isAbsent || step.payout?.reason !== 'rail_unavailable' || rail === undefined) return step
    const again = { ...payout, phase: 'new', currentAttempt: undefined, rail, otherRails: [] }
    const sent = machine(again, { kind: 'start' }, context)
    return { ...sent, ...(step.attempt && { attempt: step.attempt }) }
  }
}
