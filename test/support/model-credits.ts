/** Money that somebody paid in unasked. The rail may retract it, and receive it again. */
export type ModelCredit = {
  readonly reference: string
  readonly rail: string
  readonly amount: bigint
  isReceived: boolean
}

export type ModelCredits = {
  readonly receive: (amount: bigint) => ModelCredit
  /** Retracts a credit that the rail has, and receives one again that it has retracted. */
  readonly turn: (credit: ModelCredit) => void
  readonly all: () => readonly ModelCredit[]
  readonly net: () => bigint
}

export function createModelCredits(rail: string): ModelCredits {
  const credits: ModelCredit[] = []
  return {
    receive: (amount) => {
      const credit = { reference: `${rail}_credit_${credits.length + 1}`, rail, amount, isReceived: true }
      credits.push(credit)
      return credit
    },
    turn: (credit) => {
      credit.isReceived = !credit.isReceived
    },
    all: () => credits,
    net: () => credits.reduce((sum, { isReceived, amount }) => sum + (isReceived ? amount : 0n), 0n),
  }
}
