import type { Munim, Stuck, StuckReason, StuckWithActs } from '@munim/sdk'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { formatPairs, parseCount, takeFirst } from './accounts-commands.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { formatTable, styled, type Terminal, toJson, write } from './terminal.ts'

type ListOptions = ConnectionOptions & {
  readonly reason?: StuckReason
  readonly owner?: string
  readonly type?: Stuck['subject']['type']
  readonly olderThan?: number
  readonly state: 'open' | 'resolved' | 'all'
  readonly limit: number
}
type DecideOptions = ConnectionOptions & { readonly revision?: number }
type ForceOptions = DecideOptions & { readonly outcome: 'succeeded' | 'failed'; readonly evidence: string }

const reasons = [
  'outcome_unknown',
  'wrong_amount',
  'late_success',
  'compensation_failed',
  'dispute_after_refund',
  'unmatched_event',
  'booking_refused',
  'rail_unavailable',
] as const satisfies readonly StuckReason[]

export function addStuckCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('stuck')
    .description('what needs a person: list it, look at it, decide')
    .addHelpText('after', groupHelp)
  addListCommand(group, terminal)
  withConnection(group.command('show').argument('<id>', 'stk_…'))
    .description('show an entry, with what may be done and what people did about it')
    .action(async (id: string, options: ConnectionOptions) => {
      await printStuck(terminal, options, await connect(options).stuck.get(id))
    })
  for (const action of ['retry', 'inquire', 'reverse'] as const) {
    addAct(group, terminal, action, (munim, id, revision) => munim.stuck[action](id, { revision }))
  }
  addForceCommand(group, terminal)
  withConnection(group.command('reassign').argument('<id>', 'stk_…').argument('<owner>', 'who sees to it'))
    .description('say who sees to it')
    .action(async (id: string, owner: string, options: ConnectionOptions) => {
      await printStuck(terminal, options, await connect(options).stuck.reassign(id, owner))
    })
  withConnection(group.command('note').argument('<id>', 'stk_…').argument('<text>', 'what is worth knowing'))
    .description('write something down about it')
    .action(async (id: string, text: string, options: ConnectionOptions) => {
      await printStuck(terminal, options, await connect(options).stuck.note(id, text))
    })
}

const descriptions = {
  retry: 'try again what has certainly not happened',
  inquire: 'ask the rail once more what became of it',
  reverse: 'give back what arrived, and end it',
}

function addAct(
  group: Command,
  terminal: Terminal,
  action: keyof typeof descriptions,
  act: (munim: Munim, id: string, revision: number) => Promise<Stuck>,
): void {
  withConnection(group.command(action).argument('<id>', 'stk_…'))
    .description(descriptions[action])
    .addOption(revisionOption())
    .addHelpText('after', `\nExample:\n  $ munim stuck ${action} ${exampleId}`)
    .action(async (id: string, options: DecideOptions) => {
      const munim = connect(options)
      const revision = await readRevision(terminal, munim, id, options)
      await printStuck(terminal, options, await act(munim, id, revision))
    })
}

const revisionOption = () =>
  new Option('--revision <n>', 'the revision that you have read; the entry as it is now if not given').argParser(
    parseCount,
  )

/** The revision to decide on: the given one, or that of the entry as it is now, which is shown first. */
async function readRevision(terminal: Terminal, munim: Munim, id: string, options: DecideOptions): Promise<number> {
  if (options.revision !== undefined) return options.revision
  const entry = await munim.stuck.get(id)
  // With --json, the answer is one document.
  if (!options.json) {
    await printStuck(terminal, options, entry)
    await write(terminal.stdout, '\n')
  }
  return entry.revision
}

function addForceCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('force').argument('<id>', 'stk_…'))
    .description('state the outcome, with evidence; needs an admin key')
    .addOption(
      new Option('--outcome <outcome>', 'what became of it at the rail')
        .choices(['succeeded', 'failed'])
        .makeOptionMandatory(),
    )
    .requiredOption('--evidence <text>', 'what it was seen in, with its date; kept in the audit log')
    .addOption(revisionOption())
    .addHelpText('after', forceHelp)
    .action(async (id: string, options: ForceOptions) => {
      const { outcome, evidence } = options
      const munim = connect(options)
      const revision = await readRevision(terminal, munim, id, options)
      await printStuck(terminal, options, await munim.stuck.force(id, { outcome, evidence, revision }))
    })
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list what needs a person, newest first')
    .addOption(new Option('--reason <reason>', 'for that reason').choices(reasons))
    .option('--owner <name>', 'that this person sees to')
    .addOption(
      new Option('--type <type>', 'of that kind').choices(['payment', 'capture', 'refund', 'payout', 'saga', 'event']),
    )
    .option('--older-than <age>', 'open for longer, such as 90s, 30m, 4h, 2d', parseAge)
    .addOption(new Option('--state <state>', 'in that state').choices(['open', 'resolved', 'all']).default('open'))
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listHelp)
    .action(async (options: ListOptions) => {
      const { reason, owner, type, olderThan, state, limit } = options
      const list = connect(options).stuck.list({
        state,
        ...(reason === undefined ? {} : { reason }),
        ...(owner === undefined ? {} : { owner }),
        ...(type === undefined ? {} : { subject_type: type }),
        ...(olderThan === undefined ? {} : { older_than: olderThan }),
        limit: Math.min(limit, 100),
      })
      const entries = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(entries)}\n`)
      if (entries.length === 0 && state === 'open') return write(terminal.stdout, 'Nothing needs a person.\n')
      await write(terminal.stdout, formatEntries(terminal, entries))
    })
}

function formatEntries(terminal: Terminal, entries: readonly Stuck[]): string {
  const columns = ['id', 'reason', 'subject', 'age', 'owner', 'actions'].map((title) => ({ title }))
  const rows = entries.map((entry) => [
    entry.id,
    entry.reason,
    entry.subject.id,
    `${formatAge(entry.age_seconds)}${entry.overdue ? ' overdue' : ''}`,
    entry.owner ?? '-',
    entry.state === 'open' ? decisions(entry) : `resolved: ${entry.resolution}`,
  ])
  return formatTable(terminal.stdout, columns, rows)
}

/** The actions allowed now, without reassign and note, which always are. */
function decisions({ actions, deciding, decision }: Stuck): string {
  if (deciding) return `${decision} under way`
  return actions.filter((action) => action !== 'reassign' && action !== 'note').join(', ')
}

async function printStuck(terminal: Terminal, options: ConnectionOptions, entry: Stuck | StuckWithActs): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(entry)}\n`)
  const rows: [string, string][] = [
    ['id', entry.id],
    ['state', entry.state],
    [entry.subject.type, entry.subject.id],
    ['reason', entry.reason],
    ['what happened', entry.detail],
    ['revision', String(entry.revision)],
    ['since', `${entry.since} (${formatAge(entry.age_seconds)})`],
    ...(entry.overdue ? [['overdue', styled(terminal.stdout, 'red', 'yes')] as [string, string]] : []),
    ['owner', entry.owner ?? 'nobody yet'],
    ['may be done', entry.actions.join(', ')],
    ...(entry.decision === null
      ? []
      : [['decision', `${entry.decision}${entry.deciding ? ' (being carried out)' : ''}`] as [string, string]]),
    ...(entry.evidence === null ? [] : [['evidence', entry.evidence] as [string, string]]),
    ...(entry.resolved_at === null
      ? []
      : [['resolved', `${entry.resolved_at} (${entry.resolution})`] as [string, string]]),
    ...('acts' in entry ? entry.acts : []).map(({ at, by, action, text }): [string, string] => [
      action,
      `${at} by ${by}${text === null ? '' : `: ${text}`}`,
    ]),
  ]
  await write(terminal.stdout, formatPairs(rows))
}

const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

function parseAge(text: string): number {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text)
  if (!match) throw new InvalidArgumentError('It must be a number and s, m, h or d, such as 30m.')
  return Number(match[1]) * units[match[2] as keyof typeof units]
}

function formatAge(seconds: number): string {
  const [unit, size] = (Object.entries(units) as [string, number][]).findLast(([, each]) => seconds >= each) ?? ['s', 1]
  return `${Math.floor(seconds / size)}${unit}`
}

const exampleId = 'stk_01k0a2m4qmw9s36j6a7b0c3d4e'

const groupHelp = `
Examples:
  $ munim stuck list --older-than 1h
  $ munim stuck show ${exampleId}
  $ munim stuck inquire ${exampleId}
  $ munim stuck force ${exampleId} --outcome succeeded --evidence 'Settlement file of 31 January, line 118'`

const listHelp = `
Examples:
  $ munim stuck list --reason outcome_unknown --older-than 30m
  $ munim stuck list --owner asha --json`

const forceHelp = `
The outcome is booked as if the rail had said so. Only what was seen outside counts as evidence: a line of a
statement, the rail's own console.

Example:
  $ munim stuck force ${exampleId} --outcome failed --evidence 'Console of the rail, 31 January 10:20: declined'`
