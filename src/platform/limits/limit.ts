import type { Uuid } from '#kernel'
import type { Meter, Rate } from './lease.ts'

/** Whose requests count: those of a key, an OAuth client or all sessions of a person, or of all clients of a book together. */
export type LimitSubject = { readonly kind: 'key' | 'client' | 'person' | 'book'; readonly id: Uuid }

export type Limit = {
  readonly id: Uuid
  readonly subject: LimitSubject
  /** Of the route that is limited; undefined: all routes together. */
  readonly operation: string | undefined
  readonly rate: Rate | undefined
  readonly concurrency: number | undefined
}

/** Of clients that have no limit of their own for all routes. */
export type DefaultLimit = Pick<Limit, 'rate' | 'concurrency'>

export type Limited = {
  /** A service has no limits of its own, but the default one. */
  readonly client: { readonly kind: string; readonly id: Uuid }
  readonly book: Uuid
  readonly operation: string
}

/** By {@link subjectKey}. */
export type LimitsBySubject = ReadonlyMap<string, readonly Limit[]>

export function bySubject(limits: readonly Limit[]): LimitsBySubject {
  const found = new Map<string, Limit[]>()
  for (const limit of limits) {
    const key = subjectKey(limit.subject)
    found.set(key, [...(found.get(key) ?? []), limit])
  }
  return found
}

type Subject = Limited['client']

function subjectKey({ kind, id }: Subject): string {
  return `${kind} ${id}`
}

/** Everything that counts a request: the client's limits, then the book's; for all routes, and for its route. */
export function metersOf(
  { client, book, operation }: Limited,
  limits: LimitsBySubject,
  otherwise: DefaultLimit | undefined,
): readonly Meter[] {
  const applying = (subject: Subject) => {
    const own = limits.get(subjectKey(subject)) ?? []
    const general: (DefaultLimit & { readonly operation?: string | undefined })[] = own.filter(
      (limit) => limit.operation === undefined,
    )
    if (general.length === 0 && subject.kind !== 'book' && otherwise !== undefined) general.push(otherwise)
    return [...general, ...own.filter((limit) => limit.operation === operation)].flatMap((limit) =>
      metersFor(subject, limit),
    )
  }
  return [...applying(client), ...applying({ kind: 'book', id: book })]
}

function metersFor(
  subject: Subject,
  { operation, rate, concurrency }: DefaultLimit & { readonly operation?: string | undefined },
): Meter[] {
  const key = `${subjectKey(subject)} ${operation ?? ''}`
  const whose = subject.kind === 'book' ? 'book' : 'client'
  const name = operation === undefined ? whose : `${whose}-${operation}`
  return [
    ...(rate === undefined ? [] : [{ key: `rate ${key}`, name, rate }]),
    ...(concurrency === undefined ? [] : [{ key: `slots ${key}`, name: `${name}-at-once`, concurrency }]),
  ]
}
