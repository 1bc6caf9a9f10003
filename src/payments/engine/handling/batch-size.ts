export type BatchSize = {
  readonly max: () => number
  readonly note: (batch: { readonly inputs: number; readonly commands: number }) => void
}

const inputsMax = 512
const inputsMin = 8
/** About this many commands per batch: the next batch waits some tenths of a second for them. */
const commandsMax = 4_096
/** The weight of each batch in the moving average. */
const renewal = 0.3

/** A payment may have a hundred destinations. A batch has fewer inputs while recent inputs have many commands. */
export function createBatchSize(): BatchSize {
  let width = 1
  return {
    max: () => Math.max(inputsMin, Math.min(inputsMax, Math.floor(commandsMax / width))),
    note: ({ inputs, commands }) => {
      if (inputs > 0) width = Math.max(1, width + renewal * (commands / inputs - width))
    },
  }
}
