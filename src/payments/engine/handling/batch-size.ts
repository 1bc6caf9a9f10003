export type BatchSize = {
  readonly max: () => number
  /** Records the commands that a batch of so many inputs booked. */
  readonly note: (inputs: number, commands: number) => void
}

const inputsMax = 512
const inputsMin = 8
/** About the commands of a batch: the next batch waits some tenths of a second for them. */
const commandsMax = 4_096
/** The weight of each batch in the moving average. */
const renewal = 0.3

/**
 * A payment may have a hundred destinations. A batch of such payments takes a hundred times as long, while others wait.
 * So a batch has fewer inputs while recent inputs have many commands.
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
