import type { CaseChange, CaseSubject } from '#cases'
import type { CaseReason } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'

/**
 * The kinds of subjects that can need an operator: those of payments, a saga whose compensation failed, and an event
 * of a rail that belongs to none of them.
 */
export type CaseSubjectKind = SubjectKind | 'saga' | 'event'

export type PaymentsSubject = CaseSubject<CaseSubjectKind>

/** A change of the cases of a subject. */
export type PaymentsCaseChange = CaseChange<CaseReason, CaseSubjectKind>
