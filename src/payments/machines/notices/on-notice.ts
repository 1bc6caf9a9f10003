import type { CallNotice } from '#rails'
import type { Input, RecallNotice, Transition } from '../../machine.ts'
import type { Attempt, SubjectKind } from '../../payment.ts'
import { ignored } from '../attempts/follow-attempt.ts'

export type NoticeInput = Extract<Input, { readonly kind: 'notice' }>

/** It moves no money and changes no state. The corrected instrument is stored, and named in no text. */
export function onNotice(kind: SubjectKind, { attempt, notice }: NoticeInput): Transition {
  if (notice.kind === 'progress') return { note: progressText(attempt, notice) }
  if (notice.kind === 'recall') return onRecall(attempt, notice)
  const { instrument, code, message } = notice
  const { corrected } = attempt
  if (corrected?.instrument === instrument && corrected.code === code) return ignored('the correction is known')
  const why = message === '' ? code : `${code} ${message}`
  return {
    attempt: { ...attempt, corrected: { instrument, code } },
    events: [`${kind === 'capture' ? 'payment' : kind}.instrument_corrected`],
    note: `The rail ${attempt.rail} named another instrument to use from now on (${why}).`,
  }
}

/** An answer counts once. What comes back is reported on its own. */
function onRecall(attempt: Attempt, { recall, why }: RecallNotice): Transition {
  const { recall: known } = attempt
  if (known?.id !== recall.id || known.state !== 'asked') return ignored('the recall has been answered')
  const { rail } = attempt
  const because = why === undefined ? '' : `: ${why}`
  const note =
    recall.state === 'accepted'
      ? `The rail ${rail} has passed on the recall. What comes back will be reported.`
      : `The rail ${rail} refused the recall${because}.`
  return { attempt: { ...attempt, recall: { ...known, ...recall } }, note }
}

function progressText({ rail, operation }: Attempt, { confirmations, required }: Progress): string {
  const of = required === undefined ? `${confirmations}` : `${confirmations} of ${required}`
  return `The rail ${rail} has ${of} confirmations of the ${operation}.`
}

type Progress = Extract<CallNotice, { readonly kind: 'progress' }>
