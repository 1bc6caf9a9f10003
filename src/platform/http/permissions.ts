type About = { readonly of: 'book' | 'installation'; readonly allows: string }

/**
 * Everything that a route may need, by resource and action. Those of a book are about the book of the call, and those of
 * the installation about what all books share.
 */
export const permissions = {
  'ledger:read': { of: 'book', allows: 'Read accounts, transfers, entries, statements, assets and the trial balance' },
  'ledger:write': { of: 'book', allows: 'Book transfers, open plain accounts, change their metadata' },
  'ledger:manage': { of: 'book', allows: 'Set limits of accounts, freeze and close accounts, add assets' },
  'payments:read': { of: 'book', allows: 'Read payments, refunds, payouts and disputes' },
  'payments:write': { of: 'book', allows: 'Take, capture, cancel and retry payments' },
  'refunds:write': { of: 'book', allows: 'Refund payments, also by cancel-or-refund' },
  'payouts:write': { of: 'book', allows: 'Send, cancel and recall payouts' },
  'disputes:write': { of: 'book', allows: 'Accept and challenge disputes' },
  'instruments:verify': { of: 'book', allows: 'Ask a rail whose instrument it is' },
  'orders:read': { of: 'book', allows: 'Read orders and items' },
  'orders:write': { of: 'book', allows: 'Place and cancel orders, keep items' },
  'vendors:read': { of: 'book', allows: 'Read vendors' },
  'vendors:manage': { of: 'book', allows: 'Add and change vendors: lane, SLA and ceiling' },
  'rails:read': { of: 'book', allows: 'Read the rails and their health' },
  'events:read': { of: 'book', allows: 'Read the feed, which has every object of the book' },
  'cases:read': { of: 'book', allows: 'Read cases and what was done about them' },
  'cases:act': { of: 'book', allows: 'Do on cases what is safe: retry, inquire, reverse, reassign, note' },
  'cases:decide': { of: 'book', allows: 'State the outcome of a case, or write its amount off' },
  'dead_letters:read': { of: 'book', allows: 'Read dead letters' },
  'dead_letters:replay': { of: 'book', allows: 'Replay dead letters' },
  'personal_data:erase': { of: 'book', allows: 'Erase instruments, names and addresses of payments and payouts' },
  'keys:manage': { of: 'book', allows: 'List, create and revoke API keys, within the own permissions' },
  'clients:manage': { of: 'book', allows: 'List, create, change and revoke OAuth clients, within the own permissions' },
  'people:manage': { of: 'book', allows: 'Invite, list, change and disable people, within the own permissions' },
  'approvals:read': { of: 'book', allows: 'Read what waits for a second person' },
  'approvals:decide': { of: 'book', allows: 'Approve and reject what waits for a second person; for people alone' },
  'approvals:manage': { of: 'book', allows: 'Set which acts need a second person' },
  'audit:read': { of: 'book', allows: 'Read and export the log of acts: who changed what, and who read personal data' },
  'books:read': { of: 'book', allows: 'Read the own book' },
  'books:any': {
    of: 'installation',
    allows: 'Act in any book by the header `Munim-Book`, and on cases of no book',
  },
  'books:manage': { of: 'installation', allows: 'List and open books' },
  'lanes:read': { of: 'installation', allows: 'Read the state of the lanes' },
  'lanes:manage': { of: 'installation', allows: 'Pause and resume lanes' },
  'rails:manage': { of: 'installation', allows: 'Pause and resume rails, read events of rails that belong to no book' },
  'consumers:read': { of: 'installation', allows: 'Read the state of the consumers of events' },
  'consumers:manage': { of: 'installation', allows: 'Pause and resume consumers, replay events to them' },
  'limits:manage': { of: 'installation', allows: 'Limit the requests of clients, people and books' },
  'secrets:manage': { of: 'installation', allows: 'See and rotate the keys that seal secrets' },
  'signing_keys:rotate': { of: 'installation', allows: 'Rotate the keys that sign access tokens' },
  'verification:run': { of: 'installation', allows: 'Verify all books' },
} as const satisfies Record<string, About>

export type Permission = keyof typeof permissions
/** One object for each role or key, made once: a request only asks it. */
export type PermissionSet = ReadonlySet<Permission>

export const permissionNames = Object.keys(permissions) as Permission[]

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name)
}

/** The roles of API keys. Each includes the ones before it. */
export const scopes = ['read', 'write', 'admin', 'operator'] as const
export type Scope = (typeof scopes)[number]

/** The roles of people. */
export const personRoles = ['viewer', 'analyst', 'operations', 'approver', 'administrator'] as const
export type Role = Scope | (typeof personRoles)[number]

const reading = [
  'ledger:read',
  'payments:read',
  'orders:read',
  'vendors:read',
  'rails:read',
  'cases:read',
] as const satisfies readonly Permission[]
/** The feed and dead letters hold whole objects, of every kind. */
const readingAll = [...reading, 'events:read', 'dead_letters:read'] as const satisfies readonly Permission[]
const moving = [
  'ledger:write',
  'payments:write',
  'refunds:write',
  'payouts:write',
  'disputes:write',
  'instruments:verify',
  'orders:write',
  'cases:act',
  'dead_letters:replay',
] as const satisfies readonly Permission[]
const operating = [
  'refunds:write',
  'disputes:write',
  'instruments:verify',
  'cases:act',
  'dead_letters:replay',
] as const satisfies readonly Permission[]

/** What each role may do. A new permission of a book is one of `admin`, and every new one is one of `operator`. */
export const roles: Readonly<Record<Role, PermissionSet>> = {
  read: new Set(readingAll),
  write: new Set([...readingAll, ...moving]),
  admin: new Set(permissionNames.filter((name) => permissions[name].of === 'book')),
  operator: new Set(permissionNames),
  viewer: new Set([...reading, 'books:read']),
  analyst: new Set([...readingAll, 'books:read']),
  operations: new Set([...readingAll, 'books:read', ...operating]),
  approver: new Set([...readingAll, 'books:read', 'cases:act', 'cases:decide', 'approvals:read', 'approvals:decide']),
  administrator: new Set(permissionNames),
}

/** The least role of API keys that has the permission. */
export function leastScope(permission: Permission): Scope {
  return scopes.find((scope) => roles[scope].has(permission)) ?? 'operator'
}
