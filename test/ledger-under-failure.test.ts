import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createLedger, getAccount, type Ledger, type TransferCommand, verifyLedger } from '#ledger'
import { Fault } from '#platform/faults'
import { type Database, openDatabase } from '#platform/postgres'
import { ending, moving, newSeed, opening, patience } from '#testing'
import { createRandom } from '../scripts/random.ts'
import { type SwitchingServers, startSwitchingServers } from './support/switching-servers.ts'
import { uuidOf } from './support/uuid-of.ts'

// Two writers on one database, while connections are ended and silenced, and the server is replaced by a copy that
// lacks the latest commits. MUNIM_FULL_TRIALS=1 runs it at full size; MUNIM_SEED repeats the commands.

const { MUNIM_SEED, MUNIM_FULL_TRIALS } = process.env
const seed = MUNIM_SEED === undefined ? newSeed() % 1_000_000 : Number(MUNIM_SEED)
const isFull = MUNIM_FULL_TRIALS === '1'
const amounts = isFull
  ? { commands: 200_000, terminations: 200, silences: 20, switches: 10 }
  : { commands: 6_000, terminations: 12, silences: 1, switches: 2 }

/** A command that was answered with a transfer; times in milliseconds of this process. */
type Done = { readonly command: TransferCommand; readonly answeredAt: number }
/** A switch to a copy that was started at `copiedAt` and in place at `switchedAt`. */
type Switch = { readonly copiedAt: number; readonly switchedAt: number }

const accounts = ['hot', 'other', ...Array.from({ length: 30 }, (_, n) => `account:${n}`)]
const movers = accounts.slice(2)
const clientsCount = 12
const groupMax = 40

it(
  `books stay correct through any failure of connections and servers (MUNIM_SEED=${seed})`,
  async () => {
    const servers = await startSwitchingServers()
    try {
      expect(await playOn(servers)).toEqual([])
    } finally {
      await servers.stop()
    }
  },
  isFull ? 3_600_000 : patience(120_000),
)

/** Plays on servers of its own; answers the failures found in the books. */
async function playOn(servers: SwitchingServers): Promise<string[]> {
  const databases = [0, 1].map(() => openDatabase({ ...servers.connection, onIdleError: () => undefined }))
  const faults: Error[] = []
  const ledgers = databases.map((database) => createLedger({ database, onFault: (fault) => faults.push(fault) }))
  const [database, first] = [databases[0] as Database, ledgers[0] as Ledger]
  for (const ledger of ledgers) await ledger.start()
  const openings = accounts.map((code) => opening(code, { minAvailable: null }))
  await database.transaction((tx) => first.createAccounts(tx, openings))
  const play: Play = { done: [], switches: [], isOver: false }
  const clients = Array.from({ length: clientsCount }, (_, number) => beClient(number, ledgers, play))
  await Promise.all([trouble(servers, play), ...clients])
  for (const ledger of ledgers) await ledger.stop(10_000)
  const direct = openDatabase(servers.direct())
  const wrong = await whatIsWrong(direct, play, faults)
  for (const one of [direct, ...databases]) await one.close()
  return wrong
}

type Play = { readonly done: Done[]; readonly switches: Switch[]; isOver: boolean }

/** Causes all failures, spread over the commands. */
async function trouble(servers: SwitchingServers, play: Play): Promise<void> {
  const random = createRandom(seed)
  const { commands, terminations, silences, switches } = amounts
  const events = [
    ...Array.from({ length: terminations }, () => 'terminate'),
    ...Array.from({ length: silences }, () => 'freeze'),
    ...Array.from({ length: switches }, () => 'switch'),
  ].map((what) => ({ what, at: 100 + random.below(Math.floor(commands * 0.9)) }))
  events.sort((a, b) => a.at - b.at)
  const doneAtLeast = async (count: number) => {
    while (play.done.length < count) await sleep(5)
  }
  for (const { what, at } of events) {
    await doneAtLeast(at)
    if (what === 'terminate') await terminate(servers)
    else if (what === 'freeze') servers.freeze()
    else {
      const copiedAt = performance.now()
      await servers.copy()
      // The copy lacks at least these. Commands that were under way may be in it.
      const { length } = play.done
      await doneAtLeast(length + clientsCount * groupMax + 200)
      await servers.switchToCopy()
      play.switches.push({ copiedAt, switchedAt: performance.now() })
    }
  }
  await doneAtLeast(commands)
  play.isOver = true
}

async function terminate(servers: SwitchingServers): Promise<void> {
  const admin = openDatabase({ ...servers.direct(), applicationName: 'trouble', connectionsMax: 1 })
  await admin.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'munim writer%' order by random() limit 1`,
  })
  await admin.close()
}

/** Moves money until the play ends; repeats each group, with its ids, until it is answered. */
async function beClient(number: number, ledgers: readonly Ledger[], play: Play): Promise<void> {
  const random = createRandom(seed * 1_000 + number)
  let made = 0
  const create = (): TransferCommand => {
    made += 1
    const [source, destination] = [random.pick(movers), random.chance(0.3) ? 'hot' : random.pick(movers)]
    const id = uuidOf(`${seed} ${number} ${made}`)
    const pending = random.chance(0.2)
    return moving(source, source === destination ? 'other' : destination, BigInt(1 + random.below(100)), {
      id,
      pending,
    })
  }
  while (!play.isOver) {
    const commands = Array.from({ length: 1 + random.below(groupMax) }, create)
    await putUntilAnswered(random.pick(ledgers), commands, play)
    const ends = commands.flatMap((command) => {
      if (command.kind !== 'create' || command.pending !== true || random.chance(0.3)) return []
      return [random.chance(0.5) ? ending.post(command.id) : ending.void(command.id)]
    })
    if (ends.length > 0) await putUntilAnswered(random.pick(ledgers), ends, play)
  }
}

async function putUntilAnswered(ledger: Ledger, commands: readonly TransferCommand[], play: Play): Promise<void> {
  for (;;) {
    try {
      const outcomes = await ledger.submit({ commands, atomic: false })
      const answeredAt = performance.now()
      for (const [index, outcome] of outcomes.entries()) {
        const command = commands[index]
        if (command === undefined) continue
        // An end without an answer is found done when repeated: no other client can have done it.
        const isDone = outcome.ok || /^transfer_already/.test(outcome.refusal.code)
        if (isDone) play.done.push({ command, answeredAt })
      }
      return
    } catch (error) {
      if (!(error instanceof Fault && error.retryable)) throw error
      await sleep(20)
    }
  }
}

/** Compares the answers with the rows, and the balances with the model. */
async function whatIsWrong(database: Database, play: Play, faults: readonly Error[]): Promise<string[]> {
  const wrong: string[] = []
  const rows = await database.query<{ id: string; kind: number | null }>({
    text: `select t.id, r.kind from ledger.transfers t left join ledger.resolutions r on r.transfer = t.position`,
  })
  const there = new Map(rows.map(({ id, kind }) => [id.replaceAll('-', ''), kind]))
  const kinds = { create: undefined, post: 3, void: 4, expire: 5 }
  const isThere = ({ command }: Done) => {
    const kind = there.get(command.id)
    return command.kind === 'create' ? kind !== undefined : kind === kinds[command.kind]
  }
  const creations = new Map(
    play.done.flatMap(({ command }) => (command.kind === 'create' ? [[command.id, command]] : [])),
  )
  for (const id of there.keys()) if (!creations.has(id)) wrong.push(`${id} is booked and was never answered`)
  const lost = play.done.filter((done) => !isThere(done))
  for (const { command, answeredAt } of lost) {
    const isExcused = play.switches.some(({ copiedAt, switchedAt }) => answeredAt > copiedAt && answeredAt < switchedAt)
    if (!isExcused) wrong.push(`a ${command.kind} of ${command.id} was answered and is not there`)
  }
  const reported = faults.reduce((sum, fault) => sum + ('commands' in fault ? Number(fault.commands) : 0), 0)
  if (lost.length > reported) wrong.push(`${lost.length} commands were lost, ${reported} reported`)
  if (lost.length < 50 * play.switches.length)
    wrong.push(`only ${lost.length} commands were lost: too little to mean something`)
  wrong.push(...(await wrongBalances(database, creations, there)))
  const { checks } = await verifyLedger(database)
  return [...wrong.slice(0, 20), ...checks.flatMap(({ findings }) => findings)]
}

async function wrongBalances(
  database: Database,
  creations: ReadonlyMap<string, Extract<TransferCommand, { kind: 'create' }>>,
  there: ReadonlyMap<string, number | null>,
): Promise<string[]> {
  const model = new Map(accounts.map((code) => [code, { posted: 0n, out: 0n, in: 0n }]))
  for (const [id, { source, destination, amount, pending }] of creations) {
    const kind = there.get(id)
    const [from, to] = [model.get(source), model.get(destination)]
    if (kind === undefined || from === undefined || to === undefined) continue
    if (pending === true && kind === null) {
      from.out += amount
      to.in += amount
    } else if (pending !== true || kind === 3) {
      from.posted -= amount
      to.posted += amount
    }
  }
  const wrong: string[] = []
  for (const [code, expected] of model) {
    const account = await getAccount(database, 1, code)
    const have = `${account?.posted} ${account?.pendingOut} ${account?.pendingIn}`
    const should = `${expected.posted} ${expected.out} ${expected.in}`
    if (have !== should) wrong.push(`${code} stands at ${have}, and in the model at ${should}`)
  }
  return wrong
}
