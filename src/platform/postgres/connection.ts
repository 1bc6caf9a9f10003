import type { Socket } from 'node:net'
import type pg from 'pg'
import { type Backend, readBackend } from './backend.ts'
import { Burst, type BurstAnswer, type BurstStep } from './burst.ts'
import { DatabaseFault, databaseFault } from './database-fault.ts'
import { type Epochs, epochChanged } from './epochs.ts'
import { isToBeSet } from './plain-settings.ts'
import type { ReplicaFence } from './replica-fence.ts'
import type { Room } from './room.ts'
import { identityText } from './server-identity.ts'
import { untilSilent } from './silence.ts'
import type { SilenceWatch } from './silence-watch.ts'
import type { Statement } from './transaction.ts'

/** Settings of PostgreSQL by name, such as `lock_timeout`. */
export type Settings = Readonly<Record<string, string>>

export type ConnectionOptions = {
  readonly epochs: Epochs
  readonly settings: Settings
  /** How long an exchange may take; undefined: as long as the server works on it. */
  readonly deadlineMs: number | undefined
  /** How to ask whether it does, and how often. */
  readonly config: pg.ClientConfig
  readonly lookMs?: number | undefined
  /** Holds back a connection to a server that has just started until its synchronous replicas have what it shows. */
  readonly fence: ReplicaFence
  /** Finds out when an answer will not come any more, before the deadline. */
  readonly watch: SilenceWatch
  /** Told that the server did not answer in time: connections as old as this one may have gone silent, too. */
  readonly onSilent: (backend: Backend) => void
  /** Told of statements that found no room on the server's disk. */
  readonly room: Pick<Room, 'noteFull'>
}

const greetingMs = 10_000
const pingMs = 2_000
const goodbyeMs = 1_000

/**
 * One connection to the server. Its exchanges take turns, and each has a deadline: when it passes, the
 * socket is destroyed and everything that was sent or waits fails with a retryable {@link DatabaseFault}.
 * When its epoch has ended nothing more is sent: what a transaction has begun on it is never committed.
 */
export class Connection {
  readonly backend: Backend
  readonly epoch: number
  readonly #client: pg.ClientBase
  readonly #options: ConnectionOptions
  #last: Promise<unknown> = Promise.resolve()
  #heardMs = performance.now()
  #askedMs: number | undefined
  #isClosed = false

  private constructor(client: pg.ClientBase, options: ConnectionOptions, greeted: Greeted) {
    this.#client = client
    this.#options = options
    this.backend = greeted.backend
    this.epoch = options.epochs.reached(greeted.identity)
    const unwatch = options.watch.add({
      backend: this.backend,
      askedMs: () => (options.deadlineMs === undefined ? undefined : this.#askedMs),
      progress: () => `${streamOf(client)?.bytesRead} ${streamOf(client)?.writableLength}`,
      giveUp: (reason) => this.#giveUp(reason),
      ask: () => {
        if (this.#askedMs === undefined) void this.answersSince(performance.now())
      },
    })
    client.once('end', unwatch)
  }

  /**
   * Greets the server on a client that has just connected: applies the settings and learns which server
   * it is. Settings are not startup parameters, which poolers refuse. Throws a retryable fault when the
   * server cannot write because it is a standby.
   */
  static async greet(client: pg.ClientBase, options: ConnectionOptions): Promise<Connection> {
    const backend = await withDeadline(client, greetingMs, () => readBackend(client)).catch(databaseFault)
    const greeting = withDeadline(client, greetingMs, () => client.query<Greeting>(greetingText(options.settings)))
    const [greeted] = (await greeting.catch(databaseFault)).rows
    if (greeted === undefined || greeted.recovering) throw new DatabaseFault(standby())
    await options.fence(greeted)
    return new Connection(client, options, { ...greeted, backend })
  }

  query<Row extends object>(statement: Statement): Promise<Row[]> {
    return this.#inTurn(() => this.#client.query<Row>(toPg(statement)).then(({ rows }) => rows))
  }

  /** Several statements in one round trip; the first error skips the rest. */
  burst(steps: readonly BurstStep[]): Promise<readonly BurstAnswer[]> {
    return this.#inTurn(() => {
      const burst = new Burst(steps)
      this.#client.query(burst)
      return burst.done
    })
  }

  /** Whether nothing can be sent any more, or should be, as another server took the place of this one's. */
  get isOver(): boolean {
    return this.#isClosed || this.epoch !== this.#options.epochs.current()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The connection has ended, whoever ended it. */
  noteClosed(): void {
    this.#isClosed = true
  }

  /** Ends the connection at once; what was sent and not answered fails. */
  destroy(reason: string): void {
    this.#isClosed = true
    destroySocket(this.#client, reason)
  }

  /** Says goodbye and closes; does not wait for a server that is silent. */
  async end(): Promise<void> {
    this.#isClosed = true
    const timer = setTimeout(() => destroySocket(this.#client, 'the server did not answer a goodbye'), goodbyeMs)
    await (this.#client as pg.Client).end().catch(() => undefined)
    clearTimeout(timer)
  }

  /** Whether the server still answers, asked only when nothing was heard from it since `sinceMs`. */
  async answersSince(sinceMs: number): Promise<boolean> {
    if (this.isOver) return false
    if (this.#heardMs >= sinceMs) return true
    const turn = this.#last.then(() => this.#heardMs >= sinceMs || this.#ping())
    this.#last = turn
    return turn
  }

  async #ping(): Promise<boolean> {
    const ping = withDeadline(this.#client, pingMs, () => this.#client.query('select 1'))
    // Whoever says no is there, such as in a transaction that has failed.
    const isThere = await ping.then(
      () => true,
      (error) => !new DatabaseFault(error).isCutOff,
    )
    if (isThere) this.#heardMs = performance.now()
    else this.#giveUp('the server did not answer')
    return isThere
  }

  /** Nothing has been heard: the server's process may be there still, and other connections be silent as well. */
  #giveUp(reason: string): void {
    if (this.#isClosed) return
    this.destroy(reason)
    this.#options.onSilent(this.backend)
  }

  // pg has a queue of its own, but warns that it will go.
  #inTurn<Value>(exchange: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(() => this.#exchange(exchange))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #exchange<Value>(exchange: () => Promise<Value>): Promise<Value> {
    // An old server may go on for those that are connected: what it says belongs to nothing that is believed now.
    if (this.epoch !== this.#options.epochs.current()) throw epochChanged()
    try {
      const { deadlineMs, onSilent, config, lookMs } = this.#options
      const giveUp = () => {
        this.#isClosed = true
        onSilent(this.backend)
      }
      this.#askedMs = performance.now()
      const value =
        deadlineMs === undefined
          ? await untilSilent({ client: this.#client, backend: this.backend, config, lookMs }, exchange(), giveUp)
          : await withDeadline(this.#client, deadlineMs, exchange, giveUp)
      this.#heardMs = performance.now()
      return value
    } catch (error) {
      const fault = error instanceof DatabaseFault ? error : new DatabaseFault(error as Error)
      if (fault.state !== undefined) this.#heardMs = performance.now()
      if (fault.isOutOfRoom) this.#options.room.noteFull()
      // Another server may be the one that writes by now. Ended, not only left: whoever has it opens the next one.
      if (fault.isReadOnly) this.destroy('the server does not write')
      throw fault
    } finally {
      this.#askedMs = undefined
    }
  }
}

type Greeting = {
  readonly recovering: boolean
  /** Whether commits wait for synchronous replicas. */
  readonly replicated: boolean
  readonly identity: string
}

type Greeted = Greeting & { readonly backend: Backend }

function greetingText(settings: Settings): pg.QueryConfig {
  const names = Object.keys(settings)
  return {
    text: `select pg_is_in_recovery() as recovering, ${identityText} as identity,
        current_setting('synchronous_standby_names') <> '' as replicated,
        (select count(set_config(setting.name, setting.value, false))
          from unnest($1::text[], $2::text[]) as setting (name, value)
          where ${isToBeSet('setting.name')}) as settings`,
    values: [names, names.map((name) => settings[name])],
  }
}

function standby(): Error {
  const message = 'the server is a standby, which cannot write; give the address of the primary'
  return Object.assign(new Error(message), { code: '25006' })
}

/** Destroys the socket when the exchange is not over in time, which makes it fail. */
async function withDeadline<Value>(
  client: pg.ClientBase,
  deadlineMs: number,
  exchange: () => Promise<Value>,
  onPassed?: () => void,
): Promise<Value> {
  const timer = setTimeout(() => {
    onPassed?.()
    destroySocket(client, `the database did not answer within ${deadlineMs / 1000} s`)
  }, deadlineMs)
  try {
    return await exchange()
  } finally {
    clearTimeout(timer)
  }
}

function destroySocket(client: pg.ClientBase, reason: string): void {
  streamOf(client)?.destroy(new Error(reason))
}

function streamOf(client: pg.ClientBase): Socket | undefined {
  return (client as pg.ClientBase & { readonly connection?: { readonly stream: Socket } }).connection?.stream
}

function toPg(statement: Statement): pg.QueryConfig {
  const values = statement.values === undefined ? [] : [...statement.values]
  return statement.name === undefined
    ? { text: statement.text, values }
    : { text: statement.text, values, name: statement.name }
}
