import {
  type Case,
  type CaseAct,
  type CaseReason,
  type CaseWithActs,
  formatAmount,
  type Munim,
  MunimError,
} from '@munim/sdk'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Action, actOnMany } from './act-on-many.ts'
import { createScales, type Scales } from './asset-scales.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { CliFailure } from './failure.ts'
import { parseCount, takeFirst } from './options.ts'
import { formatPairs, formatTable, type Pair, styled, type Terminal, toJson, write } from './terminal.ts'

type ListOptions = ConnectionOptions & {
  readonly queue?: Case['queue']
  readonly reason?: CaseReason
  readonly owner?: string
  readonly type?: Case['subject']['type']
  readonly subject?: string
  readonly overdue?: true
  readonly olderThan?: number
  readonly state: 'open' | 'resolved' | 'all'
  readonly limit: number
}
type ActOptions = ConnectionOptions & { readonly revision?: number } & AttemptOptions
/** Only of one case. */
type AttemptOptions = { readonly railReference?: string; readonly attempt?: string }
type WriteOffOptions = ActOptions & { readonly text: string }
type ForceOptions = ActOptions & {
  readonly outcome: 'succeeded' | 'failed'
  readonly evidence: string
}

export function addCasesCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('cases')
    .alias('stuck')
    .description('work for operators: list and show cases, and act on them')
    .addHelpText('after', groupHelp)
  addListCommand(group, terminal)
  withConnection(group.command('show').argument('<id>', 'case_…'))
    .description('show a case, with its allowed actions and what operators did about it')
    .action(async (id: string, options: ConnectionOptions) => {
      const munim = connect(options)
      const found = await munim.cases.get(id)
      await printCase(terminal, options, createScales(munim), found)
      if (found.has_more_acts && !options.json) {
        await write(terminal.stdout, `Older actions are not shown. All of them: munim cases acts ${id}\n`)
      }
    })
  addActsCommand(group, terminal)
  for (const action of ['retry', 'inquire', 'reverse'] as const) {
    addAct(group, action)
      .addHelpText('after', `\nExample:\n  $ munim cases ${action} ${exampleId}`)
      .action((ids: string[], options: ActOptions) => act(terminal, ids, options, { action }))
  }
  addAct(group, 'force')
    .addOption(
      new Option('--outcome <outcome>', 'the outcome at the rail')
        .choices(['succeeded', 'failed'])
        .makeOptionMandatory(),
    )
    .requiredOption('--evidence <text>', 'the source of the outcome, with its date; kept in the audit log')
    .option('--rail-reference <text>', "for one case: the rail's reference of the success")
    .option('--attempt <id>', 'for one case: att_…, the attempt that the outcome is of')
    .addHelpText('after', forceHelp)
    .action((ids: string[], options: ForceOptions) => {
      const { outcome, evidence } = options
      return act(terminal, ids, options, { action: 'force', outcome, evidence })
    })
  addAct(group, 'write-off')
    .requiredOption('--text <text>', 'why its owner cannot be found; kept in the audit log')
    .addHelpText('after', writeOffHelp)
    .action((ids: string[], options: WriteOffOptions) =>
      act(terminal, ids, options, { action: 'write_off', text: options.text }),
    )
  withConnection(group.command('reassign').argument('<owner>', 'who works on them').argument('<ids...>', 'case_…'))
    .description('set the owner of cases')
    .addHelpText('after', `\nExample:\n  $ munim cases reassign asha ${exampleId}`)
    .action((owner: string, ids: string[], options: ConnectionOptions) =>
      act(terminal, ids, options, { action: 'reassign', owner }),
    )
  withConnection(group.command('note').argument('<id>', 'case_…').argument('<text>', 'the note'))
    .description('add a note to a case')
    .action((id: string, text: string, options: ConnectionOptions) =>
      act(terminal, [id], options, { action: 'note', text }),
    )
}

const descriptions = {
  retry: 'retry work that has certainly not happened',
  inquire: 'inquire at the rail again',
  reverse: 'refund what arrived, and end it as failed',
  force: 'state the outcome, with evidence; needs an admin key',
  'write-off': 'give the amount up; needs an admin key, and mostly two people',
}

function addAct(group: Command, action: keyof typeof descriptions): Command {
  return withConnection(group.command(action).argument('<ids...>', 'case_…'))
    .description(descriptions[action])
    .addOption(
      new Option('--revision <n>', 'the revision that you have read, of one case; as it is now if not given').argParser(
        parseCount,
      ),
    )
}

async function act(terminal: Terminal, ids: readonly string[], options: ActOptions, action: Action): Promise<void> {
  const munim = connect(options)
  const scales = createScales(munim)
  const [id] = ids
  if (ids.length > 1 || id === undefined) {
    if (options.railReference !== undefined) throw new CliFailure('--rail-reference is for one case')
    if (options.attempt !== undefined) throw new CliFailure('--attempt is for one case')
    if (options.revision === undefined) return actOnMany(terminal, munim, ids, { ...options, action })
    throw new CliFailure('--revision is for one case: act on the cases one by one, or leave it out')
  }
  if (action.action === 'note' || action.action === 'reassign') {
    const { text = '', owner = '' } = action
    const isNote = action.action === 'note'
    const after = await (isNote ? munim.cases.note(id, { text }) : munim.cases.reassign(id, { owner }))
    return printCase(terminal, options, scales, after)
  }
  const revision = await readRevision(terminal, munim, id, options)
  const { railReference, attempt } = options
  const named = { ...(railReference !== undefined && { railReference }), ...(attempt !== undefined && { attempt }) }
  await printCase(terminal, options, scales, await actOn(munim, id, { ...action, revision, ...named }))
}

type ActOnOne = Action & { readonly revision: number } & AttemptOptions

function actOn(munim: Munim, id: string, { action, railReference, attempt, ...given }: ActOnOne): Promise<Case> {
  const { outcome = 'failed', evidence = '', text = '', revision } = given
  const named = {
    ...(railReference !== undefined && { rail_reference: railReference }),
    ...(attempt !== undefined && { attempt }),
  }
  switch (action) {
    case 'force':
      return munim.cases.force(id, { outcome, evidence, revision, ...named })
    case 'write_off':
      return munim.cases.writeOff(id, { text, revision })
    case 'retry':
    case 'inquire':
    case 'reverse':
      return munim.cases[action](id, { revision })
    case 'note':
    case 'reassign':
      throw new Error('a note and an owner need no revision')
  }
}

/** Without --revision, shows the case and returns its current revision. */
async function readRevision(terminal: Terminal, munim: Munim, id: string, options: ActOptions): Promise<number> {
  if (options.revision !== undefined) return options.revision
  const found = await munim.cases.get(id)
  if (!options.json) {
    await printCase(terminal, options, createScales(munim), found)
    await write(terminal.stdout, '\n')
  }
  return found.revision
}

function addListCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list cases, newest first')
    .option('--queue <queue>', 'of that queue')
    .option('--reason <reason>', 'for that reason')
    .option('--owner <name>', 'of that owner')
    .option('--type <type>', 'about that kind of subject, such as payment')
    .option('--subject <id>', 'about that subject')
    .option('--overdue', 'only overdue cases')
    .option('--older-than <age>', 'open for longer, such as 90s, 30m, 4h, 2d', parseAge)
    .addOption(new Option('--state <state>', 'in that state').choices(['open', 'resolved', 'all']).default('open'))
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', listHelp)
    .action(async (options: ListOptions) => {
      const { queue, reason, owner, type, subject, overdue, olderThan, state, limit } = options
      const munim = connect(options)
      const list = munim.cases.list({
        state,
        ...(queue === undefined ? {} : { queue }),
        ...(reason === undefined ? {} : { reason }),
        ...(owner === undefined ? {} : { owner }),
        ...(type === undefined ? {} : { subject_type: type }),
        ...(subject === undefined ? {} : { subject_id: subject }),
        ...(overdue === undefined ? {} : { overdue }),
        ...(olderThan === undefined ? {} : { older_than: olderThan }),
        limit: Math.min(limit, 100),
      })
      const cases = await takeFirst(list, limit)
      if (options.json) return write(terminal.stdout, `${toJson(cases)}\n`)
      if (cases.length === 0 && state === 'open') return write(terminal.stdout, 'No open cases.\n')
      await write(terminal.stdout, await formatCases(terminal, createScales(munim), cases))
    })
}

function addActsCommand(group: Command, terminal: Terminal): void {
  withConnection(group.command('acts').argument('<id>', 'case_…'))
    .description('list what operators did about a case, newest first')
    .option('--limit <n>', 'how many; all if not given', parseCount)
    .addHelpText('after', `\nExample:\n  $ munim cases acts ${exampleId} --limit 50`)
    .action(async (id: string, options: ConnectionOptions & { readonly limit?: number }) => {
      const { limit = Number.POSITIVE_INFINITY } = options
      const acts = await takeFirst(connect(options).cases.acts(id, { limit: Math.min(limit, 100) }), limit)
      await write(terminal.stdout, options.json ? `${toJson(acts)}\n` : formatActs(terminal, acts))
    })
}

function formatActs(terminal: Terminal, acts: readonly CaseAct[]): string {
  if (acts.length === 0) return 'No operator has acted on the case.\n'
  const columns = ['at', 'by', 'action', 'text'].map((title) => ({ title }))
  const rows = acts.map(({ at, by, action, text }) => [at, by, action, text ?? '-'])
  return formatTable(terminal.stdout, columns, rows)
}

async function formatCases(terminal: Terminal, scales: Scales, cases: readonly Case[]): Promise<string> {
  const columns = ['id', 'queue', 'reason', 'subject', 'amount', 'age', 'owner', 'actions'].map((title) => ({ title }))
  const amounts = await Promise.all(cases.map((found) => amountOf(scales, found)))
  const rows = cases.map((found, at) => [
    found.id,
    found.queue,
    found.reason,
    found.subject.id,
    amounts[at] ?? '-',
    `${formatAge(found.age_seconds)}${found.overdue ? ' overdue' : ''}`,
    found.owner ?? '-',
    found.state === 'open' ? nextActions(found) : `resolved: ${found.resolution}`,
  ])
  return formatTable(terminal.stdout, columns, rows)
}

/** Omits reassign and note, which are always allowed. */
function nextActions({ actions, acting, last_action: last, waiting }: Case): string {
  if (acting) return `${last} under way`
  if (waiting) return 'waits for a newer case'
  return actions.filter((action) => action !== 'reassign' && action !== 'note').join(', ')
}

/** The amount that a case is about, with its decimals if the book knows the asset. */
async function amountOf(
  scales: Scales,
  { amount, asset }: Pick<Case, 'amount' | 'asset'>,
): Promise<string | undefined> {
  if (amount === null || asset === null) return undefined
  try {
    return `${formatAmount(amount, await scales.of(asset))} ${asset}`
  } catch (error) {
    // A rail may report money in an asset that the book does not have.
    if (isUnknownAsset(error)) return `${amount} minor units of ${asset}`
    throw error
  }
}

/** The server refuses a code of another form before it looks for the asset. */
function isUnknownAsset(error: unknown): boolean {
  if (!(error instanceof MunimError)) return false
  return error.code === 'asset_not_found' || (error.code === 'validation_failed' && error.param === 'asset')
}

async function printCase(
  terminal: Terminal,
  options: ConnectionOptions,
  scales: Scales,
  found: Case | CaseWithActs,
): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(found)}\n`)
  const amount = await amountOf(scales, found)
  const rows: Pair[] = [
    ['id', found.id],
    ['state', found.state],
    ['queue', found.queue],
    [found.subject.type, found.subject.id],
    ['reason', found.reason],
    ['what happened', found.detail],
    ...(amount === undefined ? [] : [['amount', amount] as Pair]),
    ...(found.attempt === null ? [] : [['attempt', found.attempt] as Pair]),
    ['closes when', found.closes_when],
    ['revision', String(found.revision)],
    ['priority', found.priority],
    ['since', `${found.since} (${formatAge(found.age_seconds)})`],
    ['due', found.due_at, found.overdue ? ` ${styled(terminal.stdout, 'red', '(overdue)')}` : ''],
    ['owner', found.owner ?? 'no one yet'],
    ...(found.waiting ? [['waits', 'for a newer case of the same subject'] as Pair] : []),
    ['allowed actions', found.actions.join(', ')],
    ...(found.outcomes.length === 0 ? [] : [['outcomes', found.outcomes.join(', ')] as Pair]),
    ...(found.last_action === null
      ? []
      : [['last action', `${found.last_action}${found.acting ? ' (being carried out)' : ''}`] as Pair]),
    ...(found.proposed_act === null ? [] : [['proposed', `${found.proposed_act} by ${found.proposed_by}`] as Pair]),
    ...(found.evidence === null ? [] : [['evidence', found.evidence] as Pair]),
    ...(found.resolved_at === null ? [] : [['resolved', `${found.resolved_at} (${found.resolution})`] as Pair]),
    ...('acts' in found ? found.acts : []).map(
      ({ at, by, action, text }): Pair => [action, `${at} by ${by}${text === null ? '' : `: ${text}`}`],
    ),
  ]
  await write(terminal.stdout, formatPairs(rows))
}

/** Of the parameter `older_than`. */
const ageSecondsMax = 999_999_999

const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

function parseAge(text: string): number {
  const match = /^([1-9]\d*)([smhd])$/.exec(text)
  if (!match) throw new InvalidArgumentError('It must be a number and s, m, h or d, such as 30m.')
  const seconds = Number(match[1]) * units[match[2] as keyof typeof units]
  if (seconds > ageSecondsMax) throw new InvalidArgumentError('It may be at most 11574d.')
  return seconds
}

function formatAge(seconds: number): string {
  const [unit, size] = (Object.entries(units) as [string, number][]).findLast(([, each]) => seconds >= each) ?? ['s', 1]
  return `${Math.floor(seconds / size)}${unit}`
}

const exampleId = 'case_01k0a2m4qmw9s36j6a7b0c3d4e'

const groupHelp = `
Examples:
  $ munim cases list --overdue
  $ munim cases show ${exampleId}
  $ munim cases inquire ${exampleId}
  $ munim cases force ${exampleId} --outcome succeeded --evidence 'Settlement file of 31 January, line 118'`

const listHelp = `
Examples:
  $ munim cases list --reason outcome_unknown --older-than 30m
  $ munim cases list --owner asha --json`

const writeOffHelp = `
Books the amount between suspense and the account of write-offs. Beyond the limit of the server, the first call proposes
it, and a second person does it with another API key, while the case stays as it is.

Example:
  $ munim cases write-off ${exampleId} --text 'The payer cannot be found; see ticket 4711.'`

const forceHelp = `
The outcome is booked as if the rail had reported it. Evidence is something seen outside: a line of a statement, or
the rail's own console.

Example:
  $ munim cases force ${exampleId} --outcome failed --evidence 'Console of the rail, 31 January 10:20: declined'`
