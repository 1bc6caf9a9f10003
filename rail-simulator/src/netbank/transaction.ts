import type { CallbackEvent } from '../callbacks.ts'
import { isReturn, type Operation, type OperationKind } from '../operations/operation.ts'
import { formatTimestamp, type Timestamp } from '../time.ts'
import type { World } from '../world.ts'
import { netbankMessages } from './codes.ts'

const pageMicros = 900_000_000

const kinds: Readonly<Partial<Record<OperationKind, string>>> = {
  charge: 'payin',
  refund: 'refund',
  payout: 'payout',
  charge_return: 'payin_return',
  refund_return: 'refund_return',
  payout_return: 'payout_return',
}

export function pageClosesAt({ createdAt }: Operation): Timestamp {
  return createdAt + pageMicros
}

/** As this bank shows it. `base`: of the page's address, for pay-ins that wait for the payer. */
export function showTransaction(
  world: World,
  operation: Operation,
  { base, asAccepted = false }: { readonly base?: string; readonly asAccepted?: boolean } = {},
): object {
  const isOpen = asAccepted || operation.status === 'pending'
  const { id, kind, key, code } = operation
  const state = isOpen ? (kind === 'charge' ? 'awaiting_payer' : 'accepted') : stateOf(operation)
  const hasPage = base !== undefined && state === 'awaiting_payer'
  return {
    reference: key ?? null,
    bank_reference: id,
    original: originalKey(world, operation),
    kind: kinds[kind] ?? kind,
    state,
    amount: String(isOpen ? operation.requested : operation.amount),
    currency: operation.asset,
    reason: isOpen ? null : (code ?? null),
    text: isOpen || code === undefined ? null : (netbankMessages[code] ?? null),
    returned: isOpen
      ? []
      : operation.returns.map(({ id: bank_reference, amount, code: reason, at }) => {
          const text = netbankMessages[reason ?? ''] ?? null
          return { bank_reference, amount, reason: reason ?? null, text, at: formatTimestamp(at) }
        }),
    changed_at: formatTimestamp((isOpen ? undefined : operation.completedAt) ?? operation.createdAt),
    ...(hasPage && {
      page: { url: `${base}/netbank/pages/${id}`, valid_until: formatTimestamp(pageClosesAt(operation)) },
    }),
  }
}

function stateOf({ status }: Operation): string {
  return status === 'succeeded' ? 'done' : 'refused'
}

/** By our client's own reference. */
function originalKey(world: World, { original }: Operation): string | null {
  return (original === undefined ? undefined : world.log.get(original)?.key) ?? null
}

export function netbankEvent(world: World, operation: Operation, sequence: number): CallbackEvent {
  const id = `ev_${operation.id}_${sequence}`
  const body = JSON.stringify({ event: id, transaction: showTransaction(world, operation) })
  return { id, rail: 'netbank', body }
}

/** A record of a statement. Its event is that of the latest callback. */
export function fieldsOfTransaction(world: World, operation: Operation): readonly string[] {
  const { id, key, kind, events, amount, asset, code, completedAt, createdAt } = operation
  return [
    ...[`ev_${id}_${events}`, kinds[kind] ?? kind, key ?? '', id, originalKey(world, operation) ?? ''],
    ...[String(amount), asset, stateOf(operation)],
    ...[
      operation.status === 'succeeded' && !isReturn(kind) ? '' : (code ?? ''),
      formatTimestamp(completedAt ?? createdAt),
    ],
  ]
}
