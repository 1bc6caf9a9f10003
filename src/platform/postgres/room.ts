import type { BurstStep } from './burst.ts'

/** What is known of the room that the server has left on its disk. */
export type Room = {
  /** A statement found none. */
  readonly noteFull: () => void
  /** Whether none has been found since room was last seen; then `proof` writes what only a server with room can. */
  readonly proof: () => { readonly step: BurstStep; readonly noteRoom: () => void } | undefined
}

/**
 * A full disk shows only to what needs a new page: small writes find room in pages that are there, when nothing else
 * can be written any more. So once a statement has found no room, a table of some megabytes has to find it, which is
 * gone with the same statement.
 */
const takeRoom: BurstStep = {
  name: 'take-room',
  text: `do $room$ begin
    execute format('create table platform.room_%s as select repeat(''.'', 100) from generate_series(1, 20000)', pg_backend_pid());
    execute format('drop table platform.room_%s', pg_backend_pid());
  end $room$`,
}

export function createRoom(): Room {
  /** Counts, so that what is found meanwhile is not forgotten with what was found before. */
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
