import type { Socket } from 'node:net'
import type pg from 'pg'
import { DatabaseFault, databaseFault } from '../../faults/index.ts'
import { Burst, type BurstAnswer, type BurstStep } from '../burst.ts'
import { isToBeSet } from '../plain-settings.ts'
import type { Statement } from '../transaction.ts'
import { type Epochs, epochChanged } from '../units/epochs.ts'
import { type Backend, readBackend } from './backend.ts'
import type { ReplicaFence } from './replica-fence.ts'
import type { Room } from './room.ts'
import type { SchemaGuard } from './schema-guard.ts'
import { identityText } from './server-identity.ts'
import { untilSilent } from './silence.ts'
import type { SilenceWatch } from './silence-watch.ts'

export type Settings = Readonly<Record<string, string>>

export type ConnectionOptions = {
  readonly epochs: Epochs
  readonly settings: Settings
  /** Undefined: as long as the server works on it. */
  readonly deadlineMs: number | undefined
  readonly config: pg.ClientConfig
  readonly lookMs?: number | undefined
  readonly fence: ReplicaFence
  readonly schema: Pick<SchemaGuard, 'check'>
  readonly watch: SilenceWatch
  /** Called when the server did not answer. Its process may still exist, and other connections may be silent. */
  readonly onSilent: (backend: Backend) => void
  readonly room: Pick<Room, 'noteFull'>
}

const greetingMs = 10_000
const pingMs = 2_000
const goodbyeMs = 1_000

/**
 * Runs one exchange at a time, each with a deadline. When it passes, the socket is destroyed and all exchanges fail
 * with a retryable {@link DatabaseFault}. After its epoch has ended it sends nothing more: a begun transaction never
 * commits.
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

  /** Settings are not startup parameters, because poolers refuse those. Throws a retryable fault for a standby. */
  static async greet(client: pg.ClientBase, options: ConnectionOptions): Promise<Connection> {
    const backend = await withDeadline(client, greetingMs, () => readBackend(client)).catch(databaseFault)
    const greeting = withDeadline(client, greetingMs, () => client.query<Greeting>(greetingText(options.settings)))
    const [greeted] = (await greeting.catch(databaseFault)).rows
    if (greeted === undefined || greeted.recovering) throw new DatabaseFault(standby())
    await options.fence(greeted)
    await withDeadline(client, greetingMs, () => options.schema.check(client, greeted.identity))
    return new Connection(client, options, { ...greeted, backend })
  }

  query<Row extends object>(statement: Statement): Promise<Row[]> {
    return this.#inOrder(() => this.#client.query<Row>(toPg(statement)).then(({ rows }) => rows))
  }

  burst(steps: readonly BurstStep[]): Promise<readonly BurstAnswer[]> {
    return this.#inOrder(() => {
      const burst = new Burst(steps)
      this.#client.query(burst)
      return burst.done
    })
  }

  /** Whether the connection is closed, or belongs to a server that another one has replaced. */
  get isOver(): boolean {
    return this.#isClosed || this.epoch !== this.#options.epochs.current()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  noteClosed(): void {
    this.#isClosed = true
  }

  destroy(reason: string): void {
    this.#isClosed = true
    destroySocket(this.#client, reason)
  }

  /** Closes the connection cleanly, but does not wait for a silent server. */
  async end(): Promise<void> {
    this.#isClosed = true
    const timer = setTimeout(() => destroySocket(this.#client, 'the server did not answer a goodbye'), goodbyeMs)
    await (this.#client as pg.Client).end().catch(() => undefined)
    clearTimeout(timer)
  }

  /** Pings the server only when nothing was received from it since `sinceMs`. */
  async answersSince(sinceMs: number): Promise<boolean> {
    if (this.isOver) return false
    if (this.#heardMs >= sinceMs) return true
    const result = this.#last.then(() => this.#heardMs >= sinceMs || this.#ping())
    this.#last = result
    return result
  }

  async #ping(): Promise<boolean> {
    const ping = withDeadline(this.#client, pingMs, () => this.#client.query('select 1'))
    // A server that answers with an error is alive, for example in a failed transaction.
    const isThere = await ping.then(
      () => true,
      (error) => !new DatabaseFault(error).isCutOff,
    )
    if (isThere) this.#heardMs = performance.now()
    else this.#giveUp('the server did not answer')
    return isThere
  }

  #giveUp(reason: string): void {
    if (this.#isClosed) return
    this.destroy(reason)
    this.#options.onSilent(this.backend)
  }

  // pg has a queue of its own, but warns that it will be removed.
  #inOrder<Value>(exchange: () => Promise<Value>): Promise<Value> {
    const result = this.#last.then(() => this.#exchange(exchange))
    this.#last = result.catch(() => undefined)
    return result
  }

  async #exchange<Value>(exchange: () => Promise<Value>): Promise<Value> {
    // An old server may still answer connected clients. Its answers must not be used any more.
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
      // Another server may be the primary by now. The connection is destroyed, so that its user opens a new one.
      if (fault.isReadOnly) this.destroy('the server does not write')
      throw fault
    } finally {
      this.#askedMs = undefined
    }
  }
}

type Greeting = {
  readonly recovering: boolean
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
