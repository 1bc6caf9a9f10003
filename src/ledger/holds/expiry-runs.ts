import type { Timestamp } from '#kernel'
import type { BookedTransfer } from '../transfers/transfer-record.ts'
import type { Head } from '../transfers/working-set.ts'

/** Ends of lapsed holds that follow one another on an account. */
export type ExpiryRun = {
  readonly account: number
  readonly firstVersion: number
  lastVersion: number
  earliest: Timestamp
  latest: Timestamp
  heldOut: bigint
  heldIn: bigint
}

/** Of fewer ends, a reader looks at each. */
const runMin = 100

/** The ends of lapsed holds that a batch begins with. */
export class ExpiryRuns {
  readonly #runs = new Map<number, ExpiryRun>()

  /** The heads after the end. */
  note({ expiresAt = 0, amount }: BookedTransfer, heads: { readonly source: Head; readonly destination: Head }): void {
    this.#runOf(heads.source, expiresAt).heldOut += amount
    this.#runOf(heads.destination, expiresAt).heldIn += amount
  }

  long(): ExpiryRun[] {
    return [...this.#runs.values()].filter(({ firstVersion, lastVersion }) => lastVersion - firstVersion + 1 >= runMin)
  }

  #runOf({ number, version }: Pick<Head, 'number' | 'version'>, at: Timestamp): ExpiryRun {
    let run = this.#runs.get(number)
    if (run === undefined) {
      const versions = { firstVersion: version, lastVersion: version }
      run = { account: number, ...versions, earliest: at, latest: at, heldOut: 0n, heldIn: 0n }
      this.#runs.set(number, run)
    }
    run.lastVersion = version
    run.earliest = Math.min(run.earliest, at)
    run.latest = Math.max(run.latest, at)
    return run
  }
}
