import type { BurstStep } from '../burst.ts'

export type Room = {
  readonly noteFull: () => void
  /** Undefined unless the disk was found full since the last proof. Its `step` succeeds only when the disk has room. */
  readonly proof: () => { readonly step: BurstStep; readonly noteRoom: () => void } | undefined
}

/** A full disk refuses only writes that need a new page. So the proof creates and drops a table of some megabytes. */
const takeRoom: BurstStep = {
  name: 'take-room',
  text: `do $room$ begin
    execute format('create table platform.room_%s as select repeat(''.'', 100) from generate_series(1, 20000)', pg_backend_pid());
    execute format('drop table platform.room_%s', pg_backend_pid());
  end $room$`,
}

export function createRoom(): Room {
  /** Counters, so that a failure during a proof is not cleared by that proof. */
  let found = 0
  let seen = 0
  return {
    noteFull: () => {
      found += 1
    },
    proof: () => {
      if (found === seen) return undefined
      const upTo = found
      return {
        step: takeRoom,
        noteRoom: () => {
          seen = upTo
        },
      }
    },
  }
}
