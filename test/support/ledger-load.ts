import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result, Uuid } from '#kernel'
import type { Account, ChangeAccount, CreateTransfer, Ledger, TransferCommand, TransferOutcome } from '#ledger'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { createRandom, type Random } from '../../scripts/random.ts'
import { patience } from './patience.ts'

/** `posted` and `undone`: in a transaction that was committed or rolled back. `dry`: as a dry run. */
export type Mode = 'submitted' | 'posted' | 'undone' | 'dry'

/** Times are of one process's clock, in milliseconds. */
export type Asked = {
  readonly command: TransferCommand
  readonly outcome: TransferOutcome
  readonly mode: Mode
  readonly atomic: boolean
  readonly before: readonly TransferCommand[]
  readonly startedAt: number
  readonly answeredAt: number
}

export type AskedChange = {
  readonly command: ChangeAccount
  readonly result: Result<Account>
  readonly startedAt: number
  readonly answeredAt: number
}

export type Answered = { readonly groups: readonly (readonly Asked[])[]; readonly changes: readonly AskedChange[] }

export type LoadOptions = {
  readonly database: Database
  readonly ledgers: readonly Ledger[]
  readonly book: number
  readonly seed: number
  readonly clients: number
  readonly steps: number
  readonly groupsMax?: number
  /** Only submissions, so that a single writer can prepare batches ahead. */
  readonly alone?: boolean
}

/** `world` has no limits, `euro` has another asset, the rest are small. */
export const loadAccounts = ['world', 'a', 'b', 'c', 'd', 'hot', 'euro'] as const
const nobody = 'nobody'
const endings = ['post', 'void'] as const
const submission = 99

/** A client's commands follow from the seed alone, so that a run can be repeated; the order among clients does not. */
export async function putLoad(options: LoadOptions): Promise<Answered> {
  const groups: Asked[][] = []
  const changes: AskedChange[] = []
  const baseMicros = Math.floor((performance.timeOrigin + performance.now()) * 1_000)
  const runClient = async (client: number) => {
    const random = createRandom(options.seed * 1_000 + client)
    const commands = createCommands({ ...options, baseMicros, client, random })
    for (let step = 0; step < options.steps; step += 1) {
      const ledger = random.pick(options.ledgers)
      const dice = options.alone ? submission : random.below(100)
      if (dice < 8) changes.push(await change(options, ledger, random))
      else if (dice < 13) groups.push(await ask('dry', commands.group(), (group) => ledger.dryRun(group)))
      else if (dice < 23) groups.push(await postWithin(options, ledger, commands.group(), random))
      else {
        const several = Array.from({ length: 1 + random.below(options.groupsMax ?? 4) }, commands.group)
        groups.push(
          ...(await Promise.all(several.map((group) => ask('submitted', group, (asked) => ledger.submit(asked))))),
        )
      }
      if (random.chance(0.05)) await sleep(random.below(20))
    }
  }
  const [first] = options.ledgers
  if (first !== undefined) groups.push(await ask('submitted', openingBalances(options), (group) => first.submit(group)))
  await Promise.all(Array.from({ length: options.clients }, (_, client) => runClient(client)))
  return { groups, changes }
}

/** Gives accounts money to move, and keeps them from being closed while they are empty. */
function openingBalances({ book, seed }: LoadOptions): Group {
  const commands = ['a', 'b', 'c', 'd'].map((destination, number): CreateTransfer => {
    const usual = { kind: 'create', book, idGiven: true, source: 'world', amount: 250n, asset: 'USD' } as const
    return { ...usual, id: idOf(seed, -1, number), destination }
  })
  return { commands, atomic: true }
}

type Group = { readonly commands: readonly TransferCommand[]; readonly atomic: boolean }

async function ask(
  mode: Mode,
  group: Group,
  put: (group: Group) => Promise<readonly TransferOutcome[]>,
): Promise<Asked[]> {
  const { value: outcomes, startedAt, answeredAt } = await untilAnswered(() => put(group))
  if (outcomes.length !== group.commands.length) throw new Error('not every command was answered')
  return outcomes.map((outcome, place) => {
    const command = group.commands[place]
    if (command === undefined) throw new Error('there are more answers than commands')
    const before = group.commands.slice(0, place)
    return { command, outcome, mode, atomic: group.atomic, before, startedAt, answeredAt }
  })
}

const notAfterAll = new Error('rolled back as intended')

async function postWithin(options: LoadOptions, ledger: Ledger, group: Group, random: Random): Promise<Asked[]> {
  const undo = random.chance(0.3)
  return ask(undo ? 'undone' : 'posted', group, async () => {
    let outcomes: readonly TransferOutcome[] = []
    const work = options.database.transaction(async (tx) => {
      outcomes = await ledger.post(tx, group)
      if (undo) throw notAfterAll
    })
    await work.catch((error: unknown) => {
      if (error !== notAfterAll) throw error
    })
    return outcomes
  })
}

async function change(options: LoadOptions, ledger: Ledger, random: Random): Promise<AskedChange> {
  const settings = [
    { state: 'frozen' },
    { state: 'open' },
    { state: 'open' },
    { state: 'open' },
    { state: 'closed' },
    { minAvailable: random.pick([null, 0n, 0n, -100n, 40n]) },
    { maxBalance: random.pick([null, null, 200n, 600n]) },
    { minAvailable: 500n, maxBalance: 400n },
  ] as const
  const command: ChangeAccount = {
    ...{ book: options.book, account: random.pick(['a', 'b', 'c', 'd', 'hot']) },
    ...random.pick(settings),
    ...(random.chance(0.1) && { version: random.below(200) }),
  }
  const { value: result, ...times } = await untilAnswered(() =>
    options.database.transaction((tx) => ledger.changeAccount(tx, command)),
  )
  return { command, result, ...times }
}

/** Repeats what a busy account or ledger has refused to begin, as a client does. */
async function untilAnswered<Value>(work: () => Promise<Value>) {
  for (const endMs = performance.now() + patience(20_000); ; ) {
    const startedAt = performance.now()
    try {
      const value = await work()
      return { value, startedAt, answeredAt: performance.now() }
    } catch (error) {
      const isBusy = error instanceof Fault && (error.code === 'account_busy' || error.code === 'ledger_busy')
      if (!isBusy || performance.now() > endMs) throw error
    }
  }
}

type CommandsOptions = LoadOptions & {
  readonly client: number
  readonly random: Random
  readonly baseMicros: number
}

function createCommands(options: CommandsOptions) {
  const { random, client, clients } = options
  let made = 0
  const someTransfer = () => ({ of: random.below(clients), number: random.below(made + 1) })
  const create = (atomic: boolean): CreateTransfer => {
    made += 1
    const command = transferOf(options, client, made)
    // The amount of a balancing transfer in a refused group cannot be known afterwards.
    if (!atomic) return command
    const { balancing: _, ...plain } = command
    return plain
  }
  const repeat = (atomic: boolean): CreateTransfer => {
    const { of, number } = someTransfer()
    const command = transferOf(options, of, number)
    if (!command.idGiven || command.balancing !== undefined) return create(atomic)
    return random.chance(0.25) ? { ...command, amount: command.amount + 1n } : command
  }
  const end = (): TransferCommand => {
    const { of, number } = someTransfer()
    const { id, amount } = transferOf(options, of, number)
    const kind = random.pick(endings)
    const part = kind === 'post' && random.chance(0.4) ? { amount: amount - 1n + BigInt(random.below(3)) } : {}
    return { kind, book: options.book, id, ...(part.amount !== undefined && part.amount > 0n && part) }
  }
  return {
    group: (): Group => {
      const atomic = random.chance(0.35)
      const commands = Array.from({ length: 1 + random.below(atomic ? 4 : 5) }, () => {
        const dice = random.below(100)
        if (dice < 55) return create(atomic)
        return dice < 65 ? repeat(atomic) : end()
      })
      return { atomic, commands }
    },
  }
}

/** The n-th transfer of a client. Any client can compute it, to repeat it or to end it. */
function transferOf(options: CommandsOptions, client: number, number: number): CreateTransfer {
  const random = createRandom((options.seed * 1_000 + client) * 100_003 + number)
  const { baseMicros } = options
  const pending = random.chance(0.45)
  const usd = loadAccounts.slice(0, -1)
  const limits = ['version', 'postedMin', 'postedMax', 'availableMin', 'availableMax'] as const
  const limit = random.pick(limits)
  const bound = limit === 'version' ? random.below(100) : BigInt(random.below(400))
  return {
    kind: 'create',
    book: options.book,
    id: idOf(options.seed, client, number),
    idGiven: random.chance(0.7),
    source: random.pick(random.chance(0.03) ? [nobody, 'euro'] : ['world', ...usd]),
    destination: random.pick(random.chance(0.03) ? [nobody, 'euro'] : usd),
    amount: BigInt(1 + random.below(120)),
    asset: 'USD',
    ...(pending && { pending }),
    ...(pending && random.chance(0.2) && { expiresAt: baseMicros + random.below(4_000_000) }),
    ...(random.chance(0.1) && { balancing: random.pick(['source', 'destination'] as const) }),
    ...(random.chance(0.1) && { reference: `r:${random.below(40)}` }),
    ...(random.chance(0.1) && { effectiveAt: baseMicros - random.below(1_000_000_000) }),
    ...(random.chance(0.1) && { metadata: { n: String(random.below(5)) } }),
    ...(random.chance(0.1) && { conditions: { [random.pick(['source', 'destination'])]: { [limit]: bound } } }),
  }
}

function idOf(seed: number, client: number, number: number): Uuid {
  return createHash('sha256').update(`${seed} ${client} ${number}`).digest('hex').slice(0, 32)
}
