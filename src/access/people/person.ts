import type { Timestamp, Uuid } from '#kernel'
import { type Permission, type PermissionSet, permissions, personRoles, roles } from '#platform/http'
import type { NamedBook } from '../access.ts'

export type PersonRole = (typeof personRoles)[number]

/** Who logs in. `book` undefined: a person of all books. */
export type Person = {
  readonly id: Uuid
  readonly login: string
  readonly name: string
  readonly book: NamedBook | undefined
  readonly role: string
  readonly generation: number
  /** Rises with each change. */
  readonly revision: bigint
  readonly hasPassword: boolean
  readonly setupUntil: Timestamp | undefined
  readonly createdAt: Timestamp
  readonly lastLoginAt: Timestamp | undefined
  readonly disabledAt: Timestamp | undefined
}

/** One login of a person: what came from it ends with it. */
export type PersonSession = {
  readonly id: Uuid
  readonly person: Uuid
  readonly personName: string
  readonly role: string
  readonly generation: number
  readonly client: Uuid | undefined
  readonly clientGeneration: number | undefined
  readonly clientName: string | undefined
  readonly book: NamedBook
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
}

/** An email address or a name, without spaces. */
export const loginPattern = '^[a-zA-Z0-9][a-zA-Z0-9._+@-]{1,99}$'

/** Logins do not differ by case alone. */
export function normalLogin(text: string): string {
  return text.trim().toLowerCase()
}

/** A role of a newer program allows nothing here. */
function rolePermissions(role: string): readonly Permission[] {
  const known = personRoles.find((one) => one === role)
  return known === undefined ? [] : [...roles[known]]
}

/** Of its role. In a book, a person has no permission of the installation; one of all books may act in each. */
export function permissionsOfPerson({ role, book }: Pick<Person, 'role'> & { readonly book: unknown }): PermissionSet {
  const held = rolePermissions(role)
  if (book !== undefined) return new Set(held.filter((name) => permissions[name].of === 'book'))
  return new Set([...held, 'books:any'])
}
