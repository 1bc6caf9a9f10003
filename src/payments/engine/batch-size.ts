/** How many inputs are handled in one batch. */
export type BatchSize = {
  readonly max: () => number
  /** A batch of so many inputs has had so many commands booked. */
  readonly note: (inputs: number, commands: number) => void
}

const inputsMax = 512
const inputsMin = 8
/** Commands of a batch, about: what comes next waits for some tenths of a second. */
const commandsMax = 4_096
/** The part of what is known that each batch renews. */
const renewal = 0.3

/**
 * A payment may have a hundred destinations, and a batch of such payments takes a hundred times as long, in which others
 * wait. So there are fewer inputs in a batch while those of late have much to be booked.
 */
export function createBatchSize(): BatchSize {
  let width = 1
  return {
    max: () => Math.max(inputsMin, Math.min(inputsMax, Math.floor(commandsMax / width))),
    note: (inputs, commands) => {
      if (inputs > 0) width = Math.max(1, width + renewal * (commands / inputs - width))
    },
  }
}
