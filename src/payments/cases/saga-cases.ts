import { caseSteps } from '#cases'
import type { SagaCaseWriter } from '#sagas'
import { deadLetterCases } from './dead-letters.ts'
import { paymentsQueue } from './queue.ts'

const writeCase: SagaCaseWriter = async (tx, change) => {
  const { saga: id, book } = change
  const subject = { kind: 'saga', id } as const
  const changed =
    change.change === 'stuck'
      ? ({ subject, book, change: 'open', reason: 'compensation_failed', detail: change.detail } as const)
      : ({ subject, book, change: 'resolve' } as const)
  await tx.burst(caseSteps(paymentsQueue, [changed]))
}

/** The cases of sagas: one for a failed compensation, and one for a message that is not retried. */
export const sagaCases = { writeCase, deadLetters: deadLetterCases(() => 'saga') }
