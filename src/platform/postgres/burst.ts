import type { Connection, Submittable } from 'pg'

/** A prepared statement. With `copy`, the text is a `COPY … FROM STDIN (FORMAT binary)`. `values` are in text form. */
export type BurstStep = {
  readonly name: string
  readonly text: string
  readonly values?: readonly (string | Buffer | null)[]
  readonly copy?: Buffer
}

/** A step's rows in text form, and its command tag (`COMMIT`, `COPY 12`). */
export type BurstAnswer = { readonly rows: readonly (readonly (string | null)[])[]; readonly tag: string }

/** pg's own types omit these methods. */
type Wire = Connection & {
  readonly stream: { cork(): void; uncork(): void; destroy(error?: Error): void }
  close(statement: { type: 'S'; name: string }): void
  parse(statement: { name: string; text: string }): void
  bind(config: { statement: string; portal: string; values: readonly (string | Buffer | null)[] }): void
  execute(config: { portal: string; rows: number }): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sync(): void
}

const preparedOn = new WeakMap<object, Set<string>>()
const copyChunkBytes = 256 * 1024

/**
 * Several statements in one write: the extended query protocol with one Sync, so that the first error skips the rest.
 * COPY data does not wait for the CopyInResponse. A server that refused the COPY discards the data.
 */
export class Burst implements Submittable {
  readonly #steps: readonly BurstStep[]
  readonly #answers: { rows: (readonly (string | null)[])[]; tag: string }[]
  #prepared: Set<string> = new Set()
  #at = 0
  #settled = false
  readonly done: Promise<readonly BurstAnswer[]>
  #resolve!: (answers: readonly BurstAnswer[]) => void
  #reject!: (error: Error) => void
  /** With a query_timeout, pg wraps this and calls it when the time has passed. */
  callback: (error?: Error) => void = (error) => {
    if (error) this.handleError(error)
  }

  constructor(steps: readonly BurstStep[]) {
    this.#steps = steps
    this.#answers = steps.map(() => ({ rows: [], tag: '' }))
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    const wire = connection as Wire
    this.#prepared = preparedOn.get(connection) ?? new Set()
    preparedOn.set(connection, this.#prepared)
    wire.stream.cork()
    const parsed = new Set<string>()
    for (const step of this.#steps) {
      if (!this.#prepared.has(step.name) && !parsed.has(step.name)) {
        // An earlier burst may have failed after it parsed this statement.
        wire.close({ type: 'S', name: step.name })
        wire.parse({ name: step.name, text: step.text })
        parsed.add(step.name)
      }
      wire.bind({ statement: step.name, portal: '', values: step.values ?? [] })
      wire.execute({ portal: '', rows: 0 })
      if (step.copy) {
        for (let from = 0; from < step.copy.length; from += copyChunkBytes) {
          wire.sendCopyFromChunk(step.copy.subarray(from, from + copyChunkBytes))
        }
        wire.endCopyFrom()
      }
    }
    wire.sync()
    wire.stream.uncork()
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.#answers[this.#at]?.rows.push(message.fields)
  }

  handleCommandComplete(message: { text: string }): void {
    const answer = this.#answers[this.#at]
    if (answer) answer.tag = message.text
    const name = this.#steps[this.#at]?.name
    if (name !== undefined) this.#prepared.add(name)
    this.#at += 1
  }

  handleError(error: Error): void {
    if (this.#settled) return
    this.#settled = true
    this.callback(undefined)
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    if (this.#settled) return
    this.#settled = true
    this.callback(undefined)
    this.#resolve(this.#answers)
  }

  handleRowDescription(): void {}
  handleCopyInResponse(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
