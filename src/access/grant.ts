import { type Permission, type PermissionSet, permissionNames, roles, type Scope } from '#platform/http'

/** What a key may do: a role, or a list of permissions of its own. */
export type Grant = { readonly scope: Scope } | { readonly permissions: PermissionSet }

export function permissionsOf(grant: Grant): PermissionSet {
  return 'scope' in grant ? roles[grant.scope] : grant.permissions
}

export function scopeOf(grant: Grant): Scope | undefined {
  return 'scope' in grant ? grant.scope : undefined
}

/** In the order of the table of permissions. */
export function listPermissions(held: PermissionSet): Permission[] {
  return permissionNames.filter((name) => held.has(name))
}

/** For the log of acts. */
export function describeGrant(grant: Grant): string {
  return 'scope' in grant ? `scope ${grant.scope}` : describePermissions(grant.permissions)
}

export function describePermissions(held: PermissionSet): string {
  return `permissions ${listPermissions(held).join(' ')}`
}

/** For the log of acts. */
export function auditedGrant(grant: Grant): { readonly scope: string } | { readonly permissions: string } {
  return 'scope' in grant ? { scope: grant.scope } : { permissions: listPermissions(grant.permissions).join(' ') }
}
