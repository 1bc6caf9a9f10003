import type { CaseChange, CaseSubject } from '#cases'
import type { CaseReason } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'

/** `saga`: its compensation failed. `event`: a report of a rail that belongs to no subject. */
export type CaseSubjectKind = SubjectKind | 'saga' | 'event'

export type PaymentsSubject = CaseSubject<CaseSubjectKind>

export type PaymentsCaseChange = CaseChange<CaseReason, CaseSubjectKind>
