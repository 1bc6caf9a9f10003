import type { Connection, Submittable } from 'pg'
import { DatabaseFault } from '../../faults/index.ts'

/** Signature, flags, and length of the header extension. */
const headerBytes = 19

/** Receives the index of a row's statement in the text, and its tuple, valid during the call only. */
export type OnTuple = (statement: number, tuple: Buffer) => void

/**
 * Reads `COPY (…) TO STDOUT (FORMAT binary)` statements, separated by semicolons. The server waits while `onTuple`
 * works: the only back-pressure. The protocol promises one message per row, between the file's header and its trailer.
 */
export class CopyOut implements Submittable {
  readonly #text: string
  readonly #onTuple: OnTuple
  readonly done: Promise<void>
  #statement = 0
  #headerSeen = false
  #failure: Error | undefined
  #settled = false
  #resolve!: () => void
  #reject!: (error: Error) => void
  callback: (error?: Error) => void = (error) => {
    if (error) this.handleError(error)
  }

  constructor(text: string, onTuple: OnTuple) {
    this.#text = text
    this.#onTuple = onTuple
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    ;(connection as Connection & { query(text: string): void }).query(this.#text)
  }

  handleCopyData(message: { chunk: Buffer }): void {
    if (this.#failure !== undefined || this.#settled) return
    let tuple = message.chunk
    if (!this.#headerSeen) {
      this.#headerSeen = true
      tuple = tuple.subarray(headerBytes + tuple.readInt32BE(headerBytes - 4))
      if (tuple.length === 0) return
    }
    if (tuple.readInt16BE(0) === -1) return
    try {
      this.#onTuple(this.#statement, tuple)
    } catch (error) {
      // Rethrown into the socket's listener, it would end the process. The remaining rows are read and dropped.
      this.#failure = error instanceof Error ? error : new Error('a row could not be read', { cause: error })
    }
  }

  handleCommandComplete(): void {
    this.#statement += 1
    this.#headerSeen = false
  }

  handleError(error: Error): void {
    if (this.#settled) return
    this.#settled = true
    this.callback(undefined)
    this.#reject(new DatabaseFault(error))
  }

  handleReadyForQuery(): void {
    if (this.#settled) return
    this.#settled = true
    this.callback(undefined)
    if (this.#failure === undefined) this.#resolve()
    else this.#reject(this.#failure)
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
