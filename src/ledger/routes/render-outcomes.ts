import type { Refusal } from '#kernel'
import { renderAccount } from '../accounts/render-account.ts'
import type { AccountOutcome, TransferOutcome } from '../commands.ts'
import type { LedgerRefusalCode } from '../refusals.ts'
import { renderTransfer } from '../transfers/render-transfer.ts'
import { ledgerProblems } from './problems.ts'

/** Built by hand, as there may be 10,000 outcomes. In a dry run nothing was created. */
export function renderTransferOutcomes(outcomes: readonly TransferOutcome[], dryRun: boolean): string {
  let booked = 0
  let replayed = 0
  let results = ''
  for (const outcome of outcomes) {
    if (results !== '') results += ','
    if (!outcome.ok) {
      results += renderRefused(outcome.refusal)
      continue
    }
    if (outcome.replayed) replayed += 1
    else booked += 1
    const status = outcome.replayed || dryRun ? 200 : 201
    results += `{"status":${status},"transfer":${renderTransfer(outcome.transfer)}}`
  }
  const refused = outcomes.length - booked - replayed
  return `{"booked":${booked},"replayed":${replayed},"refused":${refused},"results":[${results}]}`
}

/** For transfers of a batch that could not be continued. `isUnknown`: they may have been booked. */
export function renderNotBooked(count: number, isUnknown: boolean): string {
  const detail = isUnknown
    ? 'The server could not book it, or does not know whether it did. Look for it before you send it again.'
    : 'The server did not come to it. It is not booked; send it again.'
  const result = `{"status":503,"error":{"code":"service_unavailable","detail":"${detail}"}}`
  return `{"booked":0,"replayed":0,"refused":${count},"results":[${Array(count).fill(result).join(',')}]}`
}

export function renderAccountOutcomes(outcomes: readonly AccountOutcome[]): string {
  const results = outcomes.map((outcome) =>
    outcome.ok
      ? `{"status":${outcome.replayed ? 200 : 201},"account":${renderAccount(outcome.account)}}`
      : renderRefused(outcome.refusal),
  )
  return `{"results":[${results.join(',')}]}`
}

function renderRefused(refusal: Refusal<LedgerRefusalCode>): string {
  const param = refusal.param === undefined ? '' : `,"param":${JSON.stringify(refusal.param)}`
  const detail = JSON.stringify(refusal.message)
  return `{"status":${ledgerProblems[refusal.code].status},"error":{"code":"${refusal.code}","detail":${detail}${param}}}`
}
