import type { Refusal } from '#kernel'
import type { Queryable, Transaction } from '../postgres/index.ts'
import type { ActingCall } from './acts.ts'
import type { Permission } from './permissions.ts'
import type { Route, RouteRequest } from './route.ts'

/** Always marked together, since each is a way around the others. */
export const alwaysMarked = ['keys:manage', 'clients:manage', 'people:manage', 'approvals:manage'] as const

/** Permissions whose use a book may let wait for a second person. */
export const markable = [
  ...alwaysMarked,
  'ledger:manage',
  'vendors:manage',
  'disputes:write',
  'personal_data:erase',
] as const satisfies readonly Permission[]

/** Names the approval with which a call is made again. */
export const approvalHeader = 'munim-approval'

export type MarkedCall = {
  readonly request: RouteRequest
  readonly route: Pick<Route, 'operation' | 'method'>
  /** Those of {@link markable} that the call needs. */
  readonly needs: readonly Permission[]
  readonly call: () => ActingCall
}

export type Held =
  | { readonly kind: 'free' }
  /** `approval`: the id of what waits for a second person now. */
  | { readonly kind: 'held'; readonly refusal: Refusal; readonly approval?: string }
  /** `end` uses the approval up: call it once the act is done. */
  | { readonly kind: 'approved'; readonly by: string; readonly end: () => Promise<void> }

/** Lets calls wait for a second person. */
export type SecondPerson = {
  /** In the transaction of the call. */
  readonly hold: (tx: Transaction, call: MarkedCall) => Promise<Held>
  /** Of a call without one transaction, which cannot wait. */
  readonly isMarked: (on: Queryable, call: Pick<MarkedCall, 'request' | 'needs'>) => Promise<boolean>
}

/** Whether calls of the route may wait for a second person. What takes away never waits. */
export function mayWait({ acts, takesAway, permission, alsoNeeds }: Route): boolean {
  if (acts === undefined || 'none' in acts || takesAway === true) return false
  return [permission, alsoNeeds?.permission].some(isMarkable)
}

/** What the call needs of what can be marked. */
export function markableNeeds({ permission, alsoNeeds }: Route, body: unknown): readonly Permission[] {
  const also = alsoNeeds?.paramOf(body) === undefined ? undefined : alsoNeeds.permission
  return [permission, also].filter(isMarkable)
}

function isMarkable(permission: string | undefined): permission is Permission {
  return permission !== undefined && (markable as readonly string[]).includes(permission)
}
