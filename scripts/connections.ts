import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolesWithDatabase as everywhere } from '#platform/config'

type Role = (typeof everywhere)[number]

/** Connections of one purpose that a process of these roles may have at a time. */
type Use = {
  readonly what: string
  /** As the code names them, and `application_name` shows them. The shared ones have none. */
  readonly purposes: readonly string[]
  readonly count: number
  readonly roles: readonly Role[]
}

const root = join(import.meta.dirname, '..')
const booking: readonly Role[] = ['api', 'worker']

export const uses: readonly Use[] = [
  { what: 'shared by requests and background work', purposes: [], count: sharedOnes(), roles: everywhere },
  { what: 'the writer of transfers', purposes: ['writer', 'reader', 'writer apart'], count: 4, roles: everywhere },
  { what: 'large batches', purposes: ['writer beside', 'writer of bulks'], count: 2, roles: ['api'] },
  { what: 'positions of events', purposes: ['sequencer'], count: 1, roles: everywhere },
  { what: 'old partitions, for a moment', purposes: ['retention'], count: 1, roles: everywhere },
  {
    what: 'new payments, refunds, and inputs of payments',
    purposes: ['payments', 'refunds', 'outcomes'],
    count: 3,
    roles: booking,
  },
  { what: 'lanes', purposes: ['lanes'], count: sessionsOfLanes(), roles: ['worker'] },
  {
    what: 'finding, moving and vacuuming messages',
    ...{ purposes: ['lanes poller', 'lanes relay', 'vacuum'], count: 3, roles: ['worker'] },
  },
  {
    what: 'statements, one for each rail (here four)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the code.
    ...{ purposes: ['statements of ${rail}'], count: 4, roles: ['worker', 'scheduler'] },
  },
  {
    what: 'a verification over HTTP',
    ...{ purposes: ['verification', 'verify journal', 'verify facts'], count: 4, roles: ['api'] },
  },
  { what: 'limits that all processes share', purposes: ['limits'], count: 1, roles: ['api'] },
  { what: 'a trial balance', purposes: ['trial balance'], count: 1, roles: ['api'] },
  { what: 'a look at a silent or new server, for a moment', purposes: [], count: 1, roles: everywhere },
]

/** At a start, before anything else. */
export const beforeTheRest: readonly string[] = ['migrations']

export function connectionsOf(roles: Iterable<Role>): number {
  const own = new Set(roles)
  return uses.filter((use) => use.roles.some((role) => own.has(role))).reduce((sum, { count }) => sum + count, 0)
}

/** Markdown, for docs/operating/configuration.md. */
export function connectionsTable(): string {
  const columns: readonly (readonly Role[])[] = [...everywhere.map((role) => [role]), everywhere]
  const row = (what: string, counts: readonly (number | string)[]) => `| ${what} | ${counts.join(' | ')} |`
  const rows = uses.map((use) =>
    row(
      use.what,
      columns.map((roles) => (use.roles.some((role) => roles.includes(role)) ? use.count : '')),
    ),
  )
  return [
    row('connections', [...everywhere.map((role) => `\`${role}\``), 'all roles']),
    `|---|${columns.map(() => '--:|').join('')}`,
    ...rows,
    row(
      '**at most**',
      columns.map((roles) => `**${connectionsOf(roles)}**`),
    ),
  ].join('\n')
}

/** The purposes of all connections that the program opens, as its code names them. */
export function purposesInCode(): string[] {
  const found = new Set<string>()
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    if (path.endsWith('.test.ts')) continue
    const text = readFileSync(join(root, path), 'utf8')
    for (const [, purpose = ''] of text.matchAll(opening)) found.add(purpose)
  }
  return [...found].sort()
}

const opening =
  /(?:\.session\(|openLockSession\([\w.#]+, |lineOf\(|(?:createUnitLine|openSnapshotReader)\([\w.#]+, \{\s*purpose: )['`]([^'`]+)/g

/** The sum of what the pattern finds in a file of the sources. */
export function numberIn(path: string, pattern: RegExp): number {
  const found = [...readFileSync(join(root, 'src', path), 'utf8').matchAll(pattern)]
  if (found.length === 0) throw new Error(`${path} has nothing like ${pattern}`)
  return found.reduce((sum, [, number]) => sum + Number(number), 0)
}

function sharedOnes(): number {
  return numberIn('platform/postgres/connections/pool.ts', /connectionsDefault = (\d+)/g)
}

/** The reserved and the shared ones, and those that scaling may lend. */
function sessionsOfLanes(): number {
  const own = numberIn('lanes/lane-policy.ts', /sessions(?:Reserved)?: (\d+)/g)
  return own + numberIn('lanes/fairness/capacity.ts', /sessionsMoreMax = (\d+)/g)
}
