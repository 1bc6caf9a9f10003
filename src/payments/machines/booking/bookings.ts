import type { Uuid } from '#kernel'
import type { CreateTransfer, PostTransfer, TransferCommand, VoidTransfer } from '#ledger'
import type { MachineContext } from '../../machine.ts'
import type { Share } from '../../payment.ts'

export type Booked = { readonly book: number; readonly asset: string }

export type Leg = { readonly source: string; readonly destination: string; readonly amount: bigint }

export function transfer({ book, asset }: Booked, leg: Leg, context: Pick<MachineContext, 'newId'>): CreateTransfer {
  return { kind: 'create', book, id: context.newId(), idGiven: false, asset, ...leg }
}

export function hold(booked: Booked, leg: Leg, context: MachineContext): CreateTransfer {
  return { ...transfer(booked, leg, context), pending: true, byProgram: true }
}

/** The rest of a hold that is posted in part is released. */
export function postHold(book: number, id: Uuid, amount?: bigint): PostTransfer {
  const post = { kind: 'post', book, id, byProgram: true } as const
  return amount === undefined ? post : { ...post, amount }
}

export function voidHold(book: number, id: Uuid): VoidTransfer {
  return { kind: 'void', book, id, byProgram: true }
}

export function voidHolds(book: number, holds: readonly Uuid[]): VoidTransfer[] {
  return holds.map((id) => voidHold(book, id))
}

export function spread(booked: Booked, source: string, shares: readonly Share[], context: MachineContext) {
  return present(shares).map(({ account, amount }) =>
    transfer(booked, { source, destination: account, amount }, context),
  )
}

export function gather(booked: Booked, shares: readonly Share[], destination: string, context: MachineContext) {
  return present(shares).map(({ account, amount }) =>
    transfer(booked, { source: account, destination, amount }, context),
  )
}

function present(shares: readonly Share[]): readonly Share[] {
  return shares.filter((share) => share.amount > 0n)
}

export function holdIds(commands: readonly TransferCommand[]): Uuid[] {
  const ids: Uuid[] = []
  for (const command of commands) if (command.kind === 'create' && command.pending === true) ids.push(command.id)
  return ids
}
