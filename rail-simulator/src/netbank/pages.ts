import { fail, succeed, succeedAfterAll, tell } from '../operations/ending.ts'
import type { Operation } from '../operations/operation.ts'
import type { World } from '../world.ts'
import { pageClosesAt } from './transaction.ts'

export const decisions = ['approve', 'abandon', 'expire'] as const
export type Decision = (typeof decisions)[number]

const abandonedCode = 'NB01'
const expiredCode = 'NB02'

/** A payer may also approve after leaving the page or its expiry. False: the pay-in has ended otherwise. */
export function decide(world: World, operation: Operation, decision: Decision): boolean {
  const { status, code } = operation
  const isOpen = status === 'pending'
  if (decision === 'approve') {
    if (status === 'succeeded') return true
    if (!isOpen && code !== abandonedCode && code !== expiredCode) return false
    if (isOpen) succeed(world, operation, operation.requested)
    else succeedAfterAll(world, operation)
  } else {
    if (!isOpen) return status === 'failed'
    fail(world, operation, decision === 'abandon' ? abandonedCode : expiredCode)
  }
  void tell(world, operation)
  return true
}

/** For a pay-in that waits for a person. */
export function scheduleExpiry(world: World, operation: Operation): void {
  if (operation.kind !== 'charge' || operation.plan?.name !== 'stays_pending') return
  const delayMs = Math.max(0, (pageClosesAt(operation) - world.clock.now()) / 1000)
  world.agenda.after(delayMs, () => {
    if (operation.status === 'pending') decide(world, operation, 'expire')
  })
}

export function renderPage({ requested, asset, descriptor, status }: Operation): string {
  const what = `${requested} minor units of ${asset}${descriptor === undefined ? '' : ` for ${descriptor}`}`
  const button = (decision: Decision, label: string) => `<button name="decision" value="${decision}">${label}</button>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Simulated net banking</title>
<h1>Simulated net banking</h1>
<p>${escapeHtml(`A payment of ${what}. Its state: ${status}.`)}</p>
<form method="post">${button('approve', 'Approve')} ${button('abandon', 'Abandon')}</form>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
