import {
  type Permission,
  permissionNames,
  permissions,
  personRoles,
  type Role,
  type Route,
  roles,
  scopes,
} from '#platform/http'

const columns: readonly Role[] = [...scopes, ...personRoles]

/** The table of permissions, and that of routes by the permissions that they need and the roles that have these. */
export function permissionsPage(routes: readonly Route[], origin: string): string {
  return [
    '# Permissions',
    '',
    origin,
    '',
    'A caller has permissions, and every route needs one. A role is a set of permissions. The scopes of API keys (`read`,',
    '`write`, `admin`, `operator`) are roles, each with all of the one before. The others are for people, once they can sign',
    'in. A key may have a list of permissions instead ([API keys and permissions](../operating/access.md)).',
    '',
    'Permissions of a *book* are about the book of the call, those of the *installation* about what all books share.',
    '',
    '| permission | of | allows to |',
    '|---|---|---|',
    ...permissionNames.map(
      (name) => `| \`${name}\` | ${permissions[name].of} | ${lowered(permissions[name].allows)} |`,
    ),
    '',
    '## Routes',
    '',
    `| route | needs | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => ':-:').join('|')}|`,
    ...routes.filter(({ hidden }) => hidden !== true).flatMap(rowsOf),
    '',
  ].join('\n')
}

function rowsOf({ method, path, permission, alsoNeeds }: Route): string[] {
  const route = `\`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}\``
  if (permission === 'none') return [row([route, 'nothing'], [])]
  const plain = row([route, `\`${permission}\``], [permission])
  if (alsoNeeds === undefined) return [plain]
  const also = `\`${permission}\` and \`${alsoNeeds.permission}\``
  return [plain, row([`${route}: ${alsoNeeds.what}`, also], [permission, alsoNeeds.permission])]
}

function row(cells: readonly string[], needed: readonly Permission[]): string {
  const marks = columns.map((role) => (needed.every((one) => roles[role].has(one)) ? '✓' : ''))
  return `| ${[...cells, ...marks].join(' | ')} |`
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
