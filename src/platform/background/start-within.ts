import { withinMs } from '../time/index.ts'

type StartWithinOptions = {
  readonly ms: number
  /** Gets what is thrown after that. */
  readonly onLate: (error: unknown) => void
}

/** Waits for a start, but not for long: it goes on beside others. */
export async function startWithin(started: Promise<void>, { ms, onLate }: StartWithinOptions): Promise<void> {
  let isLate = false
  const ended = started.catch((error: unknown) => {
    if (!isLate) throw error
    onLate(error)
  })
  await withinMs(ended, ms, undefined)
  isLate = true
}
